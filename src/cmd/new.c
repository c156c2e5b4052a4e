/* new.c - ossim new policy|replacement|iosched FILE.c [--like P]: a starter that works, to change.
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
    "new policy|replacement|iosched FILE.c [--like P]",
    "Write a plug-in that compiles and runs, to start from: a scheduler (policy), where P is\n"
    "fcfs (the default), rr or mlfq; a replacement policy, where P is fifo (the default) or\n"
    "clock; or a disk scheduler (iosched), where P is fcfs (the default) or look. `ossim check FILE.c` says what is wrong with it later.",
};

/* What can be written, and how it is used then. */
static const struct kind { const char *word, *what, *use; } kinds[] = {
    { "policy", "a scheduler", "ossim run WORKLOAD.json --sched " },
    { "replacement", "a replacement policy", "ossim refs 7,0,1,2,0,3,0,4 --replacement " },
    { "iosched", "a disk scheduler", "ossim arm 98,183,37,122,14,124,65,67 --head 53 --disk-sched " },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The first of a kind is what it is like if nothing is said. */
static const struct starter { const char *word, *like, *file, *name; } starters[] = {
    { "policy", "fcfs", "fifo.c", "fifo" },
    { "policy", "rr", "round-robin.c", "round-robin" },
    { "policy", "mlfq", "two-level.c", "two-level" },
    { "replacement", "fifo", "page-fifo.c", "page-fifo" },
    { "replacement", "clock", "second-chance.c", "second-chance" },
    { "iosched", "fcfs", "disk-fifo.c", "disk-fifo" },
    { "iosched", "look", "elevator.c", "elevator" },
};
enum { STARTERS = sizeof starters / sizeof *starters };

static const struct kind *find_kind(const char *word)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(word, kinds[i].word) == 0)
            return &kinds[i];
    return NULL;
}

static bool is_of(const struct starter *s, const struct kind *kind)
{
    return strcmp(s->word, kind->word) == 0;
}

static const struct starter *find(const struct kind *kind, const char *like)
{
    const char *between = "";

    for (size_t i = 0; i < STARTERS; i++)
        if (is_of(&starters[i], kind) && (!like || strcmp(like, starters[i].like) == 0))
            return &starters[i];
    fprintf(stderr, "ossim new: error: there is no %s like \"%s\" (expected ",
            kind->what + 2, like);
    for (size_t i = 0; i < STARTERS; i++)
        if (is_of(&starters[i], kind)) {
            fprintf(stderr, "%s%s", between, starters[i].like);
            between = ", ";
        }
    fputs(")\n", stderr);
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
    char from[256], name[64], to[128], title[128];

    policy_name_of(file, name, sizeof name);
    snprintf(from, sizeof from, ".name = \"%s\"", s->name);
    snprintf(to, sizeof to, ".name = \"%s\"", name);
    char *named = replaced(text, from, to);
    snprintf(from, sizeof from, "./workloads/plugins/%s", s->file);
    char *done = named ? replaced(named, from, file) : NULL;
    free(named);
    snprintf(from, sizeof from, "/* %s", s->file);
    snprintf(title, sizeof title, "/* %s, to start from", find_kind(s->word)->what);
    char *titled = done ? replaced(done, from, title) : NULL;
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
        { "like", true, "P", "what it does: see above", &like }, { .name = NULL },
    };
    const struct starter *s;
    struct options o;
    int status;

    if (!options_parse(&o, argc, argv, OPTIONS_LOAD, extra, &help, &status))
        return status;
    status = EXIT_BAD_INPUT;
    size_t n = o.nfiles == 2 ? strlen(o.files[1]) : 0;
    const struct kind *kind = n ? find_kind(o.files[0]) : NULL;
    if (n < 3 || !kind || strcmp(o.files[1] + n - 2, ".c") != 0)
        fprintf(stderr, "ossim new: error: expected `policy`, `replacement` or `iosched`, and "
                "the name of a .c file\ntry: ossim new --help\n");
    else if (file_exists(o.files[1]))
        fprintf(stderr, "%s: error: it is there already, and is left as it is\n", o.files[1]);
    else if ((s = find(kind, like)))
        status = write_starter(s, o.files[1]);
    if (status == EXIT_DONE && !o.quiet)
        printf("%s: %s to start from.\n  ossim check %s\n  %s%s%s\n", o.files[1], kind->what,
               o.files[1], kind->use, strchr(o.files[1], '/') ? "" : "./", o.files[1]);
    options_free(&o);
    return status;
}
