/* grade/output.h - results of grading as one model, and the model in many formats.
 *
 * The model is the JSON of INTERFACES.md, "Grading". Every format is made from it alone, so
 * that what one says the others say too, and a result that was kept on disk is as good as a
 * new one. Nothing in it depends on time, order or machine.
 */
#ifndef GRADE_OUTPUT_H
#define GRADE_OUTPUT_H

#include <grade/grade.h>
#include <stdio.h>

struct cJSON;

/* One submission's entry. NULL: no memory. To be given to cJSON_Delete. */
struct cJSON *grade_model(const struct grade_result *r);

enum grade_format {
    GRADE_TEXT, GRADE_JSON, GRADE_HTML, GRADE_GRADESCOPE, GRADE_JUNIT, GRADE_TAP, GRADE_GITHUB,
    GRADE_AUTOLAB, GRADE_PRAIRIELEARN, GRADE_SUBMITTY, GRADE_CSV, GRADE_FORMATS
};
/* False: there is no such format. */
bool grade_format_find(const char *name, enum grade_format *out);
/* What a file of that format is called: "results.html". */
const char *grade_format_file(enum grade_format f);
/* Has it room for one submission only? */
bool grade_format_single(enum grade_format f);

/* `whole` has all submissions, or the one where the format takes one. False: no memory, or a
 * write failed. */
bool grade_write(enum grade_format f, const struct cJSON *whole, FILE *out);

/* A class in a few lines: how each part went, common mistakes, what took longest. */
void grade_class_report(const struct cJSON *whole, FILE *out);

/* For the files of this room: a string or number member; "" and 0 if it has none. */
const char *grade_str(const struct cJSON *o, const char *key);
double grade_num(const struct cJSON *o, const char *key);
/* All that is said of a part, as text: message, runnable, charts. NULL: no memory. */
char *grade_part_text(const struct cJSON *part);
bool grade_write_html(const struct cJSON *whole, FILE *out);
bool grade_write_other(enum grade_format f, const struct cJSON *whole, FILE *out);

#endif
