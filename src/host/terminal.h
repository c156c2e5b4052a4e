/* host/terminal.h - giving the terminal back when the process is about to die.
 *
 * Whoever puts the terminal into a state of its own says here how to undo it. It is
 * undone when a failed CHECK, a crash or Ctrl-\ ends the process; who leaves in the
 * ordinary way undoes it alone and lets go. One terminal a process.
 */
#ifndef HOST_TERMINAL_H
#define HOST_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* before: its modes as they were; undo: what to write to it (copied, 512 bytes at
 * most). Signals that have a handler already keep it. */
void terminal_hold(int fd, const struct termios *before, const char *undo, size_t n);
void terminal_let_go(void);

/* From here on a parent can give back what a child of it holds. False: no memory. */
bool terminal_share(void);

/* Undo it now, if it is held, and let go. Async-signal-safe. */
void terminal_give_back(void);

#endif
