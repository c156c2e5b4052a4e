/* platform.c - what course platforms read. Their layouts are in the documentation of each:
 * Gradescope "Autograder Specifications", GitHub Classroom "autograding-grading-reporter",
 * Autolab "Guide for Lab Authors", PrairieLearn "External grading", Submitty "results.json",
 * JUnit's XML as Jenkins reads it, TAP 13, RFC 4180.
 *
 * A grader's own failure is an error in each that knows one, and never a failure of the
 * student's. No times are given: they would not be the same twice.
 */
#include <grade/output.h>

#include <cjson/cJSON.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Most text of a part where a platform has a limit (PrairieLearn: 1 MB in all). */
enum { PART_TEXT = 4000 };

static const cJSON *parts_of(const cJSON *s)
{
    return cJSON_GetObjectItemCaseSensitive(s, "parts");
}

static bool is(const cJSON *part, const char *status)
{
    return strcmp(grade_str(part, "status"), status) == 0;
}

static bool any(const cJSON *s, const char *status)
{
    const cJSON *p;

    cJSON_ArrayForEach(p, parts_of(s))
        if (is(p, status))
            return true;
    return false;
}

/* What is said of a part, cut at a character's end. */
static void add_text(cJSON *o, const char *key, const cJSON *part)
{
    char *text = grade_part_text(part);
    size_t n = text ? strlen(text) : 0;

    if (n > PART_TEXT) {
        n = PART_TEXT;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--;
        text[n] = '\0';
    }
    cJSON_AddStringToObject(o, key, text ? text : "");
    free(text);
}

static void add_title(cJSON *o, const char *key, const cJSON *part)
{
    char text[400];

    snprintf(text, sizeof text, "%s: %s", grade_str(part, "id"), grade_str(part, "title"));
    cJSON_AddStringToObject(o, key, text);
}

static const char not_final[] = "The grader failed, not the submission: this is not final.";

/* --- platforms that take one submission --- */

/* Every part is visible: what is hidden of a hidden part has no place in the results, and a
 * test with visibility "hidden" would hide the total. */
static cJSON *gradescope(const cJSON *s)
{
    cJSON *o = cJSON_CreateObject(), *tests;
    const cJSON *p;
    int number = 0;
    char text[16];

    cJSON_AddNumberToObject(o, "score", grade_num(s, "score"));
    cJSON_AddStringToObject(o, "output", any(s, "grader-error") ? not_final : "");
    cJSON_AddStringToObject(o, "output_format", "text");
    cJSON_AddStringToObject(o, "visibility", "visible");
    cJSON_AddStringToObject(o, "stdout_visibility", "hidden");
    tests = cJSON_AddArrayToObject(o, "tests");
    cJSON_ArrayForEach(p, parts_of(s)) {
        cJSON *t = cJSON_CreateObject();

        cJSON_AddNumberToObject(t, "score", grade_num(p, "points"));
        cJSON_AddNumberToObject(t, "max_score", grade_num(p, "max"));
        cJSON_AddStringToObject(t, "status", is(p, "pass") ? "passed" : "failed");
        add_title(t, "name", p);
        snprintf(text, sizeof text, "%d", ++number);
        cJSON_AddStringToObject(t, "number", text);
        add_text(t, "output", p);
        cJSON_AddStringToObject(t, "output_format", "text");
        cJSON_AddItemToObject(t, "tags", cJSON_Duplicate(
            cJSON_GetObjectItemCaseSensitive(p, "tags"), 1));
        cJSON_AddStringToObject(t, "visibility", "visible");
        cJSON_AddItemToArray(tests, t);
    }
    return o;
}

static cJSON *github(const cJSON *s)
{
    cJSON *o = cJSON_CreateObject(), *tests;
    const cJSON *p;
    bool good = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "passed"));

    cJSON_AddNumberToObject(o, "version", 1);
    cJSON_AddStringToObject(o, "status", any(s, "grader-error") ? "error" : good ? "pass" : "fail");
    cJSON_AddNumberToObject(o, "max_score", grade_num(s, "max"));
    tests = cJSON_AddArrayToObject(o, "tests");
    cJSON_ArrayForEach(p, parts_of(s)) {
        cJSON *t = cJSON_CreateObject();

        add_title(t, "name", p);
        cJSON_AddStringToObject(t, "status", is(p, "pass") ? "pass"
                                : is(p, "grader-error") ? "error" : "fail");
        cJSON_AddNumberToObject(t, "score", grade_num(p, "points"));
        add_text(t, "message", p);
        cJSON_AddNumberToObject(t, "line_no", 0);
        cJSON_AddStringToObject(t, "test_code", "");
        cJSON_AddItemToArray(tests, t);
    }
    return o;
}

static cJSON *prairielearn(const cJSON *s)
{
    cJSON *o = cJSON_CreateObject(), *tests, *errors;
    const cJSON *p, *first = cJSON_GetArrayItem(parts_of(s), 0);
    double max = grade_num(s, "max");

    cJSON_AddBoolToObject(o, "gradable", !is(first, "compile-error") && !any(s, "grader-error"));
    cJSON_AddNumberToObject(o, "score", max > 0 ? grade_num(s, "score") / max : 0);
    if (is(first, "compile-error")) {
        errors = cJSON_AddArrayToObject(o, "format_errors");
        cJSON_AddItemToArray(errors, cJSON_CreateString(grade_str(first, "message")));
    }
    cJSON_AddStringToObject(o, "message", any(s, "grader-error") ? not_final : "");
    cJSON_AddStringToObject(o, "output", "");
    tests = cJSON_AddArrayToObject(o, "tests");
    cJSON_ArrayForEach(p, parts_of(s)) {
        cJSON *t = cJSON_CreateObject();

        cJSON_AddStringToObject(t, "name", grade_str(p, "id"));
        cJSON_AddStringToObject(t, "description", grade_str(p, "title"));
        cJSON_AddNumberToObject(t, "points", grade_num(p, "points"));
        cJSON_AddNumberToObject(t, "max_points", grade_num(p, "max"));
        cJSON_AddStringToObject(t, "message", grade_str(p, "status"));
        add_text(t, "output", p);
        cJSON_AddItemToArray(tests, t);
    }
    return o;
}

static cJSON *submitty(const cJSON *s)
{
    cJSON *o = cJSON_CreateObject(), *tests;
    const cJSON *p;

    tests = cJSON_AddArrayToObject(o, "testcases");
    cJSON_ArrayForEach(p, parts_of(s)) {
        cJSON *t = cJSON_CreateObject();

        add_title(t, "test_name", p);
        cJSON_AddNumberToObject(t, "points_awarded", grade_num(p, "points"));
        cJSON_AddNumberToObject(t, "points_available", grade_num(p, "max"));
        add_text(t, "message", p);
        cJSON_AddItemToArray(tests, t);
    }
    cJSON_AddNumberToObject(o, "automatic_grading_total", grade_num(s, "score"));
    cJSON_AddNumberToObject(o, "max_possible_grading_points", grade_num(s, "max"));
    return o;
}

static cJSON *autolab(const cJSON *s)
{
    cJSON *o = cJSON_CreateObject(), *scores = cJSON_AddObjectToObject(o, "scores"), *board;
    const cJSON *p;

    cJSON_ArrayForEach(p, parts_of(s))
        cJSON_AddNumberToObject(scores, grade_str(p, "id"), grade_num(p, "points"));
    board = cJSON_AddArrayToObject(o, "scoreboard");
    cJSON_AddItemToArray(board, cJSON_CreateNumber(grade_num(s, "score")));
    return o;
}

static void base64(const char *text, FILE *out)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strlen(text);

    for (size_t i = 0; i < n; i += 3) {
        unsigned left = n - i < 3 ? (unsigned)(n - i) : 3;
        uint32_t v = 0;

        for (unsigned k = 0; k < 3; k++)
            v = v << 8 | (k < left ? (unsigned char)text[i + k] : 0);
        for (unsigned k = 0; k < 4; k++)
            fputc(k <= left ? digits[v >> (18 - 6 * k) & 63] : '=', out);
    }
}

static bool put(cJSON *o, bool lines, bool encoded, FILE *out)
{
    char *text = lines ? cJSON_Print(o) : cJSON_PrintUnformatted(o);

    if (text && encoded)
        base64(text, out);
    else if (text)
        fputs(text, out);
    fputc('\n', out);
    bool good = text && !ferror(out);
    cJSON_free(text);
    cJSON_Delete(o);
    return good;
}

/* --- XML --- */

static void xml(const char *text, FILE *out)
{
    for (; *text; text++)
        switch (*text) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        default:
            fputc((unsigned char)*text < ' ' && *text != '\n' && *text != '\t' ? '?' : *text, out);
        }
}

static void junit_part(const cJSON *s, const cJSON *p, FILE *out)
{
    const char *kind = is(p, "grader-error") ? "error" : "failure";
    char *text = grade_part_text(p);

    fputs("    <testcase classname=\"", out);
    xml(grade_str(s, "name"), out);
    fputs("\" name=\"", out);
    xml(grade_str(p, "id"), out);
    fputs("\" time=\"0\"", out);
    if (is(p, "pass")) {
        fputs("/>\n", out);
    } else if (is(p, "skipped")) {
        fputs("><skipped/></testcase>\n", out);
    } else {
        fprintf(out, ">\n      <%s type=\"%s\" message=\"%g of %g points\">", kind,
                grade_str(p, "status"), grade_num(p, "points"), grade_num(p, "max"));
        xml(text ? text : "", out);
        fprintf(out, "</%s>\n    </testcase>\n", kind);
    }
    free(text);
}

static unsigned count(const cJSON *s, const char *status)
{
    const cJSON *p;
    unsigned n = 0;

    cJSON_ArrayForEach(p, parts_of(s))
        n += is(p, status);
    return n;
}

static bool junit(const cJSON *whole, FILE *out)
{
    const cJSON *s, *p;

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
    cJSON_ArrayForEach(s, cJSON_GetObjectItemCaseSensitive(whole, "submissions")) {
        unsigned n = (unsigned)cJSON_GetArraySize(parts_of(s)), errors = count(s, "grader-error");
        unsigned skipped = count(s, "skipped"), passed = count(s, "pass");

        fputs("  <testsuite name=\"", out);
        xml(grade_str(s, "name"), out);
        fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"0\">\n", n,
                n - errors - skipped - passed, errors, skipped);
        cJSON_ArrayForEach(p, parts_of(s))
            junit_part(s, p, out);
        fputs("  </testsuite>\n", out);
    }
    fputs("</testsuites>\n", out);
    return !ferror(out);
}

/* --- lines --- */

static void tap_line(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\')
            fputc('\\', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
}

static void tap_part(const cJSON *s, const cJSON *p, unsigned number, FILE *out)
{
    char *text = grade_part_text(p);

    fprintf(out, "%s %u - ", is(p, "pass") ? "ok" : "not ok", number);
    tap_line(grade_str(s, "name"), out);
    fputs(": ", out);
    tap_line(grade_str(p, "id"), out);
    fprintf(out, "\n  ---\n  status: %s\n  points: %g\n  max: %g\n", grade_str(p, "status"),
            grade_num(p, "points"), grade_num(p, "max"));
    if (text && *text) {
        fputs("  message: |\n", out);
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            fprintf(out, "    %s\n", line);
    }
    fputs("  ...\n", out);
    free(text);
}

static bool tap(const cJSON *whole, FILE *out)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(whole, "submissions"), *s, *p;
    int n = 0;
    unsigned number = 0;

    cJSON_ArrayForEach(s, all)
        n += cJSON_GetArraySize(parts_of(s));
    fprintf(out, "TAP version 13\n1..%d\n", n);
    cJSON_ArrayForEach(s, all)
        cJSON_ArrayForEach(p, parts_of(s))
            tap_part(s, p, ++number, out);
    return !ferror(out);
}

/* Always in quotes; a name that a spreadsheet would take for a formula begins with '. */
static void field(const char *text, FILE *out)
{
    fputc('"', out);
    if (*text && strchr("=+-@\t\r", *text))
        fputc('\'', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static bool csv(const cJSON *whole, FILE *out)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(whole, "submissions"), *s, *p;

    fputs("name,score,max,passed", out);
    cJSON_ArrayForEach(p, parts_of(cJSON_GetArrayItem(all, 0)))
        fprintf(out, ",%s", grade_str(p, "id"));
    fputs("\r\n", out);
    cJSON_ArrayForEach(s, all) {
        field(grade_str(s, "name"), out);
        fprintf(out, ",%g,%g,%s", grade_num(s, "score"), grade_num(s, "max"),
                cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "passed")) ? "true" : "false");
        cJSON_ArrayForEach(p, parts_of(s))
            fprintf(out, ",%g", grade_num(p, "points"));
        fputs("\r\n", out);
    }
    return !ferror(out);
}

bool grade_write_other(enum grade_format f, const cJSON *whole, FILE *out)
{
    const cJSON *s = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(whole, "submissions"), 0);

    switch (f) {
    case GRADE_GRADESCOPE: return put(gradescope(s), true, false, out);
    case GRADE_GITHUB: return put(github(s), false, true, out);
    case GRADE_PRAIRIELEARN: return put(prairielearn(s), true, false, out);
    case GRADE_SUBMITTY: return put(submitty(s), true, false, out);
    case GRADE_AUTOLAB:
        return grade_write(GRADE_TEXT, whole, out) && put(autolab(s), false, false, out);
    case GRADE_JUNIT: return junit(whole, out);
    case GRADE_TAP: return tap(whole, out);
    default: return csv(whole, out);
    }
}
