/* sim/params.h - "quantum=4:boost=100" into values, by a policy's own table.
 *
 * The one reader for policies of every kind: CPU, disk, replacement. It knows nothing of
 * what a parameter means.
 */
#ifndef SIM_PARAMS_H
#define SIM_PARAMS_H

#include <ossim/err.h>
#include <ossim/sched.h>

/* Fill value[0 .. SCHED_MAX_PARAMS - 1], zeroed by the caller, from the table (ends with
 * a NULL name) and `text` (may be empty; no leading colon), defaults first. `owner` is
 * the policy's name. Bare times are in units of time_unit ns. What is wrong is appended
 * to diag->text; ERR_PLUGIN: the table itself is. */
enum err params_parse(const char *owner, const struct policy_param *table, const char *text,
                      ns_t time_unit, struct sched_value *value, struct diag *diag);
/* The text for params_parse, of "name:params" whose name is so long. "name:" is a mistake, and
 * the reader's to explain. */
static inline const char *params_behind(const char *spec, size_t name)
{
    return spec + name + (spec[name] && spec[name + 1]);
}

#endif
