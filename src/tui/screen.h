/* tui/screen.h - the terminal: a canvas onto it, keys from it. The only file that
 * knows ncurses. One screen at a time. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <tui/canvas.h>

struct mouse {
    int x, y;
    int wheel;                  /* -1 up, 1 down, 0 a click */
};

/* False: the terminal cannot show screens, and is as it was. From here on SIGINT,
 * SIGTERM and SIGHUP only end the waiting for keys, as does a terminal that is gone: see screen_killed(). */
bool screen_open(bool colour);
void screen_close(void);
bool screen_killed(void);

/* Does Ctrl-C end the waiting for keys (as at first), or is it a key like any other? Ctrl-Z and
 * Ctrl-\\ go with it. */
void screen_signals(bool on);
void screen_size(int *w, int *h);
/* Show the canvas; what has not changed since the last one costs nothing. */
void screen_show(const struct canvas *c);
/* Draw everything afresh at the next screen_show. */
void screen_forget(void);
/* The next key, as enum key or a code point; KEYS_NONE after `ms` without one. */
unsigned screen_key(int ms, struct mouse *mouse);

#endif
