/* grade.c - ossim grade SUBMISSION... --rubric R.json. */
#include <cmd/cmd.h>
#include <cmd/options.h>
#include <cmd/submissions.h>
#include <cmd/vocab.h>

#include <grade/output.h>
#include <host/file.h>
#include <host/sandbox.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_help help = {
    "grade SUBMISSION.c|DIR... --rubric RUBRIC.json [options]",
    "Grade scheduler plug-ins: each is built as guest code, where it can neither reach the\n"
    "host nor hang, and is judged part by part. A submission is a .c file, or a folder with\n"
    "one and its headers; a folder with several is a class. Exit status 1 if any is below\n"
    "the rubric's pass mark, 3 if any part could not be judged.",
};

struct job {
    struct options o;
    struct vocabulary *v;
    struct rubric *rubric;
    struct submissions subs;
    struct grade_result **results;
};

static bool collect(struct job *j)
{
    for (unsigned i = 0; i < j->o.nfiles; i++)
        if (!submissions_add(&j->subs, j->o.files[i]))
            return false;
    return j->subs.n > 0;
}

/* --- the box --- */

/* The layers that are to be had; false: --sandbox require, and some are not. */
static bool use_sandbox(const char *how)
{
    unsigned have = sandbox_probe(), all = (1u << SANDBOX_LAYERS) - 1;

    if (strcmp(how, "require") != 0 && strcmp(how, "best-effort") != 0) {
        fprintf(stderr, "ossim grade: error: --sandbox is require or best-effort\n");
        return false;
    }
    sandbox_use(have);
    if (have == all)
        return true;
    fprintf(stderr, "ossim grade: %s: the sandbox has no", strcmp(how, "require") == 0
            ? "error" : "warning");
    for (unsigned i = 0; i < SANDBOX_LAYERS; i++)
        if (!(have >> i & 1))
            fprintf(stderr, " %s", sandbox_layer_name((enum sandbox_layer)i));
    fputs(" here\n", stderr);
    return strcmp(how, "require") != 0;
}

/* --- the rubric --- */

static bool read_rubric(struct job *j, const char *file)
{
    struct diag *diags = NULL, d = { .line = 0 };
    char dir[4096];
    uint8_t *text;
    size_t size, n = 0;

    if (file_read(file, &text, &size, &d)) {
        diag_print(&d);
        return false;
    }
    path_dir(file, dir, sizeof dir);
    rubric_load(file, (const char *)text, size, dir, j->v, &j->rubric, &diags, &n);
    for (size_t i = 0; i < n; i++)
        diag_print(&diags[i]);
    free(diags);
    free(text);
    return j->rubric;
}

/* --- results --- */

static bool write_json(const struct job *j, const char *file)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    struct diag d = { .line = 0 };
    bool good = f && grade_json(j->rubric, (const struct grade_result *const *)j->results,
                                j->subs.n, f);

    if (f)
        fclose(f);
    struct outfile *out = good ? outfile_open(file, &d) : NULL;
    good = out && outfile_write(out, text, size) && outfile_commit(out, &d) == ERR_OK;
    if (!good)
        diag_print(&d);
    free(text);
    return good;
}

static int report(const struct job *j)
{
    bool json_out = j->o.json && strcmp(j->o.json, "-") == 0;
    int status = EXIT_DONE;

    for (size_t i = 0; i < j->subs.n; i++) {
        if (!j->o.quiet && !json_out)
            grade_print(j->results[i], stdout);
        if (!j->results[i]->passed && status < EXIT_RUN_FAILED)
            status = EXIT_RUN_FAILED;
        if (j->results[i]->error)
            status = EXIT_OUR_FAULT;
    }
    if (j->o.json && !write_json(j, j->o.json))
        status = EXIT_RUN_FAILED;
    return status;
}

static int grade_all(struct job *j)
{
    j->results = calloc(j->subs.n, sizeof(struct grade_result *));
    if (!j->results)
        return EXIT_OUR_FAULT;
    for (size_t i = 0; i < j->subs.n; i++) {
        char file[4096];

        if (!submission_stage(&j->subs.all[i], file, sizeof file))
            return EXIT_OUR_FAULT;
        j->results[i] = grade_submission(j->rubric, j->subs.all[i].name, file, j->v);
        submission_unstage(file);
        if (!j->results[i])
            return EXIT_OUR_FAULT;
    }
    return report(j);
}

static void tidy(struct job *j)
{
    for (size_t i = 0; j->results && i < j->subs.n; i++)
        grade_free(j->results[i]);
    free(j->results);
    submissions_free(&j->subs);
    rubric_free(j->rubric);
    if (j->v)
        vocab_close(j->v);
    options_free(&j->o);
}

int cmd_grade(int argc, char **argv)
{
    const char *rubric = NULL, *sandbox = "best-effort";
    const struct option_extra extra[] = {
        { "rubric", true, "FILE", "what is asked for", &rubric },
        { "sandbox", true, "require|best-effort", "if a layer of the sandbox is missing",
          &sandbox }, { .name = NULL },
    };
    struct job j = { .v = NULL };
    int status;

    setlocale(LC_CTYPE, "");
    if (!options_parse(&j.o, argc, argv, OPTIONS_LOAD, extra, &help, &status))
        return status;
    j.v = vocab_open();
    status = EXIT_BAD_INPUT;
    if (!rubric || j.o.nfiles == 0)
        fprintf(stderr, "ossim grade: error: expected submissions and --rubric RUBRIC.json\n"
                "try: ossim grade --help\n");
    else if (j.v && use_sandbox(sandbox) && read_rubric(&j, rubric) && collect(&j))
        status = grade_all(&j);
    tidy(&j);
    return status;
}
