/* workload_program.c - processes that run machine code: image, arguments, input. */
#include <formats/load.h>

#include <stdio.h>
#include <string.h>

/* Arguments and environment go onto the guest's stack together. */
enum { MAX_STRINGS = 1024, MAX_STRING_BYTES = 32 << 10, MAX_ASM = 1 << 20,
       MAX_STDIN = 16 << 20, DEFAULT_FORKS = 256 };

static const char *const stdin_keys[] = { "file", "text", "open", "terminal", NULL };

static void load_args(struct loader *l, const cJSON *list, const char *name,
                      struct program_config *out)
{
    size_t bytes = 0;
    uint32_t n = 1;
    const char **argv;

    if (list && !load_list(l, list, 0, MAX_STRINGS))
        list = NULL;
    argv = load_array(l, const char *, cJSON_GetArraySize(list) + 2);
    if (!argv)
        return;
    argv[0] = name;
    for (const cJSON *c = list ? list->child : NULL; c; c = c->next) {
        argv[n] = "";
        if (load_text(l, c, MAX_STRING_BYTES, &argv[n]))
            bytes += strlen(argv[n]) + 1;
        n++;
    }
    if (bytes > MAX_STRING_BYTES)
        load_error(l, list, ERR_LIMIT, "the arguments have %zu bytes in all (at most %d)",
                   bytes, MAX_STRING_BYTES);
    out->argv = argv;
    out->argc = n;
}

/* {"NAME": "value", ...} into NAME=value strings. */
static void load_env(struct loader *l, const cJSON *env, struct program_config *out)
{
    size_t bytes = 0;
    const char **envp;
    uint32_t n = 0;

    if (env && !cJSON_IsObject(env)) {
        char buf[64];

        load_error(l, env, ERR_INPUT, "found %s (expected an object like {\"HOME\": "
                   "\"/\"})", load_describe(l, env, buf));
        return;
    }
    envp = load_array(l, const char *, cJSON_GetArraySize(env) + 1);
    for (const cJSON *c = env && envp ? env->child : NULL; c; c = c->next) {
        const char *value = "";
        size_t size;
        char *both;

        if (!*c->string || strchr(c->string, '='))
            load_error_key(l, c, "this is no name of a variable");
        load_text(l, c, MAX_STRING_BYTES, &value);
        size = strlen(c->string) + strlen(value) + 2;
        both = load_take(l, size);
        if (!both)
            return;
        snprintf(both, size, "%s=%s", c->string, value);
        bytes += size;
        envp[n++] = both;
    }
    if (bytes > MAX_STRING_BYTES)
        load_error(l, env, ERR_LIMIT, "the environment has %zu bytes (at most %d)", bytes,
                   MAX_STRING_BYTES);
    out->envp = envp;
    out->envc = n;
}

static void stdin_text(struct loader *l, const cJSON *item, struct program_config *out)
{
    const char *text = NULL;

    if (!load_text(l, item, MAX_STDIN, &text))
        return;
    out->stdin_data = (const uint8_t *)text;
    out->stdin_size = strlen(text);
}

static void stdin_file(struct loader *l, const cJSON *item, struct program_config *out)
{
    const char *path = NULL;
    struct diag d = { .text = "cannot be read" };
    enum err err;

    if (!load_text(l, item, 4095, &path) || !(path = load_resolve(l, path)))
        return;
    err = l->v->file ? l->v->file(l->v->ctx, path, &out->stdin_data, &out->stdin_size, &d)
                     : ERR_IO;
    if (err)
        load_error_diag(l, item, err, &d);
}

/* A string or null, or {"file": F} or {"text": S}, with "open": true if more may be
 * typed; without it the input ends there. "terminal": what is typed is edited and echoed. */
static void load_stdin(struct loader *l, const cJSON *item, struct program_config *out)
{
    const cJSON *file = load_field(item, "file"), *text = load_field(item, "text");
    bool open = false;

    out->stdin_closed = true;
    out->tty = 1 << 1 | 1 << 2; /* what is printed is for somebody to read */
    out->height = 24, out->width = 80;
    if (!item || cJSON_IsNull(item))
        return;
    if (cJSON_IsString(item)) {
        stdin_text(l, item, out);
        return;
    }
    if (!cJSON_IsObject(item)) {
        char buf[64];

        load_error(l, item, ERR_INPUT, "found %s (expected a string, {\"file\": \"name\"} "
                   "or null)", load_describe(l, item, buf));
        return;
    }
    load_object(l, item, stdin_keys);
    if (file && text)
        load_error_key(l, text, "\"file\" and \"text\" exclude each other");
    load_bool(l, load_field(item, "open"), &open);
    load_bool(l, load_field(item, "terminal"), &out->terminal);
    out->stdin_closed = !open;
    if (file)
        stdin_file(l, file, out);
    else if (text)
        stdin_text(l, text, out);
}

/* Its image, built or read by the caller. The assembler's lines are counted within the
 * inline text, whose own line breaks are written as \n, so they go into the message. */
static void load_image(struct loader *l, const cJSON *item, const struct program_source *source,
                       struct program_config *out)
{
    struct diag d = { .text = "cannot be loaded" };
    enum err err;

    if (!l->v->program) {
        load_unsupported(l, item, "machine code");
        return;
    }
    err = l->v->program(l->v->ctx, source, &out->elf, &out->elf_size, &d);
    if (!err)
        return;
    if (source->text && d.line)
        load_error(l, item, err, "line %u:%u of the assembly: %s", d.line, d.col, d.text);
    else
        load_error_diag(l, item, err, &d);
}

/* A flag that says how to compile, and none that runs or writes something. */
static bool is_flag(const char *flag)
{
    static const char *const known[] = { "-D", "-U", "-I", "-O", "-l", "-std=", "-g", "-f", "-W",
                                         "-w", "-pthread", "-ansi", "-pedantic" };
    static const char *const not[] = { "-fplugin", "-Wa,", "-Wl,", "-Wp,", "-fprofile", "-fdump",
                                       "-fcallgraph", "-fuse-ld" };
    bool yes = false;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        yes |= strncmp(flag, known[i], strlen(known[i])) == 0;
    for (size_t i = 0; i < sizeof not / sizeof *not; i++)
        yes &= strncmp(flag, not[i], strlen(not[i])) != 0;
    return yes;
}

/* The items of a list of texts, each behind `prefix`; files are resolved. */
static uint32_t load_words(struct loader *l, const cJSON *list, const char *prefix, bool files,
                           const char **out)
{
    uint32_t n = 0;

    for (const cJSON *c = list ? list->child : NULL; c; c = c->next) {
        const char *word = "";
        size_t size;
        char *both;

        if (!load_text(l, c, 4095, &word) || (files && !(word = load_resolve(l, word))))
            continue;
        if (!files && !is_flag(word)) {
            load_error(l, c, ERR_INPUT, "this flag is not among those that a workload may give "
                       "the compiler (-D -U -I -O -l -std= -g -f -W)");
            continue;
        }
        size = strlen(prefix) + strlen(word) + 1;
        both = load_take(l, size);
        if (!both)
            break;
        snprintf(both, size, "%s%s", prefix, word);
        out[n++] = both;
    }
    return n;
}

/* "sources", "include" and "cflags". */
static void load_build(struct loader *l, const cJSON *o, struct program_source *out)
{
    static const char *const names[] = { "sources", "include", "cflags" };
    const cJSON *list[3];
    const char **more, **flags;

    for (int i = 0; i < 3; i++) {
        list[i] = load_field(o, names[i]);
        if (list[i] && !load_list(l, list[i], 0, MAX_STRINGS / 4))
            list[i] = NULL;
    }
    more = load_array(l, const char *, cJSON_GetArraySize(list[0]) + 1);
    flags = load_array(l, const char *, cJSON_GetArraySize(list[1]) + cJSON_GetArraySize(list[2]) + 1);
    if (!more || !flags)
        return;
    out->more = more;
    out->nmore = load_words(l, list[0], "", true, more);
    out->flags = flags;
    out->nflags = load_words(l, list[1], "-I", true, flags);
    out->nflags += load_words(l, list[2], "", false, flags + out->nflags);
}

static void load_abi(struct loader *l, const cJSON *item, struct program_config *out)
{
    static const char *const names[] = {
#define ABI(id, name) name,
#include <ossim/abi.def>
        NULL
    };
    unsigned abi;

    if (item && load_choice(l, item, names, &abi))
        out->abi = (enum program_abi)abi;
}

/* --- channels as message queues --- */

enum { MAX_QUEUES = 64 };

static void load_queues(struct loader *l, const cJSON *list, bool sends, struct queue_use *all,
                        uint32_t *n)
{
    uint32_t channel = 0;

    if (!list || !load_list(l, list, 1, MAX_QUEUES))
        return;
    for (const cJSON *item = list->child; item; item = item->next) {
        uint32_t i = 0;

        if (!load_symbol(l, item, &l->channels, &channel))
            continue;
        if (strchr(l->channels.names[channel], '/'))
            load_error(l, item, ERR_INPUT, "the name of a queue has no '/' (programs write one "
                       "before it, which is no part of it)");
        while (i < *n && all[i].channel != channel)
            i++;
        if (i == *n)
            all[(*n)++] = (struct queue_use){ .channel = channel };
        all[i].sends |= sends;
        all[i].receives |= !sends;
    }
}

/* What it may do by which channel. */
static void load_channels(struct loader *l, const cJSON *o, struct program_config *out)
{
    const cJSON *sends = load_field(o, "sends"), *receives = load_field(o, "receives");
    struct queue_use *all;

    if (!sends && !receives)
        return;
    if (!(all = load_array(l, struct queue_use, 2 * MAX_QUEUES)))
        return;
    load_queues(l, sends, true, all, &out->nqueues);
    load_queues(l, receives, false, all, &out->nqueues);
    out->queue = all;
    l->c->messages = true;
}

void load_program(struct loader *l, const cJSON *o, struct process_config *out)
{
    const cJSON *file = load_field(o, "program"), *assembly = load_field(o, "asm");
    struct program_config *p = load_take(l, sizeof *p);
    struct program_source source = { 0 };
    const char *name = NULL, *text = NULL;

    if (!p)
        return;
    if (file ? !load_string(l, file, 4095, &name) : !load_text(l, assembly, MAX_ASM, &text))
        return;
    if (file && !*name) {
        load_error(l, file, ERR_INPUT, "this is no file's name");
        return;
    }
    if (!file)
        name = pool_copy(l->pool, out->name, strlen(out->name));
    p->path = file ? load_resolve(l, name) : name;
    if (!name || !p->path)
        return;
    load_args(l, load_field(o, "args"), name, p);
    load_env(l, load_field(o, "env"), p);
    load_stdin(l, load_field(o, "stdin"), p);
    load_channels(l, o, p);
    load_abi(l, load_field(o, "abi"), p);
    load_build(l, o, &source);
    source.path = p->path;
    source.text = text;
    load_image(l, file ? file : assembly, &source, p);
    out->program = p;
    if (l->c->max_forks == UINT32_MAX)
        l->c->max_forks = DEFAULT_FORKS;
}
