/* workload_fuzz.c - arbitrary bytes as a workload: an error or a config, nothing else.
 *
 * With clang, libFuzzer drives it:
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined ... workload_fuzz.c
 *     ./workload_fuzz -max_total_time=600 -dict=tests/fuzz/workload.dict CORPUS tests/fuzz/seeds/workload
 *
 * With -DFUZZ_REPLAY it has a main() that runs each file named on its command line
 * once, so that any compiler can replay what was found.
 *
 * A text may end with lines "\n--set PATH=VALUE": they are taken off and applied.
 * What comes out as a config is checked here against the promises of sim/config.h.
 */
#include "found.h"

#include <formats/workload.h>
#include <sched/registry.h>
#include <sim/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SETS = 4 };

#define REQUIRE(cond) ((cond) ? (void)0 : broken(#cond, __LINE__))

static _Noreturn void broken(const char *cond, int line)
{
    fprintf(stderr, "workload_fuzz.c:%d: does not hold: %s\n", line, cond);
    abort();
}

static enum err policy(void *ctx, const char *spec, const char *dir, ns_t unit,
                       struct policy_config *out, struct diag *diag)
{
    size_t n = strcspn(spec, ":");
    const struct sched_ops *ops = sched_find(spec, n);

    (void)ctx, (void)dir;
    return ops ? policy_parse(out, ops, spec[n] ? spec + n + 1 : "", unit, diag)
               : ERR_INPUT;
}

/* Every second name is there: what it holds is the name itself. */
static enum err bytes(const char *name, const uint8_t **data, size_t *size)
{
    *data = (const uint8_t *)name;
    *size = strlen(name);
    return *size & 1 ? ERR_IO : ERR_OK;
}

static enum err program(void *ctx, const struct program_source *source,
                        const uint8_t **elf, size_t *size, struct diag *diag)
{
    const char *path = source->path, *text = source->text;
    (void)ctx, (void)diag;
    return bytes(text ? text : path, elf, size);
}

static enum err file(void *ctx, const char *path, const uint8_t **data, size_t *size,
                     struct diag *diag)
{
    (void)ctx, (void)diag;
    return bytes(path, data, size);
}

static enum err costs(void *ctx, const char *name, const uint8_t **data, size_t *size,
                      char *path, size_t path_size, struct diag *diag)
{
    (void)ctx, (void)diag;
    snprintf(path, path_size, "costs/%s.json", name);
    return bytes(name, data, size);
}

static const struct vocabulary vocabulary = {
    .policy = policy, .program = program, .file = file, .costs = costs,
};

static void check_dist(const struct dist *d)
{
    rng_t r = 1;

    REQUIRE(d->kind <= DIST_CHOICE);
    REQUIRE(d->kind != DIST_CHOICE || (d->nchoices > 0 && d->choices));
    for (unsigned i = 0; i < 4; i++)
        REQUIRE(dist_draw(d, &r) >= 0);
}

static void check_steps(const struct config *c, const struct process_config *p)
{
    uint32_t loops[CONFIG_MAX_REPEAT_DEPTH], depth = 0;

    REQUIRE(p->nsteps > 0 && p->steps[p->nsteps - 1].kind == STEP_END);
    REQUIRE(p->repeat_depth <= CONFIG_MAX_REPEAT_DEPTH);
    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = &p->steps[i];

        switch ((enum step_kind)s->kind) {
        case STEP_CPU: case STEP_IO: case STEP_SLEEP:
            check_dist(&s->len);
            break;
        case STEP_LOCK: case STEP_UNLOCK:
            REQUIRE(s->object < c->nlocks && c->lock_names[s->object]);
            break;
        case STEP_SEND: case STEP_RECV:
            REQUIRE(s->object < c->nchannels && c->channel_names[s->object]);
            break;
        case STEP_DISK_READ: case STEP_DISK_WRITE:
            REQUIRE(s->object > 0 && s->count > 0);
            check_dist(&s->len);
            break;
        case STEP_TOUCH:
            REQUIRE(s->touch);
            break;
        case STEP_FILE:
            REQUIRE(s->file && s->file->path && s->file->path[0] == '/');
            REQUIRE(strlen(s->file->path) == s->file->path_len);
            check_dist(&s->len);
            break;
        case STEP_CALL:
            check_dist(&s->len);
            break;
        case STEP_LOOP:
            REQUIRE(s->depth == depth && depth < p->repeat_depth && s->count >= 1);
            loops[depth++] = i + 1;
            break;
        case STEP_NEXT:
            REQUIRE(depth > 0 && s->depth == depth - 1 && s->object == loops[depth - 1]);
            depth--;
            break;
        case STEP_YIELD:
            break;
        case STEP_END:
            REQUIRE(i + 1 == p->nsteps && depth == 0);
            break;
        }
    }
}

static void check_process(const struct config *c, const struct process_config *p)
{
    REQUIRE(p->name[0] && memchr(p->name, '\0', sizeof p->name));
    REQUIRE(p->count >= 1 && p->tickets >= 1 && p->nice >= -20 && p->nice <= 19);
    REQUIRE(p->affinity != 0);
    REQUIRE(p->arrival >= 0 && p->arrival <= WORKLOAD_MAX_TIME);
    REQUIRE(p->period >= 0 && p->deadline >= 0 && p->start_deadline >= 0);
    REQUIRE(p->period == 0 || p->jobs > 0 || c->stop_at != NS_MAX);
    REQUIRE(!p->steps != !p->program);
    if (p->arrival_gaps)
        check_dist(&p->gap);
    if (p->steps)
        check_steps(c, p);
    else
        REQUIRE(p->program->path && p->program->argc >= 1 && p->program->elf);
}

static void check_config(const struct config *c)
{
    uint64_t ntasks = 0;

    REQUIRE(c->ncpus >= 1 && c->ncpus <= HART_LIMIT && c->time_unit >= 1);
    for (uint32_t i = 0; i < c->ncpus; i++)
        REQUIRE(c->cpus[i].mhz >= 1);
    REQUIRE(c->policy.ops && c->policy.params.quantum >= 1 && c->smp_skew >= 1);
    REQUIRE(c->memory.tlb_ways >= 1 && c->memory.tlb_ways <= c->memory.tlb_entries);
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        REQUIRE(c->costs.insn[i] >= 1);
    REQUIRE(c->nprocesses >= 1);
    for (uint32_t i = 0; i < c->nprocesses; i++) {
        REQUIRE(c->processes[i].first == ntasks);
        ntasks += c->processes[i].count;
        check_process(c, &c->processes[i]);
    }
    REQUIRE(ntasks == c->ntasks && ntasks <= CONFIG_TASKS_LIMIT);
    for (uint32_t i = 0; i < c->nevents; i++) {
        REQUIRE(i == 0 || c->events[i - 1].at <= c->events[i].at);
        REQUIRE(!c->events[i].policy != !c->events[i].input);
        REQUIRE(c->events[i].process < c->nprocesses);
    }
}

/* Take a last line "--set PATH=VALUE" off the text; false if there is none. */
static bool take_set(char *text, size_t *size, struct workload_set *set)
{
    char *line = *size ? memrchr(text, '\n', *size) : NULL, *equals;

    if (!line || strncmp(line + 1, "--set ", 6) != 0)
        return false;
    equals = strchr(line + 7, '=');
    if (!equals)
        return false;
    *size = (size_t)(line - text);
    *line = *equals = '\0';
    *set = (struct workload_set){ line + 7, equals + 1 };
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct workload_set sets[MAX_SETS];
    struct config *c = NULL;
    struct diag *diags = NULL;
    size_t ndiags = 0, nsets = 0;
    char *text = malloc(size + 1);
    enum err err;

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    while (nsets < MAX_SETS && take_set(text, &size, &sets[nsets]))
        nsets++;
    err = workload_load("w.json", text, size, "dir", &vocabulary, sets, nsets, &c, &diags,
                        &ndiags);
    REQUIRE((err == ERR_OK) == (c != NULL) && (c != NULL) == (ndiags == 0));
    for (size_t i = 0; i < ndiags; i++)
        REQUIRE(diags[i].text[0] || diags[i].path[0]);
    if (c)
        check_config(c);
    workload_free(c);
    free(diags);
    free(text);
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        static uint8_t data[1 << 24];
        size_t n;

        if (!f) {
            perror(argv[i]);
            return 1;
        }
        n = fread(data, 1, sizeof data, f);
        fclose(f);
        LLVMFuzzerTestOneInput(data, n);
    }
    printf("workload_fuzz: %d files replayed\n", argc - 1);
    return 0;
}
#endif
