/* output.c - see output.h. */
#include <grade/output.h>

#include <cjson/cJSON.h>
#include <lab/report.h>

#include <string.h>

/* --- text --- */

static void indented(const char *text, FILE *out)
{
    while (*text) {
        size_t n = strcspn(text, "\n");

        fprintf(out, "      %.*s\n", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

static void print_divergence(const struct grade_divergence *d, FILE *out)
{
    char time[48];

    fprintf(out, "      at %s %s, under the reference:",
            short_time(d->at, d->unit, time, sizeof time), d->unit_name);
    for (unsigned i = 0; i < d->nrunnable; i++)
        fprintf(out, "%s %s", i ? "," : "", d->runnable[i]);
    fputc('\n', out);
    if (d->workload)
        indented(d->workload, out);
    indented(d->charts, out);
}

void grade_print(const struct grade_result *r, FILE *out)
{
    fprintf(out, "%s: %g of %g points%s\n", r->name, r->score, r->max,
            r->error ? " (not final: the grader failed)" : r->passed ? "" : ", not passed");
    for (uint32_t i = 0; i < r->nparts; i++) {
        const struct grade_part *p = &r->parts[i];

        fprintf(out, "  %-14s %5g/%-5g %-24s %s\n", grade_status_name(p->status), p->points,
                p->part->points, p->part->id, p->part->title);
        if (p->message[0] && p->status != GRADE_PASS)
            indented(p->message, out);
        if (p->divergence)
            print_divergence(p->divergence, out);
    }
}

/* --- JSON --- */

static cJSON *divergence_json(const struct grade_divergence *d)
{
    cJSON *o = cJSON_CreateObject(), *list;

    cJSON_AddStringToObject(o, "run", d->run);
    cJSON_AddNumberToObject(o, "at", (double)d->at / (double)d->unit);
    cJSON_AddStringToObject(o, "expected", d->expected);
    cJSON_AddStringToObject(o, "got", d->got);
    list = cJSON_AddArrayToObject(o, "runnable");
    for (unsigned i = 0; i < d->nrunnable; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(d->runnable[i]));
    cJSON_AddItemToObject(o, "gantt", cJSON_Duplicate(d->gantt, 1));
    cJSON_AddItemToObject(o, "reference_gantt", cJSON_Duplicate(d->reference_gantt, 1));
    cJSON_AddStringToObject(o, "charts", d->charts);
    if (d->workload)
        cJSON_AddItemToObject(o, "workload", cJSON_Parse(d->workload));
    return o;
}

static cJSON *part_json(const struct grade_part *p)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "id", p->part->id);
    cJSON_AddStringToObject(o, "title", p->part->title);
    cJSON_AddNumberToObject(o, "points", p->points);
    cJSON_AddNumberToObject(o, "max", p->part->points);
    cJSON_AddStringToObject(o, "status", grade_status_name(p->status));
    cJSON_AddStringToObject(o, "message", p->message);
    cJSON_AddStringToObject(o, "visibility", p->part->hidden ? "hidden" : "visible");
    if (p->divergence && !p->part->hidden)
        cJSON_AddItemToObject(o, "divergence", divergence_json(p->divergence));
    else if (p->divergence)
        cJSON_AddItemToObject(o, "counterexample", divergence_json(p->divergence));
    return o;
}

static cJSON *result_json(const struct grade_result *r)
{
    cJSON *o = cJSON_CreateObject(), *parts;

    cJSON_AddStringToObject(o, "name", r->name);
    cJSON_AddNumberToObject(o, "score", r->score);
    cJSON_AddNumberToObject(o, "max", r->max);
    cJSON_AddBoolToObject(o, "passed", r->passed);
    parts = cJSON_AddArrayToObject(o, "parts");
    for (uint32_t i = 0; i < r->nparts; i++)
        cJSON_AddItemToArray(parts, part_json(&r->parts[i]));
    return o;
}

bool grade_json(const struct rubric *rubric, const struct grade_result *const *all,
                size_t n, FILE *out)
{
    cJSON *root = cJSON_CreateObject(), *list;
    bool good;
    char *text;

    cJSON_AddNumberToObject(root, "ossim", 1);
    cJSON_AddStringToObject(root, "rubric", rubric->name);
    list = cJSON_AddArrayToObject(root, "submissions");
    for (size_t i = 0; i < n; i++)
        cJSON_AddItemToArray(list, result_json(all[i]));
    text = cJSON_Print(root);
    good = text && fputs(text, out) >= 0 && fputc('\n', out) != EOF;
    cJSON_free(text);
    cJSON_Delete(root);
    return good;
}
