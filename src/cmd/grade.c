/* grade.c - ossim grade SUBMISSION... --rubric R.json. */
#include <cmd/cmd.h>
#include <cmd/options.h>
#include <cmd/vocab.h>

#include <grade/output.h>
#include <host/file.h>

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct option_help help = {
    "grade SUBMISSION.c|DIR... --rubric RUBRIC.json [options]",
    "Grade scheduler plug-ins: each is built as guest code, where it can neither reach the\n"
    "host nor hang, and is judged part by part. A submission is a .c file, or a folder with\n"
    "one and its headers; a folder with several is a class. Exit status 1 if any is below\n"
    "the rubric's pass mark, 3 if any part could not be judged.",
};

struct submission { char *name, *file; };

struct job {
    struct options o;
    struct vocabulary *v;
    struct rubric *rubric;
    struct submission *all;
    struct grade_result **results;
    size_t n, room;
};

/* --- what is to be graded --- */

static bool ends_in_c(const char *name)
{
    size_t n = strlen(name);

    return n > 2 && name[0] != '.' && strcmp(name + n - 2, ".c") == 0;
}

static bool add(struct job *j, const char *name, const char *file)
{
    if (j->n == j->room) {
        size_t room = j->room ? 2 * j->room : 16;
        struct submission *more = realloc(j->all, room * sizeof *more);

        if (!more)
            return false;
        j->all = more;
        j->room = room;
    }
    j->all[j->n++] = (struct submission){ strdup(name), strdup(file) };
    return true;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* The only .c file of a folder, into path. How many there are. */
static unsigned sole_source(const char *dir, char *path, size_t size)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, visible, alphasort);
    unsigned sources = 0;

    for (int i = 0; i < n; i++) {
        if (ends_in_c(entries[i]->d_name) && sources++ == 0)
            snprintf(path, size, "%s/%s", dir, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return sources;
}

/* Each .c file and each folder with one is a submission, in the order of their names. */
static void add_class(struct job *j, const char *dir)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, visible, alphasort);
    char path[4096], source[4600];
    struct stat st;

    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%.3000s/%.1000s", dir, entries[i]->d_name);
        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            if (sole_source(path, source, sizeof source) == 1)
                add(j, entries[i]->d_name, source);
        } else if (ends_in_c(entries[i]->d_name))
            add(j, entries[i]->d_name, path);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static bool collect(struct job *j)
{
    char path[4600];
    struct stat st;

    for (unsigned i = 0; i < j->o.nfiles; i++) {
        const char *file = j->o.files[i];
        size_t before = j->n;

        if (stat(file, &st) != 0) {
            fprintf(stderr, "%s: error: there is no such file or folder\n", file);
            return false;
        }
        if (!S_ISDIR(st.st_mode))
            add(j, base_name(file), file);
        else if (sole_source(file, path, sizeof path) == 1)
            add(j, base_name(file), path);
        else
            add_class(j, file);
        if (j->n == before) {
            fprintf(stderr, "%s: error: there is no submission in it (expected .c files, or "
                    "folders with one)\n", file);
            return false;
        }
    }
    return j->n > 0;
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
                                j->n, f);

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

    for (size_t i = 0; i < j->n; i++) {
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
    j->results = calloc(j->n, sizeof(struct grade_result *));
    if (!j->results)
        return EXIT_OUR_FAULT;
    for (size_t i = 0; i < j->n; i++) {
        j->results[i] = grade_submission(j->rubric, j->all[i].name, j->all[i].file, j->v);
        if (!j->results[i])
            return EXIT_OUR_FAULT;
    }
    return report(j);
}

static void tidy(struct job *j)
{
    for (size_t i = 0; i < j->n; i++) {
        if (j->results)
            grade_free(j->results[i]);
        free(j->all[i].name);
        free(j->all[i].file);
    }
    free(j->results);
    free(j->all);
    rubric_free(j->rubric);
    if (j->v)
        vocab_close(j->v);
    options_free(&j->o);
}

int cmd_grade(int argc, char **argv)
{
    const char *rubric = NULL;
    const struct option_extra extra[] = {
        { "rubric", true, "FILE", "what is asked for", &rubric }, { .name = NULL },
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
    else if (j.v && read_rubric(&j, rubric) && collect(&j))
        status = grade_all(&j);
    tidy(&j);
    return status;
}
