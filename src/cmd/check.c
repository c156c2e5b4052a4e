/* check.c - `ossim check FILE...`: say what is wrong where, all of it.
 *
 * The loader is the one that runs use, with the same vocabulary: plug-ins are built,
 * programs and other named files are opened. Nothing is run.
 */
#include <cmd/cmd.h>

#include <cmd/check_policy.h>
#include <cmd/check_iosched.h>
#include <cmd/check_replacement.h>
#include <cmd/options.h>
#include <cmd/read.h>
#include <cmd/vocab.h>
#include <formats/rubric.h>
#include <host/file.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_help help = {
    "check FILE.json|FILE.c... [options]",
    "Validate workloads and rubrics: every mistake with its file, line, column and JSON path.\n"
    "Programs, plug-ins and other files that they name are opened too. A FILE.c is a scheduler:\n"
    "it is built as guest code and natively, and runs a small workload in both ways.",
};

static int check_rubric(const char *path, const struct options *o, struct vocabulary *v)
{
    struct rubric *r = read_rubric(path, v);

    if (r && !o->quiet)
        printf("%s: ok, %u parts, %g points\n", path, r->nparts, rubric_points(r));
    rubric_free(r);
    return r ? EXIT_DONE : EXIT_BAD_INPUT;
}

static bool ends_in_c(const char *path)
{
    size_t n = strlen(path);

    return n > 2 && strcmp(path + n - 2, ".c") == 0;
}

/* Does the plug-in's text say that it is one? */
static bool exports(const char *path, const char *object)
{
    struct diag unread;
    uint8_t *text;
    size_t size;

    if (file_read(path, &text, &size, &unread))
        return false;
    bool found = memmem(text, size, object, strlen(object));
    free(text);
    return found;
}

/* One after the other, each with a vocabulary of its own: what a workload names can be
 * large, and is given back before the next. */
static int check_file(const char *path, const struct options *o)
{
    struct vocabulary *v = vocab_open();
    struct config *config;
    int status;

    if (!v) {
        fputs("ossim: error: out of memory\n", stderr);
        return EXIT_OUR_FAULT;
    }
    if (ends_in_c(path)) {
        status = exports(path, "ossim_replacement") ? check_replacement(path, o->quiet)
               : exports(path, "ossim_iosched") ? check_iosched(path, o->quiet)
                                                : check_policy(path, v, o->quiet);
        vocab_close(v);
        return status;
    }
    if (is_rubric(path)) {
        status = check_rubric(path, o, v);
        vocab_close(v);
        return status;
    }
    config = read_workload(path, o, v);
    if (config && !o->quiet)
        printf("%s: ok\n", path);
    workload_free(config);
    vocab_close(v);
    return config ? EXIT_DONE : EXIT_BAD_INPUT;
}

int cmd_check(int argc, char **argv)
{
    struct options o;
    int status;

    if (!options_parse(&o, argc, argv, OPTIONS_LOAD, NULL, &help, &status))
        return status;
    if (o.nfiles == 0) {
        fputs("ossim check: error: expected at least one workload\n"
              "try: ossim check --help\n", stderr);
        status = EXIT_BAD_INPUT;
    } else
        status = EXIT_DONE;
    for (unsigned i = 0; i < o.nfiles; i++) {
        int this = check_file(o.files[i], &o);

        status = this > status ? this : status;
    }
    options_free(&o);
    return status;
}
