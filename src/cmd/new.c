/* new.c - ossim new policy FILE.c [--like P]: a starter that works, to change.
 *
 * The starters are the plug-ins that are shipped (workloads/plugins), which are written to
 * be read by students: here they only get the file's name.
 */
#include <cmd/cmd.h>
#include <cmd/options.h>
#include <cmd/vocab.h>

#include <host/file.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_help help = {
    "new policy FILE.c [--like P]",
    "Write a scheduler plug-in that compiles and runs, to start from. P is fcfs (the\n"
    "default), rr, or mlfq. `ossim check FILE.c` says what is wrong with it later.",
};

static const struct starter { const char *like, *file, *name; } starters[] = {
    { "fcfs", "fifo.c", "fifo" },
    { "rr", "round-robin.c", "round-robin" },
    { "mlfq", "two-level.c", "two-level" },
};
enum { STARTERS = sizeof starters / sizeof *starters };

static const struct starter *find(const char *like)
{
    for (size_t i = 0; i < STARTERS; i++)
        if (strcmp(like, starters[i].like) == 0)
            return &starters[i];
    fprintf(stderr, "ossim new: error: there is no starter like \"%s\" (expected fcfs, rr or "
            "mlfq)\n", like);
    return NULL;
}

/* The name that a policy in this file has: [a-z0-9-]+. */
static void policy_name_of(const char *file, char *name, size_t size)
{
    const char *base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    size_t n = 0;

    for (; *base && strcmp(base, ".c") != 0 && n + 1 < size; base++)
        name[n++] = isalnum((unsigned char)*base) ? (char)tolower((unsigned char)*base) : '-';
    name[n] = '\0';
}

/* Every `from` in the text becomes `to`. */
static char *replaced(const char *text, const char *from, const char *to)
{
    char *out = NULL;
    size_t size;
    FILE *f = open_memstream(&out, &size);

    if (!f)
        return NULL;
    for (const char *at; (at = strstr(text, from)); text = at + strlen(from))
        fprintf(f, "%.*s%s", (int)(at - text), text, to);
    fputs(text, f);
    fclose(f);
    return out;
}

/* Its own name and path in place of the shipped one's. */
static char *adapted(const char *text, const struct starter *s, const char *file)
{
    char from[256], name[64], to[128];

    policy_name_of(file, name, sizeof name);
    snprintf(from, sizeof from, ".name = \"%s\"", s->name);
    snprintf(to, sizeof to, ".name = \"%s\"", name);
    char *named = replaced(text, from, to);
    snprintf(from, sizeof from, "./workloads/plugins/%s", s->file);
    char *done = named ? replaced(named, from, file) : NULL;
    free(named);
    snprintf(from, sizeof from, "/* %s", s->file);
    char *titled = done ? replaced(done, from, "/* a scheduler, to start from") : NULL;
    free(done);
    return titled;
}

static int write_starter(const struct starter *s, const char *file)
{
    struct diag d = { .line = 0 };
    char path[4096], name[300];
    uint8_t *text = NULL;
    struct outfile *out;
    size_t size;
    int status = EXIT_BAD_INPUT;

    snprintf(name, sizeof name, "plugins/%s", s->file);
    if (!share_find(name, path, sizeof path)) {
        fprintf(stderr, "ossim new: error: %s is not there (it is shipped beside the "
                "executable)\n", name);
        return EXIT_OUR_FAULT;
    }
    if (file_read(path, &text, &size, &d)) {
        diag_print(&d);
        return EXIT_OUR_FAULT;
    }
    char *own = adapted((const char *)text, s, file);
    out = own ? outfile_open(file, &d) : NULL;
    if (out && outfile_write(out, own, strlen(own)) && outfile_commit(out, &d) == ERR_OK)
        status = EXIT_DONE;
    else
        diag_print(&d);
    free(own);
    free(text);
    return status;
}

int cmd_new(int argc, char **argv)
{
    const char *like = NULL;
    const struct option_extra extra[] = {
        { "like", true, "P", "fcfs, rr or mlfq", &like }, { .name = NULL },
    };
    const struct starter *s;
    struct options o;
    int status;

    if (!options_parse(&o, argc, argv, OPTIONS_LOAD, extra, &help, &status))
        return status;
    status = EXIT_BAD_INPUT;
    size_t n = o.nfiles == 2 ? strlen(o.files[1]) : 0;
    if (n < 3 || strcmp(o.files[0], "policy") != 0 || strcmp(o.files[1] + n - 2, ".c") != 0)
        fprintf(stderr, "ossim new: error: expected `policy` and the name of a .c file\n"
                "try: ossim new --help\n");
    else if (file_exists(o.files[1]))
        fprintf(stderr, "%s: error: it is there already, and is left as it is\n", o.files[1]);
    else if ((s = find(like ? like : "fcfs")))
        status = write_starter(s, o.files[1]);
    if (status == EXIT_DONE && !o.quiet)
        printf("%s: a scheduler to start from.\n"
               "  ossim check %s\n  ossim run WORKLOAD.json --sched ./%s\n", o.files[1],
               o.files[1], o.files[1]);
    options_free(&o);
    return status;
}
