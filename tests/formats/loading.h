/* loading.h - load a workload from a string, with a vocabulary that has no files. */
#ifndef TESTS_FORMATS_LOADING_H
#define TESTS_FORMATS_LOADING_H

#include "../suite.h"

#include <formats/workload.h>
#include <sched/registry.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The built-in policies, one program ("ok.elf"), one file ("in.txt") and one cost set
 * ("slow"); everything else is missing. */
static enum err fake_policy(void *ctx, const char *spec, const char *dir, ns_t unit,
                            struct policy_config *out, struct diag *diag)
{
    size_t n = strcspn(spec, ":");
    const struct sched_ops *ops = sched_find(spec, n);

    (void)ctx, (void)dir;
    if (!ops) {
        snprintf(diag->text, sizeof diag->text, "unknown policy");
        return ERR_INPUT;
    }
    return policy_parse(out, ops, spec[n] ? spec + n + 1 : "", unit, diag);
}

static const char *fake_policy_name(void *ctx, unsigned i)
{
    (void)ctx;
    return sched_builtin(i) ? sched_builtin(i)->name : NULL;
}

static enum err fake_bytes(const char *text, const uint8_t **data, size_t *size)
{
    *data = (const uint8_t *)text;
    *size = strlen(text);
    return ERR_OK;
}

static enum err fake_program(void *ctx, const struct program_source *source,
                             const uint8_t **elf, size_t *size, struct diag *diag)
{
    const char *path = source->path, *text = source->text;
    (void)ctx;
    if (text && strstr(text, "bad")) {
        *diag = (struct diag){ .file = "asm", .line = 2, .col = 3, .text = "no such word" };
        return ERR_INPUT;
    }
    if (text || strcmp(path, "dir/ok.elf") == 0)
        return fake_bytes("ELF", elf, size);
    snprintf(diag->text, sizeof diag->text, "%s: no such file", path);
    return ERR_IO;
}

static enum err fake_file(void *ctx, const char *path, const uint8_t **data, size_t *size,
                          struct diag *diag)
{
    (void)ctx;
    if (strcmp(path, "dir/in.txt") == 0)
        return fake_bytes("hello\n", data, size);
    snprintf(diag->file, sizeof diag->file, "%s", path);
    snprintf(diag->text, sizeof diag->text, "no such file");
    return ERR_IO;
}

static enum err fake_costs(void *ctx, const char *name, const uint8_t **data, size_t *size,
                           char *path, size_t path_size, struct diag *diag)
{
    (void)ctx;
    snprintf(path, path_size, "costs/%s.json", name);
    if (strcmp(name, "slow") == 0)
        return fake_bytes("{\"insn\": {\"mul\": {\"cycles\": 3, \"source\": \"x\"}},\n"
                          " \"context_switch\": 445, \"trap\": {\"cycles\": 90}}",
                          data, size);
    if (strcmp(name, "broken") == 0)
        return fake_bytes("{\"insn\": {\"mull\": 3},\n \"trap\": -1}", data, size);
    snprintf(diag->text, sizeof diag->text, "there is no cost set \"%s\"", name);
    return ERR_INPUT;
}

__attribute__((unused))
static const struct vocabulary fake_vocabulary = {
    .policy = fake_policy, .policy_name = fake_policy_name, .program = fake_program,
    .file = fake_file, .costs = fake_costs,
};

static char load_said[32 << 10];        /* "LINE:COL: PATH: TEXT\n" for each mistake */
static enum err load_err;

/* NULL if it is wrong; load_said and load_err then say how. */
__attribute__((unused))
static struct config *load_bytes(const char *text, size_t size,
                                 const struct workload_set *sets, size_t nsets)
{
    struct config *c;
    struct diag *diags;
    size_t n, used = 0;

    load_err = workload_load("w.json", text, size, "dir", &fake_vocabulary, sets, nsets,
                             &c, &diags, &n);
    load_said[0] = '\0';
    ck_assert_int_eq(load_err == ERR_OK, c != NULL);
    ck_assert_int_eq(c == NULL, n > 0);
    for (size_t i = 0; i < n && used < sizeof load_said - 2048; i++) {
        const struct diag *d = &diags[i];

        if (strcmp(d->file, "w.json") != 0)
            used += (size_t)sprintf(load_said + used, "%s:", d->file);
        used += (size_t)sprintf(load_said + used, "%u:%u: %s: %s\n", d->line, d->col,
                                d->path, d->text);
    }
    free(diags);
    return c;
}

__attribute__((unused))
static struct config *load(const char *text)
{
    return load_bytes(text, strlen(text), NULL, 0);
}

/* Must be wrong, and say exactly this. */
#define SAYS(text, ...)                                                      \
    do {                                                                     \
        struct config *c_ = load(text);                                      \
        ck_assert_msg(!c_, "was taken: %s", (text));                         \
        ck_assert_str_eq(load_said, __VA_ARGS__);                            \
    } while (0)

/* Must be wrong, with this as a part of what it says. */
#define HINTS(text, part)                                                    \
    do {                                                                     \
        struct config *c_ = load(text);                                      \
        ck_assert_msg(!c_, "was taken: %s", (text));                         \
        ck_assert_msg(strstr(load_said, (part)), "said: %s", load_said);     \
    } while (0)

#define W(rest) "{\"ossim\":1," rest "}"
#define P(process) W("\"processes\":[" process "]")
#define STEPS(steps) P("{\"bursts\":[" steps "]}")

#endif
