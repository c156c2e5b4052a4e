/* simulate.c - workloads in tests. */
#include "simulate.h"

#include <asm/asm.h>
#include "../suite.h"
#include <cmd/guest.h>
#include <cmd/vocab.h>
#include <formats/workload.h>
#include <host/pages.h>
#include <sched/registry.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A policy as guest code; what it needs stays, since a test has few of them. */
static enum err find_guest(const char *spec, ns_t unit, struct policy_config *out,
                           struct diag *diag)
{
    static struct guest_image *images;
    static void *selves[64];
    static unsigned n;

    ck_assert_uint_lt(n, 64);
    return guest_policy_load(spec, "", unit, out, &selves[n++], &images, diag);
}

static enum err find_policy(void *ctx, const char *spec, const char *dir, ns_t unit,
                            struct policy_config *out, struct diag *diag)
{
    const char *colon = strchrnul(spec, ':');
    const struct sched_ops *ops = sched_find(spec, (size_t)(colon - spec));

    (void)ctx, (void)dir;
    if (strncmp(spec, "guest:", 6) == 0)
        return find_guest(spec, unit, out, diag);
    if (!ops)
        return ERR_INPUT;
    return policy_parse(out, ops, *colon ? colon + 1 : "", unit, diag);
}

static const char *policy_name(void *ctx, unsigned i)
{
    (void)ctx;
    return sched_builtin(i) ? sched_builtin(i)->name : NULL;
}

/* Inline assembly alone; the images stay, since a test has few of them. */
static enum err assemble(void *ctx, const struct program_source *source,
                         const uint8_t **elf, size_t *size, struct diag *diag)
{
    const char *path = source->path, *text = source->text;
    static void *images[64];
    static unsigned nimages;
    size_t room = 1 << 20;
    struct asm_result r;
    void **image = &images[nimages++ % 64];

    (void)ctx, (void)diag;
    free(*image);
    *image = malloc(room);
    enum err err = text ? asm_build(path, text, strlen(text), *image, room, &r) : ERR_INPUT;
    if (!err) {
        *elf = r.elf;
        *size = r.size;
    }
    return err;
}

static void keep(void *ctx, const struct event *e)
{
    struct simulation *s = ctx;

    if ((s->nevents & (s->nevents - 1)) == 0)
        s->events = realloc(s->events, sizeof *s->events *
                            (s->nevents ? 2 * s->nevents : 1));
    s->events[s->nevents++] = *e;
}

void simulate_open(struct simulation *s, const char *json)
{
    struct diag *diags = NULL;
    size_t ndiags = 0;

    memset(s, 0, sizeof *s);
    s->vocabulary = vocab_open();       /* for disks and what is on them */
    ck_assert_ptr_nonnull(s->vocabulary);
    struct vocabulary v = *s->vocabulary;
    v.policy = find_policy;
    v.policy_name = policy_name;
    v.program = assemble;
    enum err err = workload_load("test.json", json, strlen(json), ".", &v, NULL, 0,
                                 &s->config, &diags, &ndiags);
    ck_assert_msg(!err, "%s: %s", ndiags ? diags[0].path : "", ndiags ? diags[0].text : "");
    free(diags);
    s->size = machine_size(s->config);
    s->memory = pages_map(s->size);     /* zeroes that cost nothing until they are touched */
    ck_assert_ptr_nonnull(s->memory);
    s->machine = machine_init(s->memory, s->size, s->config, true);
    stream_subscribe(machine_stream(s->machine), EVENTS_ALL, keep, s);
}

void simulate(struct simulation *s, const char *json)
{
    simulate_open(s, json);
    s->end = machine_run(s->machine, NS_MAX, 0);
}

void simulate_close(struct simulation *s)
{
    pages_unmap(s->memory, s->size);
    free(s->events);
    workload_free(s->config);
    vocab_close(s->vocabulary);
}

static void append(char *buf, size_t size, const char *fmt, ...)
{
    size_t len = strlen(buf);
    va_list args;

    va_start(args, fmt);
    vsnprintf(buf + len, size - len, fmt, args);
    va_end(args);
}

const char *simulation_gantt(const struct simulation *s, char *buf, size_t size)
{
    ns_t since[HART_LIMIT];
    char name[80];

    buf[0] = 0;
    for (size_t i = 0; i < s->nevents; i++) {
        const struct event *e = &s->events[i];

        if (e->kind == EV_DISPATCH)
            since[e->hart] = e->at;
        if (e->kind != EV_DESCHED)
            continue;
        if (buf[0])
            append(buf, size, " ");
        if (s->config->ncpus > 1)
            append(buf, size, "%u:", e->hart);
        append(buf, size, "%s %g-%g", peek_name(s->machine, e->tid, name, sizeof name),
               (double)since[e->hart] / 1e6, (double)e->at / 1e6);
    }
    return buf;
}

ns_t simulation_finish(const struct simulation *s, const char *name)
{
    char buf[80];

    for (size_t i = 0; i < s->nevents; i++)
        if (s->events[i].kind == EV_EXIT &&
            strcmp(peek_name(s->machine, s->events[i].tid, buf, sizeof buf), name) == 0)
            return s->events[i].at;
    return -1;
}

unsigned simulation_count(const struct simulation *s, enum event_kind kind)
{
    unsigned n = 0;

    for (size_t i = 0; i < s->nevents; i++)
        n += s->events[i].kind == kind;
    return n;
}
