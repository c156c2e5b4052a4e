/* lab/structure.h - what results say about the structure of a machine's kernel. */
#ifndef LAB_STRUCTURE_H
#define LAB_STRUCTURE_H

#include <formats/results.h>
#include <machine/machine.h>
#include <stdio.h>

void structure_of(struct machine *m, struct results_structure *out);

/* The lines of the report: what crossings cost, and what each fault took; nothing where
 * nothing crosses and nothing fails. "?" stands behind what no source is named for. */
void structure_print(const struct results *r, FILE *out);

#endif
