/* host/plugin_page.h - what a process that runs plug-ins shares with those that watch it.
 *
 * It is noted around each op who is running, since afterwards nobody is left to ask. A page of
 * our own to begin with; plugin_page_fresh() makes it one that children write for us.
 */
#ifndef HOST_PLUGIN_PAGE_H
#define HOST_PLUGIN_PAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Written around ops; read by signal handlers and by who watches. */
struct plugin_now {
    const char *volatile op;            /* a literal; NULL: none */
    const char *volatile policy;        /* its name; stays, as the last suspect */
    volatile unsigned calls;            /* of ops so far; wraps */
};

struct plugin_page {
    struct plugin_now now;
    volatile int waiter;        /* how many wait above the innermost process that waits */
    volatile int running;       /* within plugin_watch_run, or a worker's job */
    volatile int exit_called;   /* in an op */
    char subject[256];          /* what runs: a line of error begins with it */
    char loading[256];          /* the plug-in that is being loaded; "": none */
    char names[4096];           /* of policies, one behind the other */
    size_t used;
};
extern struct plugin_page *plugin_page;
extern struct plugin_now *plugin_now;   /* its first member */

/* Take a page that children share, with what stands in the present one. False: no memory. */
bool plugin_page_fresh(void);
/* A copy of a policy's name in the page. */
const char *plugin_page_name(const char *name);
/* The file that is being loaded, and what of it (a literal); NULL: none is any more. */
void plugin_page_loading(const char *path, const char *during);

#endif
