/* host/plugin_guard.h - who is running now: for those who call plug-ins.
 *
 *     plugin_enter(p, "pick")->pick(rq, now);
 *     plugin_leave();
 */
#ifndef HOST_PLUGIN_GUARD_H
#define HOST_PLUGIN_GUARD_H

#include <host/plugin.h>

/* Written around ops, read by signal handlers. */
struct plugin_now {
    const char *volatile op;            /* NULL: none */
    const struct plugin *volatile whose;        /* stays, as the last suspect */
    volatile unsigned calls;            /* of ops so far, for the watchdog; wraps */
};
extern struct plugin_now plugin_now;

/* The plug-in's own ops, of which `op` is about to be called. */
static inline const struct sched_ops *plugin_enter(const struct plugin *p, const char *op)
{
    plugin_now.whose = p;
    plugin_now.op = op;
    plugin_now.calls = plugin_now.calls + 1;
    return plugin_ops(p);
}

static inline void plugin_leave(void)
{
    plugin_now.op = NULL;
}

/* Leave the guarded run if the plug-in asks for more than `limit` bytes. */
void plugin_check_size(const struct plugin *p, const char *op, size_t size, size_t limit);

#endif
