/* workload_link.c - which channels end in another kernel.
 *
 * A channel is its kernel's own as long as somebody there receives on it. Where a kernel only
 * sends on one, whoever receives on a channel of the same name is looked for among the guests
 * of the same host, and that host. Names are compared by kernel: the same text in two files
 * makes one wire.
 */
#include <formats/load.h>

#include <stdlib.h>
#include <string.h>

/* A channel of a kernel: 0 the host, else 1 + the guest. */
struct end {
    const char *name;
    uint32_t kernel, channel;
    bool sends, gets;
};

struct ends { struct end *end; uint32_t n; };

static void note_steps(struct end *of, const struct step *s)
{
    for (; s && s->kind != STEP_END; s++) {
        if (s->kind == STEP_SEND)
            of[s->object].sends = true;
        if (s->kind == STEP_RECV)
            of[s->object].gets = true;
    }
}

static void note_queues(struct end *of, const struct program_config *p)
{
    for (uint32_t i = 0; p && i < p->nqueues; i++) {
        of[p->queue[i].channel].sends |= p->queue[i].sends;
        of[p->queue[i].channel].gets |= p->queue[i].receives;
    }
}

static void note_kernel(struct ends *all, uint32_t kernel, uint32_t nchannels,
                        const char *const *names, uint32_t nprocesses,
                        const struct process_config *p)
{
    struct end *first = &all->end[all->n];

    for (uint32_t i = 0; i < nchannels; i++)
        first[i] = (struct end){ .name = names[i], .kernel = kernel, .channel = i };
    for (uint32_t i = 0; i < nprocesses; i++) {
        note_steps(first, p[i].steps);
        note_queues(first, p[i].program);
    }
    all->n += nchannels;
}

/* Receivers first, so that those of a name stand together. */
static int by_name(const void *pa, const void *pb)
{
    const struct end *a = pa, *b = pb;
    int order = strcmp(a->name, b->name);

    if (order)
        return order;
    if (a->gets != b->gets)
        return a->gets ? -1 : 1;
    return (a->kernel > b->kernel) - (a->kernel < b->kernel);
}

static const char *kernel_name(const struct vm_config *vm, uint32_t kernel)
{
    return kernel ? vm->guest[kernel - 1].name : "the host";
}

/* One name's ends, n of them. Returns how many links were written. */
static uint32_t join(struct loader *l, const cJSON *item, const struct end *e, uint32_t n,
                     struct link_config *out)
{
    const struct vm_config *vm = l->c->vm;
    uint32_t links = 0;

    for (uint32_t i = 0; i < n; i++) {
        if (e[i].gets || !e[i].sends || !e[0].gets)
            continue;
        if (n > 1 && e[1].gets) {
            load_error(l, item, ERR_INPUT, "%s sends on \"%s\", on which both %s and %s receive: "
                       "whose is a message? (give each of them a channel of its own)",
                       kernel_name(vm, e[i].kernel), e[i].name, kernel_name(vm, e[0].kernel),
                       kernel_name(vm, e[1].kernel));
            return 0;
        }
        out[links++] = (struct link_config){ e[i].kernel, e[0].kernel, e[i].channel,
                                             e[0].channel };
    }
    return links;
}

static void gather(struct loader *l, struct ends *all)
{
    const struct vm_config *vm = l->c->vm;

    note_kernel(all, 0, l->channels.n, l->channels.names, l->nprocesses, l->processes);
    for (uint32_t i = 0; i < vm->nguests; i++) {
        const struct config *c = vm->guest[i].config;

        if (c)
            note_kernel(all, i + 1, c->nchannels, c->channel_names, c->nprocesses, c->processes);
    }
    if (all->n)
        qsort(all->end, all->n, sizeof *all->end, by_name);
}

static uint32_t count(const struct loader *l)
{
    const struct vm_config *vm = l->c->vm;
    uint32_t n = l->channels.n;

    for (uint32_t i = 0; i < vm->nguests; i++)
        n += vm->guest[i].config ? vm->guest[i].config->nchannels : 0;
    return n;
}

void load_links(struct loader *l)
{
    struct vm_config *vm = (struct vm_config *)l->c->vm;    /* it is being made */
    const cJSON *item = load_field(load_field(l->root, "kernel"), "structure");
    uint32_t most = vm ? count(l) : 0;
    struct link_config *links = most ? load_array(l, struct link_config, most) : NULL;
    struct ends all = { links ? calloc(most, sizeof *all.end) : NULL, 0 };

    if (!all.end)
        return;
    gather(l, &all);
    for (uint32_t from = 0, to; from < all.n; from = to) {
        for (to = from + 1; to < all.n && strcmp(all.end[to].name, all.end[from].name) == 0; to++)
            ;
        vm->nlinks += join(l, item, &all.end[from], to - from, links + vm->nlinks);
    }
    vm->link = links;
    free(all.end);
}
