/* read.c - file, options and vocabulary come together in the loader. */
#include <cmd/read.h>

#include <cmd/vocab.h>
#include <formats/rubric.h>
#include <formats/workload.h>
#include <host/file.h>

#include <stdlib.h>
#include <string.h>
#include <dirent.h>

/* Options are told of by the name that the user gave them. */
static void name_option(struct diag *d)
{
    static const struct { const char *set, *option; } names[] = {
        { "--set /kernel/scheduler", "--sched" }, { "--set /machine/cpus", "--cpus" },
        { "--set /machine/memory/frames", "--frames" }, { "--set /seed", "--seed" },
        { "--set /stop/at", "--until" }, { "--set /kernel/replacement", "--replacement" },
        { "--set /kernel/allocation", "--allocation" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(d->file, names[i].set))
            strcpy(d->file, names[i].option);
}

void read_given(const struct options *o, struct vocabulary *v)
{
    static const char *const named[] = { "/kernel/replacement", "/kernel/cache/replacement",
                                         "/machine/disk/scheduler" };

    for (unsigned i = 0; i < o->npolicies; i++)
        vocab_given(v, o->policies[i]);
    for (unsigned i = 0; i < o->nreplacements; i++)
        vocab_given(v, o->replacements[i]);
    for (unsigned i = 0; i < o->nsets; i++)
        for (size_t n = 0; n < sizeof named / sizeof *named; n++)
            if (!strcmp(o->set[i].path, named[n]))
                vocab_given(v, o->set[i].value);
}

struct config *read_workload(const char *path, const struct options *o,
                             struct vocabulary *v)
{
    struct workload_set sets[OPTIONS_SETS];
    struct config *config = NULL;
    struct diag *diags = NULL, unread;
    size_t size, ndiags = 0;
    uint8_t *text;
    char dir[4096];

    if (file_read(path, &text, &size, &unread)) {
        diag_print(&unread);
        return NULL;
    }
    for (unsigned i = 0; i < o->nsets; i++)
        sets[i] = (struct workload_set){ o->set[i].path, o->set[i].value };
    read_given(o, v);
    path_dir(path, dir, sizeof dir);
    workload_load(path, (const char *)text, size, dir, v, sets, o->nsets, &config, &diags,
                  &ndiags);
    for (size_t i = 0; i < ndiags; i++) {
        name_option(&diags[i]);
        diag_print(&diags[i]);
    }
    free(diags);
    free(text);
    return config;
}

bool is_rubric(const char *path)
{
    struct diag unread;
    uint8_t *text;
    size_t size;
    bool is;

    if (!file_is_regular(path) || file_read(path, &text, &size, &unread))
        return false;           /* what comes through a pipe is a workload */
    is = rubric_looks_like((const char *)text, size);
    free(text);
    return is;
}

struct rubric *read_rubric(const char *path, const struct vocabulary *v)
{
    struct diag *diags = NULL, unread = { .line = 0 };
    struct rubric *r = NULL;
    char dir[4096];
    uint8_t *text;
    size_t size, n = 0;

    if (file_read(path, &text, &size, &unread)) {
        diag_print(&unread);
        return NULL;
    }
    path_dir(path, dir, sizeof dir);
    rubric_load(path, (const char *)text, size, dir, v, &r, &diags, &n);
    for (size_t i = 0; i < n; i++)
        diag_print(&diags[i]);
    free(diags);
    free(text);
    return r;
}

int entry_is_json(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' && len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}
