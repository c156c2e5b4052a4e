/* cmd/standby.h - the policies that somebody who watches a run may switch to by hand. */
#ifndef CMD_STANDBY_H
#define CMD_STANDBY_H

#include <formats/vocabulary.h>

/* The workload's own and every built-in one with its defaults, into c->standby; before the
 * machine is laid out. To be freed when the config is. False: no memory. */
bool standby_gather(struct config *c, const struct vocabulary *v);
void standby_free(struct config *c);

#endif
