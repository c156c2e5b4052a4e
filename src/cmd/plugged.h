/* cmd/plugged.h - policies that the core calls itself, built in or as plug-ins. */
#ifndef CMD_PLUGGED_H
#define CMD_PLUGGED_H

#include <ossim/err.h>
#include <sim/config.h>

/* "clock:dirty=1", "./mine.c:x=1" into *out. A path is relative to `dir` ("" or NULL: the
 * working directory); a plug-in runs under watch (host/plugin_watch.h). On error diag->text
 * says what is wrong, of a plug-in with its place. */
enum err replacement_find(const char *spec, const char *dir, ns_t time_unit,
                          struct replace_config *out, struct diag *diag);
/* The same for "look", "scan:edge=turn", "./mine.c". */
enum err disk_scheduler_find(const char *spec, const char *dir, ns_t time_unit,
                             struct iosched_config *out, struct diag *diag);

#endif
