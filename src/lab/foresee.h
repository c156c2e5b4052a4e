/* lab/foresee.h - the future, for a replacement policy that needs it: the run is made once
 * under lru, and what it refers to is recorded. */
#ifndef LAB_FORESEE_H
#define LAB_FORESEE_H

#include <ossim/err.h>
#include <sim/config.h>

/* *out gets what the run of c will refer to, or NULL if its policy need not know. c is
 * borrowed, and needs not be whole: its policy of replacement is not used. ERR_LIMIT: the run
 * has too many references, or there is no memory; ERR_PLUGIN: a plug-in crashed. */
enum err foresee(const struct config *c, struct foresight **out, struct diag *diag);
/* NULL is fine. */
void foresight_free(struct foresight *f);

#endif
