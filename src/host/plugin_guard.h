/* host/plugin_guard.h - who is running now: for those who call plug-ins.
 *
 *     plugin_enter(p, "pick")->pick(rq, now);
 *     plugin_leave();
 *
 * The note lies in memory that the process which watches from outside has too
 * (host/plugin_watch.h): where a plug-in was when it took its process along is read there.
 */
#ifndef HOST_PLUGIN_GUARD_H
#define HOST_PLUGIN_GUARD_H

#include <host/plugin.h>
#include <host/plugin_page.h>

/* Causes beside signals. */
enum { PLUGIN_STUCK = -1, PLUGIN_TOO_LARGE = -2, PLUGIN_CHECK = -3 };

/* Somebody waits for this process and will say what became of it. */
extern bool plugin_watched;

/* `op` (a literal) of the plug-in is about to be called. */
static inline void plugin_note(const struct plugin *p, const char *op)
{
    plugin_now->policy = p->name;
    plugin_now->op = op;
    plugin_now->calls = plugin_now->calls + 1;
}

/* The same of a scheduler: its own ops. */
static inline const struct sched_ops *plugin_enter(const struct plugin *p, const char *op)
{
    plugin_note(p, op);
    return &p->ops.sched;
}

static inline void plugin_leave(void)
{
    plugin_now->op = NULL;
}

/* Leave the guarded run if the plug-in asks for more than `limit` bytes. */
void plugin_check_size(const struct plugin *p, const char *op, size_t size, size_t limit);

/* A CHECK failed (`what`: where and which). In a guarded run it is left, for whoever let a
 * plug-in into the process cannot tell its mistakes from ours; returns outside of one. */
void plugin_check_failed(const char *what);

/* Fill in *c. signo: a signal or one of PLUGIN_*; op NULL: between two; bytes: for
 * PLUGIN_TOO_LARGE. */
void plugin_describe(struct plugin_crash *c, const char *policy, const char *op, int signo,
                     size_t bytes);
/* A debugger has this process: nothing may take it away from under it. */
bool plugin_debugged(void);

#endif
