/* grade.c - ossim grade SUBMISSION... --rubric R.json.
 *
 * Each submission is graded in a process of its own, and its result goes to a folder as it
 * grows: after each part, whole or not at all, under a name that is a hash of submission and
 * rubric. Reports are made from what lies there, in the order of the command line, so neither
 * --jobs nor an interruption can be seen in them.
 */
#include <cmd/autograder.h>
#include <cmd/cmd.h>
#include <cmd/guest.h>
#include <cmd/handout.h>
#include <cmd/options.h>
#include <cmd/read.h>
#include <cmd/submissions.h>
#include <cmd/vocab.h>

#include <cjson/cJSON.h>
#include <grade/output.h>
#include <host/clock.h>
#include <host/file.h>
#include <host/guest_cc.h>
#include <host/sandbox.h>
#include <host/scratch.h>
#include <host/similar.h>
#include <host/workers.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_help help = {
    "grade SUBMISSION.c|DIR... --rubric RUBRIC.json [options]",
    "Grade scheduler plug-ins: each is built as guest code, where it can neither reach the\n"
    "host nor hang, and is judged part by part. A submission is a .c file, or a folder with\n"
    "one and its headers; a folder with several is a class. Exit status 1 if any is below\n"
    "the rubric's pass mark, 3 if any part could not be judged.",
};

/* Percent of a submission that is another's, from which on it is told. */
enum { SIMILAR = 80 };

struct job {
    struct options o;
    const char *sandbox, *out, *formats, *resume, *repeat, *autograder, *zip, *variant, *write;
    struct vocabulary *v;
    struct rubric *rubric;
    uint64_t rubric_hash;
    struct submissions subs;
    char (*file)[256];          /* of each submission, set apart */
    uint64_t *key;
    unsigned times;             /* of --repeat */
    size_t *pending, npending;
    char root[64];              /* folder of copies, and of results without --out; "": none */
    char state[4096];           /* folder of results as they grow */
    int64_t started;            /* for the time that is left */
    cJSON *whole;
};

static void hash_more(uint64_t *h, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *h = (*h ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
}

static uint64_t seed_of(const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    hash_more(&h, text, strlen(text));
    return h;
}

/* Whose workloads: of the seed that was given, or of each submission's name. */
static uint64_t variant_seed(const struct job *j, size_t i)
{
    return seed_of(strcmp(j->variant, "name") == 0 ? j->subs.all[i].name : j->variant);
}

/* --- the box --- */

/* The layers that are to be had; false: --sandbox require, and some are not. */
static bool use_sandbox(const char *how)
{
    unsigned have = sandbox_probe(), all = (1u << SANDBOX_LAYERS) - 1;
    bool require = strcmp(how, "require") == 0;

    if (!require && strcmp(how, "best-effort") != 0) {
        fprintf(stderr, "ossim grade: error: --sandbox is require or best-effort\n");
        return false;
    }
    sandbox_use(have);
    if (have == all)
        return true;
    fprintf(stderr, "ossim grade: %s: the sandbox has no", require ? "error" : "warning");
    for (unsigned i = 0; i < SANDBOX_LAYERS; i++)
        if (!(have >> i & 1))
            fprintf(stderr, " %s", sandbox_layer_name((enum sandbox_layer)i));
    fputs(" here\n", stderr);
    return !require;
}

/* --- what is read --- */

/* What results depend on beside the submission: the rubric's text, and its workloads'. */
static void hash_rubric(struct job *j, const char *file)
{
    struct diag d = { .line = 0 };
    uint8_t *text = NULL;
    size_t size = 0;

    j->rubric_hash = UINT64_C(0xcbf29ce484222325);
    hash_more(&j->rubric_hash, OSSIM_VERSION, sizeof OSSIM_VERSION);
    if (file_read(file, &text, &size, &d) == ERR_OK)
        hash_more(&j->rubric_hash, (const char *)text, size);
    free(text);
    for (uint32_t i = 0; i < j->rubric->nparts; i++)
        for (uint32_t k = 0; k < j->rubric->parts[i].nruns; k++)
            hash_more(&j->rubric_hash, j->rubric->parts[i].runs[k].text,
                      j->rubric->parts[i].runs[k].size);
}

static bool load_rubric(struct job *j, const char *file)
{
    j->rubric = read_rubric(file, j->v);
    if (j->rubric)
        hash_rubric(j, file);
    return j->rubric;
}

static bool no_room(void)
{
    fprintf(stderr, "ossim grade: error: no room under /tmp\n");
    return false;
}

static bool collect(struct job *j)
{
    for (unsigned i = 0; i < j->o.nfiles; i++)
        if (!submissions_add(&j->subs, j->o.files[i]))
            return false;
    j->file = calloc(j->subs.n, sizeof *j->file);
    j->key = calloc(j->subs.n, sizeof *j->key);
    j->pending = calloc(j->subs.n, sizeof *j->pending);
    if (!scratch_make("/tmp", "grade", j->root, sizeof j->root)) {
        j->root[0] = '\0';
        return no_room();
    }
    if (!j->file || !j->key || !j->pending)
        return false;
    for (size_t i = 0; i < j->subs.n; i++) {
        if (!submission_stage(&j->subs.all[i], j->root, i, j->file[i], sizeof j->file[i]))
            return no_room();
        j->key[i] = submission_hash(j->file[i]) ^ j->rubric_hash;
        if (j->variant)
            j->key[i] ^= variant_seed(j, i);
    }
    return j->subs.n > 0;
}

/* --- results as they grow --- */

static void state_path(const struct job *j, size_t i, const char *suffix, char *path, size_t size)
{
    snprintf(path, size, "%.4000s/%016llx.%s", j->state, (unsigned long long)j->key[i], suffix);
}

static bool write_text(const char *path, const char *text)
{
    struct diag d = { .line = 0 };
    struct outfile *out = text ? outfile_replace(path, &d) : NULL;

    return out && outfile_write(out, text, strlen(text)) && outfile_commit(out, &d) == ERR_OK;
}

static cJSON *read_json(const char *path)
{
    struct diag d = { .line = 0 };
    uint8_t *text;
    size_t size;
    cJSON *o;

    if (!file_exists(path) || file_read(path, &text, &size, &d))
        return NULL;
    o = cJSON_Parse((const char *)text);
    free(text);
    return o;
}

struct growing { const struct job *j; size_t i; };

static void keep(void *ctx, const struct grade_result *r, uint32_t done)
{
    const struct growing *g = ctx;
    struct grade_result some = *r;
    char path[4200];
    cJSON *o;

    some.nparts = done;
    o = grade_model(&some);
    char *text = cJSON_PrintUnformatted(o);
    state_path(g->j, g->i, "part", path, sizeof path);
    write_text(path, text);
    cJSON_free(text);
    cJSON_Delete(o);
}

/* In a process of its own. */
static void work(void *ctx, size_t n, void *result)
{
    const struct job *j = ctx;
    struct growing g = { j, j->pending[n] };
    struct grade_result *r;
    char path[4200];

    if (j->variant && !grade_vary(j->rubric, j->v, variant_seed(j, g.i)))
        return;
    guest_drop_after_build(j->state);
    r = grade_submission(j->rubric, "", j->file[g.i], j->v, keep, &g);
    if (!r)
        return;
    cJSON *o = grade_model(r);
    char *text = cJSON_PrintUnformatted(o);
    state_path(j, g.i, "json", path, sizeof path);
    *(char *)result = write_text(path, text);
    state_path(j, g.i, "part", path, sizeof path);
    unlink(path);
    cJSON_free(text);
    cJSON_Delete(o);
    grade_free(r);
}

static void progress(void *ctx, size_t done, size_t of)
{
    const struct job *j = ctx;
    double took = (double)(clock_ns() - j->started) / 1e9;

    if (done)
        fprintf(stderr, "\r%zu of %zu graded, %.0f s left  ", done, of,
                took / (double)done * (double)(of - done));
}

static void find_pending(struct job *j)
{
    char path[4200];

    j->npending = 0;
    for (size_t i = 0; i < j->subs.n; i++) {
        state_path(j, i, "json", path, sizeof path);
        if (!j->resume || !file_exists(path))
            j->pending[j->npending++] = i;
    }
}

static bool grade_pending(struct job *j)
{
    struct workers w = {
        .njobs = j->npending, .result_size = 1, .nworkers = j->o.jobs, .isolate = true,
        .work = work, .ctx = j,
        .progress = isatty(STDERR_FILENO) && !j->o.quiet ? progress : NULL,
    };

    j->started = clock_ns();
    if (j->npending == 0)
        return true;
    struct workers_results *r = workers_run(&w);
    if (w.progress)
        fputs("\r\033[K", stderr);
    workers_free(r);
    return r;
}

/* --- put together --- */

/* A part that the grader owes: its process was lost. What had been judged stays. */
static void fill_up(const struct job *j, cJSON *s)
{
    cJSON *parts = cJSON_GetObjectItemCaseSensitive(s, "parts");

    for (uint32_t i = (uint32_t)cJSON_GetArraySize(parts); i < j->rubric->nparts; i++) {
        const struct rubric_part *p = &j->rubric->parts[i];
        cJSON *o = cJSON_CreateObject();

        cJSON_AddStringToObject(o, "id", p->id);
        cJSON_AddStringToObject(o, "title", p->title);
        cJSON_AddNumberToObject(o, "points", 0);
        cJSON_AddNumberToObject(o, "max", p->points);
        cJSON_AddStringToObject(o, "status", "grader-error");
        cJSON_AddStringToObject(o, "message", "the grader was stopped at or before this part");
        cJSON_AddStringToObject(o, "visibility", p->hidden ? "hidden" : "visible");
        cJSON_AddArrayToObject(o, "tags");
        cJSON_AddItemToArray(parts, o);
    }
}

static cJSON *nothing_judged(void)
{
    cJSON *s = cJSON_CreateObject();

    cJSON_AddNumberToObject(s, "instructions", 0);
    cJSON_AddArrayToObject(s, "parts");
    return s;
}

static void add_up(const struct job *j, cJSON *s)
{
    const cJSON *p;
    double score = 0;

    cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(s, "parts"))
        score += grade_num(p, "points");
    cJSON_DeleteItemFromObject(s, "score");
    cJSON_DeleteItemFromObject(s, "max");
    cJSON_DeleteItemFromObject(s, "passed");
    cJSON_AddNumberToObject(s, "score", score);
    cJSON_AddNumberToObject(s, "max", rubric_points(j->rubric));
    cJSON_AddBoolToObject(s, "passed", score + 1e-9 >= j->rubric->pass);
}

static cJSON *result_of(const struct job *j, size_t i)
{
    char path[4200];
    cJSON *s;

    state_path(j, i, "json", path, sizeof path);
    s = read_json(path);
    if (!s) {
        state_path(j, i, "part", path, sizeof path);
        s = read_json(path);
        if (!s)
            s = nothing_judged();
        fill_up(j, s);
        add_up(j, s);
    }
    return s;
}

/* Two submissions may be called mine.c; results are told apart by name. */
static void name_it(const struct job *j, size_t i, cJSON *s)
{
    unsigned before = 0;
    char name[512], *plain;

    for (size_t k = 0; k < i; k++)
        before += strcmp(j->subs.all[k].name, j->subs.all[i].name) == 0;
    snprintf(name, sizeof name, before ? "%.480s (%u)" : "%.480s", j->subs.all[i].name, before + 1);
    plain = grade_plain(name);
    cJSON *o = cJSON_CreateString(plain ? plain : "?");
    free(plain);
    if (cJSON_GetObjectItemCaseSensitive(s, "name"))
        cJSON_ReplaceItemInObjectCaseSensitive(s, "name", o);
    else
        cJSON_AddItemToObject(s, "name", o);
}

struct pairs { const struct job *j; cJSON *list; };

static const char *whose(const struct pairs *p, const char *file)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(p->j->whole, "submissions");

    for (size_t i = 0; i < p->j->subs.n; i++)
        if (strcmp(p->j->file[i], file) == 0)
            return grade_str(cJSON_GetArrayItem(all, (int)i), "name");
    return "?";
}

static void similar_pair(void *ctx, const char *a, const char *b, unsigned percent)
{
    struct pairs *p = ctx;
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "name", whose(p, a));
    cJSON_AddStringToObject(o, "of", whose(p, b));
    cJSON_AddNumberToObject(o, "percent", percent);
    cJSON_AddItemToArray(p->list, o);
}

/* Who has what of whom, for the report on a class; nothing of it counts for points, and
 * without sim_c there is none. */
static void find_similar(const struct job *j)
{
    struct pairs p = { j, cJSON_CreateArray() };
    const char **files = calloc(j->subs.n, sizeof *files);

    for (size_t i = 0; files && i < j->subs.n; i++)
        files[i] = j->file[i];
    if (j->subs.n > 1 && files && similar_find(files, j->subs.n, SIMILAR, similar_pair, &p))
        cJSON_AddItemToObject(j->whole, "similar", p.list);
    else
        cJSON_Delete(p.list);
    free(files);
}

static cJSON *assemble(const struct job *j)
{
    cJSON *o = cJSON_CreateObject(), *list;

    cJSON_AddNumberToObject(o, "ossim", 1);
    cJSON_AddStringToObject(o, "rubric", j->rubric->name);
    cJSON_AddStringToObject(o, "title", j->rubric->title);
    list = cJSON_AddArrayToObject(o, "sandbox");
    for (unsigned i = 0; i < SANDBOX_LAYERS; i++)
        if (sandbox_layers() >> i & 1)
            cJSON_AddItemToArray(list, cJSON_CreateString(
                sandbox_layer_name((enum sandbox_layer)i)));
    list = cJSON_AddArrayToObject(o, "submissions");
    for (size_t i = 0; i < j->subs.n; i++) {
        cJSON *s = result_of(j, i);

        name_it(j, i, s);
        cJSON_AddItemToArray(list, s);
    }
    return o;
}

/* --- out --- */

static bool write_format(enum grade_format f, const cJSON *whole, const char *file)
{
    struct diag d = { .line = 0 };
    char *text = NULL;
    size_t size;
    FILE *mem = open_memstream(&text, &size);
    bool good = mem && grade_write(f, whole, mem);

    if (mem)
        fclose(mem);
    struct outfile *out = good ? outfile_open(file, &d) : NULL;
    good = out && outfile_write(out, text, size) && outfile_commit(out, &d) == ERR_OK;
    if (!good)
        diag_print(&d);
    free(text);
    return good;
}

/* One file for each submission, under its name. */
static bool write_singles(const struct job *j, enum grade_format f)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(j->whole, "submissions"), *s;
    bool good = true;
    char file[8192], name[512];

    if (cJSON_GetArraySize(all) == 1) {
        snprintf(file, sizeof file, "%s/%s", j->out, grade_format_file(f));
        return write_format(f, j->whole, file);
    }
    cJSON_ArrayForEach(s, all) {
        cJSON *one = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(one, "submissions");

        cJSON_AddItemReferenceToArray(list, (cJSON *)(uintptr_t)s);
        snprintf(name, sizeof name, "%.500s", grade_str(s, "name"));
        for (char *c = name; *c; c++)
            *c = *c == '/' ? '_' : *c;
        snprintf(file, sizeof file, "%s/%s.%s", j->out, name, grade_format_file(f));
        good = write_format(f, one, file) && good;
        cJSON_Delete(one);
    }
    return good;
}

static bool output(const struct job *j, const char *name)
{
    enum grade_format f;
    char file[8192];

    grade_format_find(name, &f);
    if (!j->out)
        return write_format(f, j->whole, "-");
    if (grade_format_single(f))
        return write_singles(j, f);
    snprintf(file, sizeof file, "%s/%s", j->out, grade_format_file(f));
    return write_format(f, j->whole, file);
}

/* Are they formats, and is there room for what they give? */
static bool check_formats(const struct job *j)
{
    char list[256], *rest = list, *name;
    unsigned n = 0;
    enum grade_format f;

    snprintf(list, sizeof list, "%s", j->formats);
    while ((name = strsep(&rest, ","))) {
        if (!grade_format_find(name, &f)) {
            fprintf(stderr, "ossim grade: error: there is no format \"%s\" (expected text, json, "
                    "html, gradescope, junit, tap, github, autolab, prairielearn, submitty, csv)\n",
                    name);
            return false;
        }
        if (!j->out && (n++ || (grade_format_single(f) && j->subs.n > 1))) {
            fprintf(stderr, "ossim grade: error: this is more than one file (give --out DIR)\n");
            return false;
        }
    }
    return true;
}

static bool write_all(const struct job *j)
{
    bool json_out = j->o.json && strcmp(j->o.json, "-") == 0, good = true;
    char list[256], *rest = list, *name;

    snprintf(list, sizeof list, "%s", j->formats);
    if (!json_out && (!j->o.quiet || j->out))
        while ((name = strsep(&rest, ",")))
            good = output(j, name) && good;
    if (!json_out && !j->o.quiet && j->subs.n > 1 && !j->out && !strcmp(j->formats, "text"))
        grade_class_report(j->whole, stdout);
    if (j->o.json)
        good = write_format(GRADE_JSON, j->whole, j->o.json) && good;
    return good;
}

static int verdict(const cJSON *whole)
{
    const cJSON *s, *p;
    int status = EXIT_DONE;

    cJSON_ArrayForEach(s, cJSON_GetObjectItemCaseSensitive(whole, "submissions")) {
        if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "passed")) && status < EXIT_RUN_FAILED)
            status = EXIT_RUN_FAILED;
        cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(s, "parts"))
            if (strcmp(grade_str(p, "status"), "grader-error") == 0)
                status = EXIT_OUR_FAULT;
    }
    return status;
}

/* --- all of it --- */

static bool make_state(struct job *j)
{
    struct diag d = { .line = 0 };

    if (j->out)
        snprintf(j->state, sizeof j->state, "%.4000s/.results", j->out);
    else
        snprintf(j->state, sizeof j->state, "%s/results", j->root);
    if (dir_make(j->state, &d)) {
        diag_print(&d);
        return false;
    }
    return true;
}

/* The same once more; false: it is not the same. */
static bool repeat(struct job *j)
{
    char *first = cJSON_Print(j->whole), *second;
    bool same;

    j->resume = NULL;
    find_pending(j);
    if (!grade_pending(j))
        return false;
    cJSON *again = assemble(j);
    second = cJSON_Print(again);
    same = first && second && strcmp(first, second) == 0;
    if (!same)
        fprintf(stderr, "ossim grade: error: graded again, the results are not the same\n");
    cJSON_free(first);
    cJSON_free(second);
    cJSON_Delete(again);
    return same;
}

static int grade_all(struct job *j)
{
    int status;

    if (!check_formats(j) || (j->repeat && !options_count("grade", "repeat", j->repeat, 1000,
                                                          &j->times)))
        return EXIT_BAD_INPUT;
    if (!make_state(j))
        return EXIT_OUR_FAULT;
    grade_prepare(j->rubric, j->v);
    guest_cc_prepare();
    find_pending(j);
    if (!grade_pending(j))
        return EXIT_OUR_FAULT;
    j->whole = assemble(j);
    status = verdict(j->whole);
    for (unsigned i = 1; i < j->times; i++)
        if (!repeat(j))
            status = EXIT_OUR_FAULT;
    find_similar(j);
    if (!write_all(j) && status == EXIT_DONE)
        status = EXIT_RUN_FAILED;
    return status;
}

static void tidy(struct job *j)
{
    if (j->root[0])
        scratch_remove(j->root);
    cJSON_Delete(j->whole);
    free(j->file);
    free(j->key);
    free(j->pending);
    submissions_free(&j->subs);
    rubric_free(j->rubric);
    if (j->v)
        vocab_close(j->v);
    options_free(&j->o);
}

static int make_autograder(struct job *j, const char *rubric)
{
    if (strcmp(j->autograder, "gradescope") != 0 || !j->zip || !rubric) {
        fprintf(stderr, "ossim grade: error: expected --make-autograder gradescope RUBRIC.json "
                "-o FILE.zip\n");
        return EXIT_BAD_INPUT;
    }
    if (!load_rubric(j, rubric))
        return EXIT_BAD_INPUT;
    return autograder_write(rubric, j->zip, j->v) ? EXIT_DONE : EXIT_RUN_FAILED;
}

static int write_handout(struct job *j, const char *rubric)
{
    uint64_t seed = seed_of(j->variant ? j->variant : "");

    if (!rubric || j->o.nfiles || (j->variant && strcmp(j->variant, "name") == 0)) {
        fprintf(stderr, "ossim grade: error: expected --rubric RUBRIC.json --write DIR, with "
                "--variant SEED for one that is varied (the name itself, for that of \"name\")\n");
        return EXIT_BAD_INPUT;
    }
    if (!load_rubric(j, rubric))
        return EXIT_BAD_INPUT;
    return handout_write(rubric, j->variant ? &seed : NULL, j->write) ? EXIT_DONE
                                                                      : EXIT_RUN_FAILED;
}

/* What is asked for, once the command line has been read. */
static int grade(struct job *j, const char *rubric)
{
    if (!j->v)
        return EXIT_OUR_FAULT;
    if (j->autograder)
        return make_autograder(j, rubric ? rubric : j->o.nfiles == 1 ? j->o.files[0] : NULL);
    if (j->write)
        return write_handout(j, rubric);
    if (!rubric || j->o.nfiles == 0 || (j->resume && !j->out)) {
        fprintf(stderr, rubric && j->o.nfiles ? "ossim grade: error: --resume needs --out DIR, "
                "where the results are\n" : "ossim grade: error: expected submissions and --rubric "
                "RUBRIC.json\ntry: ossim grade --help\n");
        return EXIT_BAD_INPUT;
    }
    if (!use_sandbox(j->sandbox) || !load_rubric(j, rubric) || !collect(j))
        return EXIT_BAD_INPUT;
    return grade_all(j);
}

int cmd_grade(int argc, char **argv)
{
    struct job j = { .sandbox = "best-effort", .formats = "text" };
    static char long_o[] = "--o";
    const char *rubric = NULL;
    const struct option_extra extra[] = {
        { "rubric", true, "FILE", "what is asked for", &rubric },
        { "sandbox", true, "require|best-effort", "if a layer of the sandbox is missing",
          &j.sandbox },
        { "format", true, "F,...", "text json html gradescope junit tap github autolab\n"
          "                         prairielearn submitty csv", &j.formats },
        { "out", true, "DIR", "write files there; results grow there, too", &j.out },
        { "resume", false, NULL, "go on from what --out DIR has", &j.resume },
        { "variant", true, "SEED|name", "workloads of equal difficulty in the place of templates:\n"
          "                         of that seed, or everybody's own, by the submission's name",
          &j.variant },
        { "write", true, "DIR", "write what a student takes home: the visible parts, with\n"
          "                         --variant SEED as that one has them", &j.write },
        { "repeat", true, "N", "grade N times; the results must be the same bytes", &j.repeat },
        { "make-autograder", true, "gradescope", "write a zip for that platform (-o FILE)",
          &j.autograder },
        { "o", true, "FILE", "where the zip goes", &j.zip },
        { .name = NULL },
    };
    int status;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "-o") == 0)
            argv[i] = long_o;
    if (!options_parse(&j.o, argc, argv, OPTIONS_LOAD | OPTIONS_GRADE, extra, &help, &status))
        return status;
    j.v = vocab_open();
    status = grade(&j, rubric);
    tidy(&j);
    return status;
}
