/* grade/output.h - results of grading as text and as JSON. */
#ifndef GRADE_OUTPUT_H
#define GRADE_OUTPUT_H

#include <grade/grade.h>
#include <stdio.h>

/* For a person: a line for each part, and what to look at where one was not passed. */
void grade_print(const struct grade_result *r, FILE *out);

/* INTERFACES.md, "Grading": one object with all submissions. False: no memory, or a write
 * failed. */
bool grade_json(const struct rubric *rubric, const struct grade_result *const *all,
                size_t n, FILE *out);

#endif
