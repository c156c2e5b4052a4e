/* tui/app.h - watch a run on a terminal.
 *
 * The screens own the machine while they are up: they build it, run it at the speed
 * that the user asks for, and go back in time by putting it, and all that looked at it,
 * back as it was. They read no file and print no report; that is the caller's, before
 * and after.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <host/plugin.h>
#include <machine/machine.h>

struct heap;

struct tui_setup {
    const struct config *config;        /* borrowed */
    void *memory;               /* page aligned; the machine is built here */
    size_t memory_size;         /* >= machine_size(config); zeroed; a multiple of 4 KiB */
    /* Where all that looks at the run lives: page aligned, a multiple of 4 KiB; it goes
     * back in time with the machine. As much as fits into the address space: what is not
     * touched costs nothing. */
    void *observers;
    size_t observers_size;
    size_t snapshot_bytes;      /* for going back; 0: 256 MiB */
    bool hash;                  /* as for machine_init */
    bool ascii;                 /* draw with ASCII alone (also when the locale asks) */
    bool colour;                /* false: none, whatever the terminal can do */

    void *ctx;                  /* the caller's, for the two below */
    /* Optional. A new machine stands in the block and nothing has happened yet:
     * subscribe observers. What they keep must be in the heap, which is in `observers`;
     * then they go back when the user does. Called once, or, where memory is too short
     * for snapshots, again whenever the user goes back, with an empty heap. */
    void (*attach)(void *ctx, struct machine *m, struct heap *heap);
    /* Optional. What task tid printed, in order. The screens call machine_output
     * themselves, so nobody else may. */
    void (*output)(void *ctx, tid_t tid, const void *bytes, size_t n);
    struct plugin_crash *crash; /* optional: filled in for TUI_CRASHED */
};

enum tui_end {
    TUI_FINISHED,               /* the user left, and the run was over */
    TUI_LEFT,                   /* the user left before the end of the run */
    TUI_KILLED,                 /* SIGINT, SIGTERM or SIGHUP came */
    TUI_CRASHED,                /* the user left after a plug-in crashed the run */
    TUI_NO_TERMINAL,            /* nothing was shown or run: the terminal is unfit */
    TUI_NO_MEMORY,              /* nothing was shown or run: the host's memory */
};

/* Are stdin and stdout terminals that can show the screens (not TERM=dumb)? */
bool tui_possible(void);

/* Show the screens until the user quits. The terminal is as before afterwards. *last
 * is the machine as the user left it (NULL if nothing was run): alive in s->memory,
 * for machine_stop and for the report. */
enum tui_end tui_run(const struct tui_setup *s, struct machine **last);

#endif
