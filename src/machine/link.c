/* link.c - messages travel between kernels; see link.h. */
#include "link.h"

#include <sim/check.h>

#include <string.h>

#include "vcpu.h"

enum { MOST_ON_A_LINK = 4096 };

/* --- rings --- */

/* m may be NULL: it says nothing. */
static void push(struct posts *p, struct post one, const struct message *m)
{
    uint32_t at = (p->head + p->n++) % p->size;

    CHECK(p->n <= p->size);
    p->post[at] = one;
    if (!p->message)
        return;
    p->message[at].size = m ? m->size : 0;
    if (m)
        memcpy(p->message[at].bytes, m->bytes, m->size);
}

/* What it says stays where it is until the next push. NULL: nothing. */
static struct post pop(struct posts *p, const struct message **m)
{
    struct post one = p->post[p->head];

    CHECK(p->n > 0);
    *m = p->message ? &p->message[p->head] : NULL;
    p->head = (p->head + 1) % p->size;
    p->n--;
    return one;
}

/* --- on the way --- */

static struct machine *under_both(const struct link *l)
{
    return l->config->from ? l->from->as_guest->host : l->from;
}

/* From the other end, which it leaves in ns, to machine `to`, which is this end. */
static void post_to(struct machine *to, const struct machine *from, const struct link *l,
                    bool back, const struct message *m, ns_t ns)
{
    struct machine *host = under_both(l);
    struct posts *come = &to->links->come;
    ns_t at = from->engine.now + ns + host->kern.config->vm->link_latency;

    if (to->kern.end != KERN_RUNNING)
        return;
    guests_clock_to(host, from->engine.now);
    if (come->n) {              /* harts that execute may be ahead of each other: smp_skew */
        ns_t last = come->post[(come->head + come->n - 1) % come->size].at;

        at = at > last ? at : last;
    }
    at = at > to->engine.now ? at : to->engine.now;
    push(come, (struct post){ at, l, back }, m);
    if (come->n == 1)
        engine_set(&to->engine, to->kern.wire_slot, at, PEND_WAKE);
    if (to->as_guest)
        guest_rouse(to->as_guest);
    to->outermost->touched = true;
}

static void send(void *self, uint32_t channel, const struct message *m, ns_t ns)
{
    struct machine *from = self;
    const struct link *l = from->links->out[channel];

    post_to(l->to, from, l, false, m, ns);
}

static void taken(void *self, uint32_t channel, struct message *out)
{
    struct machine *m = self;
    const struct message *said;
    const struct link *l = pop(&m->links->waiting[channel], &said).link;

    if (out)
        out->size = said ? said->size : 0;
    if (out && said)
        memcpy(out->bytes, said->bytes, said->size);
    post_to(l->from, m, l, true, NULL, 0);
}

static void due(void *self)
{
    struct machine *m = self;
    struct posts *come = &m->links->come;

    while (come->n && come->post[come->head].at <= m->engine.now) {
        const struct message *said;
        struct post p = pop(come, &said);

        if (p.back) {
            ipc_taken(&m->kern, p.link->config->out);
            continue;
        }
        push(&m->links->waiting[p.link->config->in], p, said);
        ipc_deliver(&m->kern, p.link->config->in, p.link->from->kern.number);
    }
    if (come->n)
        engine_set(&m->engine, m->kern.wire_slot, come->post[come->head].at, PEND_WAKE);
}

/* --- building --- */

static const struct config *config_of(const struct config *host, uint32_t kernel)
{
    return kernel ? host->vm->guest[kernel - 1].config : host;
}

/* A message without a place in the channel is on its way all the same. */
static uint32_t window(const struct config *host, const struct link_config *l)
{
    uint32_t n = config_of(host, l->from)->channel_capacity;

    return n < 1 ? 1 : n < MOST_ON_A_LINK ? n : MOST_ON_A_LINK;
}

/* The places that a machine has in the vm_config of `host`; NULL: none. */
struct place { const struct config *host; uint32_t kernel; };

static unsigned places(const struct machine *m, const struct config *c, struct place *out)
{
    const struct guest *g = m->as_guest;
    unsigned n = 0;

    if (c->vm)
        out[n++] = (struct place){ c, 0 };
    if (g) {
        const struct config *host = g->host->kern.config;

        out[n++] = (struct place){ host, (uint32_t)(g->config - host->vm->guest) + 1 };
    }
    return n;
}

struct needs { uint32_t come, wait; bool any; };

/* Room for all that may be on its way here; by channel, in `waiting`, what may wait. */
static struct needs count(const struct place *at, unsigned n, struct posts *waiting)
{
    struct needs all = { 0, 0, false };

    for (unsigned i = 0; i < n; i++) {
        const struct vm_config *vm = at[i].host->vm;

        for (uint32_t k = 0; k < vm->nlinks; k++) {
            const struct link_config *l = &vm->link[k];
            uint32_t w = window(at[i].host, l);
            bool sends = l->from == at[i].kernel, gets = l->to == at[i].kernel;

            all.any |= sends || gets;
            all.come += sends || gets ? w : 0;
            all.wait += gets ? w : 0;
            if (gets && waiting)
                waiting[l->in].size += w;
        }
    }
    return all;
}

struct links *links_take(struct machine *m, struct arena *a, const struct config *c)
{
    struct place at[2];
    unsigned n = places(m, c, at);
    struct needs all = count(at, n, NULL);

    if (!all.any)
        return NULL;
    struct links *l = arena_array(a, struct links, 1);
    const struct link **out = arena_array(a, const struct link *, c->nchannels);
    struct posts *waiting = arena_array(a, struct posts, c->nchannels);
    struct post *come = arena_array(a, struct post, all.come);
    struct post *wait = arena_array(a, struct post, all.wait);
    struct message *said = c->messages ? arena_array(a, struct message, all.come + all.wait) : NULL;

    if (!a->base)
        return NULL;
    *l = (struct links){ .wire = { m, send, taken, due }, .out = out, .waiting = waiting,
                         .come = { come, said, all.come, 0, 0 } };
    count(at, n, waiting);
    said = said ? said + all.come : NULL;
    for (uint32_t i = 0; i < c->nchannels; i++) {
        waiting[i].post = wait;
        waiting[i].message = said;
        wait += waiting[i].size;
        said = said ? said + waiting[i].size : NULL;
    }
    return l;
}

static struct machine *machine_of(struct machine *host, uint32_t kernel)
{
    return kernel ? &host->guest[kernel - 1].machine : host;
}

/* A guest's own guests, whose links are there already, come before its neighbours. */
void links_build(struct machine *m, struct arena *a, const struct vm_config *vm)
{
    struct link *link = arena_array(a, struct link, vm->nlinks);

    for (uint32_t i = 0; a->base && i < vm->nlinks; i++) {
        const struct link_config *c = &vm->link[i];
        struct machine *from = machine_of(m, c->from), *to = machine_of(m, c->to);

        link[i] = (struct link){ from, to, c };
        if (from->links->out[c->out])
            continue;
        from->links->out[c->out] = &link[i];
        from->kern.channel[c->out].goes_out = true;
        from->kern.outside |= c->from != 0;
        to->kern.outside |= c->to != 0;
    }
}
