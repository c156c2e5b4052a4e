/* html.c - a page that needs nothing but itself: no script, no font, no network. */
#include <grade/output.h>

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 720, BAR = 22, LEFT = 90 };

/* Okabe and Ito, "Color Universal Design", and the names inside: never by colour alone. */
static const char *const colours[] = {
    "#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#0072b2", "#d55e00", "#999999",
};
enum { COLOURS = sizeof colours / sizeof *colours, DARK = 5 };    /* that one wants white text */

static const char style[] =
    ":root{color-scheme:light dark}body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%}td,th{padding:.3em .6em;text-align:left;"
    "border-bottom:1px solid #ddd}.n{text-align:right}pre{background:#f6f6f6;padding:.6em;"
    "overflow-x:auto}pre.w{white-space:pre-wrap;overflow-wrap:anywhere}p{white-space:pre-wrap}.pass{color:#00694d}.other{color:#a33d00}h2{margin-top:2em}"
    "details{margin:.6em 0}summary{cursor:pointer}svg{display:block;max-width:100%}"
    "@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}pre{background:#262626}"
    ".pass{color:#5fd3a8}.other{color:#ffab73}td,th{border-color:#444}}";

static void text(const char *s, FILE *out)
{
    for (; *s; s++)
        switch (*s) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        default: fputc(*s, out);
        }
}

/* Of a text, the bytes from one place to another: what may wrap, or what must not. */
static void pre(const char *from, const char *to, bool wraps, FILE *out)
{
    char *part = strndup(from, (size_t)(to - from));

    if (part && *part) {
        fputs(wraps ? "<pre class=w>" : "<pre>", out);
        text(part, out);
        fputs("</pre>", out);
    }
    free(part);
}

enum { NAMES = 64 };

struct window {
    double from, to;
    unsigned harts;
    const char *name[NAMES];    /* of tasks, as they come */
    unsigned nnames;
};

static void look(const cJSON *pieces, struct window *w)
{
    const cJSON *p;

    cJSON_ArrayForEach(p, pieces) {
        if (grade_num(p, "from") < w->from)
            w->from = grade_num(p, "from");
        if (grade_num(p, "to") > w->to)
            w->to = grade_num(p, "to");
        if (grade_num(p, "cpu") + 1 > w->harts)
            w->harts = (unsigned)grade_num(p, "cpu") + 1;
    }
}

/* In the order in which tasks first appear, so that one has one colour in both charts. */
static unsigned colour(struct window *w, const char *task)
{
    unsigned i = 0;

    while (i < w->nnames && strcmp(w->name[i], task) != 0)
        i++;
    if (i == w->nnames && w->nnames < NAMES)
        w->name[w->nnames++] = task;
    return i % COLOURS;
}

static void bars(const cJSON *pieces, struct window *w, double top, const char *name,
                 FILE *out)
{
    double scale = (WIDTH - LEFT) / (w->to - w->from);
    const cJSON *p;

    fprintf(out, "<text x=\"0\" y=\"%g\" fill=\"currentColor\">%s</text>", top + 15, name);
    cJSON_ArrayForEach(p, pieces) {
        double x = LEFT + (grade_num(p, "from") - w->from) * scale;
        double width = (grade_num(p, "to") - grade_num(p, "from")) * scale;
        double y = top + grade_num(p, "cpu") * BAR;
        unsigned fill = colour(w, grade_str(p, "task"));

        fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\" "
                "stroke=\"#fff\"><title>", x, y, width, BAR - 2, colours[fill]);
        text(grade_str(p, "task"), out);
        fprintf(out, " %g to %g</title></rect>", grade_num(p, "from"), grade_num(p, "to"));
        if (width > 8 * (double)strlen(grade_str(p, "task"))) {
            fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">", x + 3, y + 15,
                    fill == DARK ? "#fff" : "#000");
            text(grade_str(p, "task"), out);
            fputs("</text>", out);
        }
    }
}

/* The reference's chart above, the submission's below, a line where they part. */
static void charts(const cJSON *d, FILE *out)
{
    const cJSON *mine = cJSON_GetObjectItemCaseSensitive(d, "gantt");
    const cJSON *model = cJSON_GetObjectItemCaseSensitive(d, "reference_gantt");
    struct window w = { .from = 1e300, .to = -1e300, .harts = 1 };
    double at = grade_num(d, "at"), x, height;
    const char *change = grade_str(d, "change");

    look(mine, &w);
    look(model, &w);
    if (w.to <= w.from)
        return;
    height = 2.0 * w.harts * BAR + 8;
    x = LEFT + (at - w.from) * (WIDTH - LEFT) / (w.to - w.from);
    fprintf(out, "<svg viewBox=\"0 0 %d %g\" width=\"%d\" font-size=\"13\" role=\"img\" "
            "aria-label=\"two schedules\">", WIDTH + 10, height + 22, WIDTH + 10);
    bars(model, &w, 0, *change ? "as it is" : "reference", out);
    bars(mine, &w, w.harts * BAR + 8.0, *change ? change : "yours", out);
    fprintf(out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%g\" stroke=\"#d00\" "
            "stroke-width=\"2\"/><text x=\"%.1f\" y=\"%g\" fill=\"currentColor\">%g %s</text></svg>\n",
            x, x, height, x > WIDTH - 60 ? (double)WIDTH - 60 : x, height + 16, at,
            grade_str(d, "time_unit"));
}

static void part(const cJSON *p, FILE *out)
{
    const cJSON *d = cJSON_GetObjectItemCaseSensitive(p, "divergence");
    const char *message = grade_str(p, "message");
    char *said = grade_part_text(p);

    if (!d)
        d = cJSON_GetObjectItemCaseSensitive(p, "counterexample");
    fputs("<details open><summary><b>", out);
    text(grade_str(p, "id"), out);
    fputs("</b> ", out);
    text(grade_str(p, "title"), out);
    fputs("</summary>\n", out);
    if (d)
        charts(d, out);
    /* The first of it is a sentence, and wraps; charts must not. */
    fputs("<p>", out);
    text(message, out);
    fputs("</p>\n", out);
    if (said && *message && strlen(said) > strlen(message) + 1) {
        const char *rest = said + strlen(message) + 1, *end = rest + strlen(rest);
        const char *drawn = grade_str(d, "charts"), *at = *drawn ? strstr(rest, drawn) : NULL;

        pre(rest, at ? at : end, true, out);
        if (at) {
            pre(at, at + strlen(drawn), false, out);
            pre(at + strlen(drawn), end, true, out);
        }
    }
    fputs("</details>\n", out);
    free(said);
}

static void submission(const cJSON *s, FILE *out)
{
    const cJSON *parts = cJSON_GetObjectItemCaseSensitive(s, "parts"), *p;

    fputs("<h2>", out);
    text(grade_str(s, "name"), out);
    fprintf(out, ": %g of %g points</h2>\n<table><tr><th>part<th>status<th class=n>points"
            "<th class=n>of</tr>\n", grade_num(s, "score"), grade_num(s, "max"));
    cJSON_ArrayForEach(p, parts) {
        const char *status = grade_str(p, "status");

        fputs("<tr><td>", out);
        text(grade_str(p, "title"), out);
        fprintf(out, "<td class=%s>%s<td class=n>%g<td class=n>%g</tr>\n",
                strcmp(status, "pass") ? "other" : "pass", status, grade_num(p, "points"),
                grade_num(p, "max"));
    }
    fputs("</table>\n", out);
    cJSON_ArrayForEach(p, parts)
        if (strcmp(grade_str(p, "status"), "pass") != 0)
            part(p, out);
}

/* Its table keeps its columns; the sentences below it wrap. */
static void class_report(const cJSON *whole, FILE *out)
{
    char *report = NULL;
    const char *end, *below;
    size_t size;
    FILE *f = open_memstream(&report, &size);

    if (!f)
        return;
    grade_class_report(whole, f);
    fclose(f);
    if (report) {
        end = report + strlen(report);
        below = strstr(report, "\nthe most common mistakes:");
        below = below ? below : strstr(report, "\nmost instructions:");
        below = below ? below + 1 : end;
        pre(report, below, false, out);
        pre(below, end, true, out);
    }
    free(report);
}

bool grade_write_html(const cJSON *whole, FILE *out)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(whole, "submissions"), *s;

    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width\">"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'\"><title>", out);
    text(grade_str(whole, "rubric"), out);
    fprintf(out, "</title><style>%s</style></head><body>\n<h1>", style);
    text(grade_str(whole, "title"), out);
    fputs("</h1>\n", out);
    if (cJSON_GetArraySize(all) > 1)
        class_report(whole, out);
    cJSON_ArrayForEach(s, all)
        submission(s, out);
    fputs("</body></html>\n", out);
    return !ferror(out);
}
