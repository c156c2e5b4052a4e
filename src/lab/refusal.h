/* lab/refusal.h - why an access to memory was refused, in words. */
#ifndef LAB_REFUSAL_H
#define LAB_REFUSAL_H

#include <formats/results.h>
#include <machine/peek.h>

/* "step 3 of the walk, level 0: the entry is not valid (...); it was in ..." into buf. */
void refusal_text(const struct peek_refusal *r, const struct config *c, char *buf, size_t size);
/* The last one of the process that tid is, for results. False: there was none. */
bool refusal_of(const struct machine *m, tid_t tid, const struct config *c,
                struct task_fault *out);

#endif
