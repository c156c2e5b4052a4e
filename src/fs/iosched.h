/* fs/iosched.h - the built-in disk schedulers, and how they are written. */
#ifndef FS_IOSCHED_H
#define FS_IOSCHED_H

#include <ossim/err.h>
#include <ossim/iosched.h>
#include <sim/config.h>

/* In the order of `ossim list disk`. NULL at and past the end. */
const struct iosched_ops *iosched_builtin(unsigned i);
/* By name (len bytes); NULL if there is none. */
const struct iosched_ops *iosched_find(const char *name, size_t len);

/* `ops` with parameters as text ("edge=turn", "") into *out; spec is its text as written. */
enum err iosched_parse_ops(struct iosched_config *out, const struct iosched_ops *ops,
                           const char *spec, const char *params, ns_t time_unit,
                           struct diag *diag);
/* "scan:edge=turn" into *out. diag->text says what is wrong; the caller adds the place. */
enum err iosched_parse(struct iosched_config *out, const char *spec, ns_t time_unit,
                       struct diag *diag);

#endif
