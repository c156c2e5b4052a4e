/* output.c - what programs print. */
#include <cmd/output.h>

#include <cmd/options.h>
#include <formats/results.h>
#include <host/file.h>
#include <machine/peek.h>
#include <stdio.h>
#include <stat/memory.h>
#include <string.h>

struct text { char *bytes; size_t n, room; };

struct output {
    struct heap *heap;
    const struct config *config;
    struct machine *machine;
    const char *dir, *before;
    bool live, failed;
    uint32_t console;           /* the process whose console stdout is; UINT32_MAX */
    bool *lost;                 /* ...takes no more */
    struct text *text;          /* by configured task; NULL without a dir */
};

struct output *output_create(struct heap *heap, const struct config *c,
                             struct machine *machine, const char *dir, bool live)
{
    struct output *o = memory_zeroed(heap, 1, sizeof *o);

    if (!o)
        return NULL;
    *o = (struct output){ .heap = heap, .config = c, .machine = machine, .dir = dir, .live = live,
                           .console = UINT32_MAX };
    if (dir && !(o->text = memory_zeroed(heap, (size_t)c->ntasks + 1, sizeof *o->text))) {
        memory_free(heap, o);
        return NULL;
    }
    return o;
}

void output_destroy(struct output *o)
{
    for (tid_t tid = 0; o && o->text && tid < o->config->ntasks; tid++)
        memory_free(o->heap, o->text[tid].bytes);
    if (o) {
        memory_free(o->heap, o->text);
        memory_free(o->heap, o);
    }
}

void output_before(struct output *o, const char *name)
{
    o->before = name;
}

void output_console(struct output *o, uint32_t process, bool *lost)
{
    o->console = process;
    o->lost = lost;
    o->live = false;
}

/* The configured task in whose file a task's output goes. */
static tid_t owner(const struct output *o, tid_t tid)
{
    struct peek_task t = { 0 };

    if (tid < o->config->ntasks)
        return tid;
    if (o->machine)
        peek_task(o->machine, tid, &t);
    return t.process < o->config->nprocesses ? o->config->processes[t.process].first : 0;
}

static bool append(struct heap *heap, struct text *t, const void *bytes, size_t n)
{
    if (n > t->room - t->n) {
        size_t room = t->n + n + t->n / 2 + 256;
        char *more = memory_resize(heap, t->bytes, room);

        if (!more)
            return false;
        t->bytes = more;
        t->room = room;
    }
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
    return true;
}

/* Its process's, or that of one which the process became at a boot. */
static bool on_console(const struct output *o, tid_t tid)
{
    const struct process_config *p = o->config->processes;

    return p[config_process_of(o->config, owner(o, tid))].program == p[o->console].program;
}

void output_put(struct output *o, tid_t tid, const void *bytes, size_t n)
{
    if (!n)
        return;
    if (o->console != UINT32_MAX && on_console(o, tid))
        *o->lost |= fwrite(bytes, 1, n, stdout) != n || fflush(stdout) != 0;
    if (o->text)
        o->failed |= !append(o->heap, &o->text[owner(o, tid)], bytes, n);
    else if (o->live)
        fwrite(bytes, 1, n, stdout);
}

void output_event(void *output, const struct event *e)
{
    struct output *o = output;
    char buf[4096];
    size_t n;

    while ((n = machine_output(o->machine, e->tid, buf, sizeof buf)) > 0)
        output_put(o, e->tid, buf, n);
}

static bool write_one(const struct output *o, tid_t tid, uint32_t process)
{
    char own[2 * CONFIG_NAME], name[8 * CONFIG_NAME], file[8 * CONFIG_NAME + 8], path[4096];
    struct diag diag;

    results_task_name(o->config, process, tid, own, sizeof own);
    snprintf(name, sizeof name, "%s%s%s", o->before ? o->before : "", o->before ? "/" : "", own);
    for (char *s = name; *s; s++)
        if (*s == '/')
            *s = '_';           /* a name is no way out of the directory */
    snprintf(file, sizeof file, "%s.out", name);
    if (!path_join(path, sizeof path, o->dir, file)) {
        fprintf(stderr, "%s: error: the name is too long\n", o->dir);
        return false;
    }
    struct outfile *f = outfile_open(path, &diag);

    if (!f) {
        diag_print(&diag);
        return false;
    }
    outfile_write(f, o->text[tid].bytes, o->text[tid].n);
    if (!outfile_commit(f, &diag))
        return true;
    diag_print(&diag);
    return false;
}

bool output_write(struct output *o)
{
    bool ok = !o->failed;

    if (!o->text)
        return ok;
    if (o->failed)
        fprintf(stderr, "%s: error: no memory for all that was printed\n", o->dir);
    for (uint32_t p = 0; p < o->config->nprocesses; p++) {
        const struct process_config *c = &o->config->processes[p];

        for (uint32_t i = 0; c->program && i < c->count; i++)
            ok &= write_one(o, c->first + i, p);
    }
    return ok;
}
