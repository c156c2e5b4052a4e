/* tui/keys.h - from keys to commands, both listed in command.def. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

enum command {
    COMMAND_NONE,
#define COMMAND(id, fkey, bar, keys, what) COMMAND_##id,
#include <tui/command.def>
#undef COMMAND
    COMMANDS
};

/* Keys that are no characters; characters stand for themselves. */
enum key {
    KEYS_FUNCTION = 0x110000,   /* + n: F-key n */
    KEYS_UP = KEYS_FUNCTION + 64, KEYS_DOWN, KEYS_LEFT, KEYS_RIGHT, KEYS_PAGE_UP,
    KEYS_PAGE_DOWN, KEYS_HOME, KEYS_END, KEYS_BACKTAB, KEYS_SHIFT_LEFT,
    KEYS_SHIFT_RIGHT, KEYS_BACKSPACE, KEYS_RESIZED, KEYS_MOUSE,
    KEYS_NONE,                  /* nothing came in time */
    KEYS_TAB = '\t', KEYS_ENTER = '\r', KEYS_ESCAPE = 27,
};

/* COMMAND_NONE if the key means nothing. */
enum command command_of_key(unsigned key);

struct command_info {
    int fkey;                   /* 0: none */
    const char *bar, *keys, *what;
};
/* c below COMMANDS, not COMMAND_NONE. */
const struct command_info *command_info(enum command c);

/* The command of F-key n, 1..10; COMMAND_NONE. */
enum command command_of_fkey(int n);

#endif
