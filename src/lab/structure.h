/* lab/structure.h - what results say about the structure of a machine's kernel. */
#ifndef LAB_STRUCTURE_H
#define LAB_STRUCTURE_H

#include <formats/results.h>
#include <machine/machine.h>

void structure_of(const struct machine *m, struct results_structure *out);

#endif
