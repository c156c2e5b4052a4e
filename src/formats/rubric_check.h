/* formats/rubric_check.h - what a part of a rubric asks, and the hints that go with it.
 *
 * For rubric.c alone. Mistakes are said through the loader, at their place in the text; what
 * is read then is of no use, but harmless.
 */
#ifndef FORMATS_RUBRIC_CHECK_H
#define FORMATS_RUBRIC_CHECK_H

#include <formats/load.h>
#include <formats/rubric.h>

/* A number in [min, max]; no item leaves *out as it is. */
bool rubric_load_number(struct loader *l, const cJSON *item, double min, double max,
                        double *out);
/* *c must be zeroed. */
void rubric_load_check(struct loader *l, const cJSON *o, struct rubric_check *c);
/* All but the parts that they ask for (`passes`). `list` may be NULL: there are none. */
struct rubric_hint *rubric_load_hints(struct loader *l, const cJSON *list, uint32_t *count);

#endif
