/* cmd/native.h - the ports to plug-ins that run in this process, under guard. */
#ifndef CMD_NATIVE_H
#define CMD_NATIVE_H

#include <sched/port.h>
#include <sim/watch.h>

/* self: a struct plugin *. A crash, an endless op or an impossible size ends the guarded
 * run (host/plugin.h). */
extern const struct sched_port native_port;
/* The same for replacement policies and disk schedulers, which the core calls itself. */
extern const struct op_watch native_watch;

#endif
