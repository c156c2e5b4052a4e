/* output.c - the model, text, and the report on a class. See output.h. */
#include <grade/output.h>

#include <cjson/cJSON.h>
#include <lab/report.h>

#include <stdlib.h>
#include <string.h>

/* --- the model --- */

/* What somebody needs to see it again. */
static void add_run(cJSON *o, const char *workload, const char *options)
{
    if (workload)
        cJSON_AddItemToObject(o, "workload", cJSON_Parse(workload));
    if (options && *options)
        cJSON_AddStringToObject(o, "options", options);
}

static cJSON *divergence_json(const struct grade_divergence *d)
{
    cJSON *o = cJSON_CreateObject(), *list;

    cJSON_AddStringToObject(o, "run", d->run);
    cJSON_AddNumberToObject(o, "at", (double)d->at / (double)d->unit);
    cJSON_AddStringToObject(o, "time_unit", d->unit_name);
    cJSON_AddStringToObject(o, "expected", d->expected);
    cJSON_AddStringToObject(o, "got", d->got);
    list = cJSON_AddArrayToObject(o, "runnable");
    for (unsigned i = 0; i < d->nrunnable; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(d->runnable[i]));
    cJSON_AddItemToObject(o, "gantt", cJSON_Duplicate(d->gantt, 1));
    cJSON_AddItemToObject(o, "reference_gantt", cJSON_Duplicate(d->reference_gantt, 1));
    cJSON_AddStringToObject(o, "charts", d->charts);
    if (d->reference)
        cJSON_AddStringToObject(o, "reference", d->reference);
    if (d->change)
        cJSON_AddStringToObject(o, "change", d->change);
    add_run(o, d->workload, d->options);
    return o;
}

static cJSON *part_json(const struct grade_part *p)
{
    cJSON *o = cJSON_CreateObject(), *tags;

    cJSON_AddStringToObject(o, "id", p->part->id);
    cJSON_AddStringToObject(o, "title", p->part->title);
    cJSON_AddNumberToObject(o, "points", p->points);
    cJSON_AddNumberToObject(o, "max", p->part->points);
    cJSON_AddStringToObject(o, "status", grade_status_name(p->status));
    cJSON_AddStringToObject(o, "message", p->message);
    if (p->hint)
        cJSON_AddStringToObject(o, "hint", p->hint->say);
    if (p->hint && p->hint->name)
        cJSON_AddStringToObject(o, "mistake", p->hint->name);
    cJSON_AddStringToObject(o, "visibility", p->part->hidden ? "hidden" : "visible");
    tags = cJSON_AddArrayToObject(o, "tags");
    for (uint32_t i = 0; i < p->part->ntags; i++)
        cJSON_AddItemToArray(tags, cJSON_CreateString(p->part->tags[i]));
    if (p->divergence)
        cJSON_AddItemToObject(o, p->part->hidden ? "counterexample" : "divergence",
                              divergence_json(p->divergence));
    if (p->workload) {
        cJSON *run = cJSON_AddObjectToObject(o, "run");

        add_run(run, p->workload, p->options);
    }
    return o;
}

cJSON *grade_model(const struct grade_result *r)
{
    cJSON *o = cJSON_CreateObject(), *parts;

    cJSON_AddStringToObject(o, "name", r->name);
    cJSON_AddNumberToObject(o, "score", r->score);
    cJSON_AddNumberToObject(o, "max", r->max);
    cJSON_AddBoolToObject(o, "passed", r->passed);
    cJSON_AddNumberToObject(o, "instructions", (double)r->instructions);
    parts = cJSON_AddArrayToObject(o, "parts");
    for (uint32_t i = 0; i < r->nparts; i++)
        cJSON_AddItemToArray(parts, part_json(&r->parts[i]));
    return o;
}

const char *grade_str(const cJSON *o, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsString(v) ? v->valuestring : "";
}

double grade_num(const cJSON *o, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsNumber(v) ? v->valuedouble : 0;
}

/* --- text --- */

static void indented(const char *text, const char *by, FILE *out)
{
    while (*text) {
        size_t n = strcspn(text, "\n");

        fprintf(out, "%s%.*s\n", by, (int)n, text);
        text += n + (text[n] == '\n');
    }
}

static const cJSON *difference(const cJSON *part)
{
    const cJSON *d = cJSON_GetObjectItemCaseSensitive(part, "divergence");

    return d ? d : cJSON_GetObjectItemCaseSensitive(part, "counterexample");
}

static void say_run(const cJSON *of, FILE *out)
{
    const cJSON *workload = cJSON_GetObjectItemCaseSensitive(of, "workload");
    const char *reference = grade_str(of, "reference");
    char *text = workload ? cJSON_PrintUnformatted(workload) : NULL;

    if (text)
        fprintf(out, "%s\nto see it again, save this as w.json: ossim %s w.json --sched "
                "%s%sguest:./mine.c%s\n", text, *reference ? "diff" : "run", reference,
                *reference ? "," : "", grade_str(of, "options"));
    cJSON_free(text);
}

static void say_difference(const cJSON *d, FILE *out)
{
    const cJSON *who;
    unsigned n = 0;

    fprintf(out, "at %g %s, %s:", grade_num(d, "at"), grade_str(d, "time_unit"),
            *grade_str(d, "change") ? "with the workload as it is" : "under the reference");
    cJSON_ArrayForEach(who, cJSON_GetObjectItemCaseSensitive(d, "runnable"))
        fprintf(out, "%s %s", n++ ? "," : "", cJSON_IsString(who) ? who->valuestring : "?");
    fputc('\n', out);
    say_run(d, out);
    fputs(grade_str(d, "charts"), out);
}

char *grade_part_text(const cJSON *part)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    if (*grade_str(part, "message"))
        fprintf(f, "%s\n", grade_str(part, "message"));
    if (difference(part))
        say_difference(difference(part), f);
    if (cJSON_GetObjectItemCaseSensitive(part, "run"))
        say_run(cJSON_GetObjectItemCaseSensitive(part, "run"), f);
    fclose(f);
    return text;
}

static void print_part(const cJSON *p, FILE *out)
{
    const char *status = grade_str(p, "status");
    char *text;

    fprintf(out, "  %-14s %5g/%-5g %-24s %s\n", status, grade_num(p, "points"),
            grade_num(p, "max"), grade_str(p, "id"), grade_str(p, "title"));
    if (strcmp(status, "pass") == 0)
        return;
    text = grade_part_text(p);
    indented(text ? text : "", "      ", out);
    free(text);
}

static bool failed_by_grader(const cJSON *s)
{
    const cJSON *p;

    cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(s, "parts"))
        if (strcmp(grade_str(p, "status"), "grader-error") == 0)
            return true;
    return false;
}

static bool write_text(const cJSON *whole, FILE *out)
{
    const cJSON *s, *p;

    cJSON_ArrayForEach(s, cJSON_GetObjectItemCaseSensitive(whole, "submissions")) {
        bool passed = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "passed"));

        fprintf(out, "%s: %g of %g points%s\n", grade_str(s, "name"), grade_num(s, "score"),
                grade_num(s, "max"), failed_by_grader(s) ? " (not final: the grader failed)"
                                     : passed ? "" : ", not passed");
        cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(s, "parts"))
            print_part(p, out);
    }
    return !ferror(out);
}

static bool write_json(const cJSON *whole, FILE *out)
{
    char *text = cJSON_Print(whole);
    bool good = text && fputs(text, out) >= 0 && fputc('\n', out) != EOF;

    cJSON_free(text);
    return good;
}

/* --- a class --- */

enum { MISTAKES = 64, SHOWN = 8, SIMILAR_SHOWN = 20 };

/* The same mistake in several parts is one; without a name it is what is said of it. */
struct mistake { const char *name, *hint; unsigned times; const cJSON *last; };

static void count_mistake(struct mistake *all, unsigned *n, const cJSON *submission,
                          const cJSON *part)
{
    const char *hint = grade_str(part, "hint"), *name = grade_str(part, "mistake");
    unsigned i = 0;

    if (!*hint)
        return;
    while (i < *n && (strcmp(all[i].name, name) != 0 ||
                      (!*name && strcmp(all[i].hint, hint) != 0)))
        i++;
    if (i == *n && *n < MISTAKES)
        all[(*n)++] = (struct mistake){ name, hint, 0, NULL };
    if (i < *n && all[i].last != submission) {
        all[i].times++;
        all[i].last = submission;
    }
}

static int more_often(const void *a, const void *b)
{
    const struct mistake *x = a, *y = b;

    return x->times != y->times ? (x->times < y->times ? 1 : -1)
           : strcmp(x->name, y->name) ? strcmp(x->name, y->name) : strcmp(x->hint, y->hint);
}

static void mistakes(const cJSON *all, FILE *out)
{
    struct mistake m[MISTAKES];
    const cJSON *s, *p;
    unsigned n = 0;

    cJSON_ArrayForEach(s, all)
        cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(s, "parts"))
            count_mistake(m, &n, s, p);
    qsort(m, n, sizeof *m, more_often);
    for (unsigned i = 0; i < n && i < SHOWN; i++)
        fprintf(out, "%s%4u  %s%s%s\n", i ? "" : "the most common mistakes:\n", m[i].times,
                m[i].name, *m[i].name ? ": " : "", m[i].hint);
}

static void slowest(const cJSON *all, FILE *out)
{
    const cJSON *s, *best[3] = { NULL, NULL, NULL };

    cJSON_ArrayForEach(s, all)
        for (unsigned i = 0, done = 0; i < 3 && !done; i++)
            if (!best[i] || grade_num(s, "instructions") > grade_num(best[i], "instructions")) {
                memmove(best + i + 1, best + i, (2 - i) * sizeof *best);
                best[i] = s;
                done = 1;
            }
    fputs("most instructions:", out);
    for (unsigned i = 0; i < 3 && best[i]; i++)
        fprintf(out, "%s %s %.3g", i ? "," : "", grade_str(best[i], "name"),
                grade_num(best[i], "instructions"));
    fputc('\n', out);
}

static void similar(const cJSON *pairs, FILE *out)
{
    const cJSON *p;
    unsigned n = 0;

    cJSON_ArrayForEach(p, pairs)
        if (n++ < SIMILAR_SHOWN)
            fprintf(out, "%s%4g%% of %s is in %s\n", n > 1 ? "" : "much alike, by sim_c:\n",
                    grade_num(p, "percent"), grade_str(p, "name"), grade_str(p, "of"));
    if (n > SIMILAR_SHOWN)
        fprintf(out, "      and %u more, all in the JSON\n", n - SIMILAR_SHOWN);
}

void grade_class_report(const cJSON *whole, FILE *out)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(whole, "submissions"), *s;
    const cJSON *first = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(all, 0), "parts");
    int n = cJSON_GetArraySize(all), nparts = cJSON_GetArraySize(first), passed = 0;
    double sum = 0;

    cJSON_ArrayForEach(s, all) {
        sum += grade_num(s, "score");
        passed += cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "passed"));
    }
    fprintf(out, "%d submissions, %d passed, mean %.3g points\n", n, passed, n ? sum / n : 0);
    fprintf(out, "%-24s %8s %8s %8s %8s\n", "part", "mean", "all", "some", "none");
    for (int i = 0; i < nparts; i++) {
        unsigned count[3] = { 0, 0, 0 };
        double points = 0;

        cJSON_ArrayForEach(s, all) {
            const cJSON *p = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(s, "parts"), i);
            double got = grade_num(p, "points");

            points += got;
            count[got >= grade_num(p, "max") ? 0 : got > 0 ? 1 : 2]++;
        }
        fprintf(out, "%-24s %8.3g %8u %8u %8u\n", grade_str(cJSON_GetArrayItem(first, i), "id"),
                n ? points / n : 0, count[0], count[1], count[2]);
    }
    mistakes(all, out);
    slowest(all, out);
    similar(cJSON_GetObjectItemCaseSensitive(whole, "similar"), out);
}

/* --- which format --- */

static const struct { const char *name, *file; bool single; } formats[GRADE_FORMATS] = {
    [GRADE_TEXT] = { "text", "results.txt", false },
    [GRADE_JSON] = { "json", "grades.json", false },
    [GRADE_HTML] = { "html", "results.html", false },
    [GRADE_GRADESCOPE] = { "gradescope", "results.json", true },
    [GRADE_JUNIT] = { "junit", "junit.xml", false },
    [GRADE_TAP] = { "tap", "results.tap", false },
    [GRADE_GITHUB] = { "github", "github.txt", true },
    [GRADE_AUTOLAB] = { "autolab", "autolab.txt", true },
    [GRADE_PRAIRIELEARN] = { "prairielearn", "prairielearn.json", true },
    [GRADE_SUBMITTY] = { "submitty", "submitty.json", true },
    [GRADE_CSV] = { "csv", "results.csv", false },
};

bool grade_format_find(const char *name, enum grade_format *out)
{
    for (unsigned i = 0; i < GRADE_FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0) {
            *out = (enum grade_format)i;
            return true;
        }
    return false;
}

const char *grade_format_file(enum grade_format f)
{
    return formats[f].file;
}

bool grade_format_single(enum grade_format f)
{
    return formats[f].single;
}

bool grade_write(enum grade_format f, const cJSON *whole, FILE *out)
{
    switch (f) {
    case GRADE_TEXT: return write_text(whole, out);
    case GRADE_JSON: return write_json(whole, out);
    case GRADE_HTML: return grade_write_html(whole, out);
    default: return grade_write_other(f, whole, out);
    }
}
