/* sched/registry.h - the built-in policies, and how their parameters are written. */
#ifndef SCHED_REGISTRY_H
#define SCHED_REGISTRY_H

#include <ossim/err.h>
#include <ossim/sched.h>
#include <sim/config.h>

/* In the order of `ossim list policies`. NULL at and past the end. */
const struct sched_ops *sched_builtin(unsigned i);
/* By name (len bytes); NULL if there is none. */
const struct sched_ops *sched_find(const char *name, size_t len);

/* Fill p->spec, p->ops and p->params from `ops` and the text of its parameters, as
 * "quantum=4:boost=100" (may be empty; no leading colon). Bare times are in units of
 * time_unit ns. Defaults are filled in. An `ops` without a table still takes `quantum`.
 * diag->text says what is wrong (unknown parameter with the nearest known one, value
 * out of range ...); the caller adds the place. */
enum err policy_parse(struct policy_config *p, const struct sched_ops *ops,
                      const char *params, ns_t time_unit, struct diag *diag);

#endif
