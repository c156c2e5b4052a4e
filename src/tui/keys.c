/* keys.c - reads the table of commands. */
#include <tui/keys.h>

#include <stddef.h>
#include <string.h>

static const struct command_info infos[COMMANDS] = {
#define COMMAND(id, fkey, bar, keys, what) [COMMAND_##id] = { fkey, bar, keys, what },
#include <tui/command.def>
#undef COMMAND
};

static const struct { const char *name; unsigned key; } names[] = {
    { "space", ' ' }, { "tab", KEYS_TAB }, { "enter", KEYS_ENTER },
    { "up", KEYS_UP }, { "down", KEYS_DOWN }, { "left", KEYS_LEFT },
    { "right", KEYS_RIGHT }, { "pgup", KEYS_PAGE_UP }, { "pgdn", KEYS_PAGE_DOWN },
    { "home", KEYS_HOME }, { "end", KEYS_END }, { "backtab", KEYS_BACKTAB },
    { "S-left", KEYS_SHIFT_LEFT }, { "S-right", KEYS_SHIFT_RIGHT }, { "^L", 'L' & 31 }, { "^^", '^' & 31 },
};

static unsigned key_of_name(const char *name, size_t n)
{
    if (n == 1)
        return (unsigned char)*name;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == n && !memcmp(names[i].name, name, n))
            return names[i].key;
    return KEYS_NONE;
}

const struct command_info *command_info(enum command c)
{
    return &infos[c];
}

enum command command_of_fkey(int n)
{
    for (int c = 1; c < COMMANDS; c++)
        if (n && infos[c].fkey == n)
            return (enum command)c;
    return COMMAND_NONE;
}

enum command command_of_key(unsigned key)
{
    if (key > KEYS_FUNCTION && key < KEYS_UP)
        return command_of_fkey((int)(key - KEYS_FUNCTION));
    if (key == '\n')
        key = KEYS_ENTER;
    if (key == KEYS_NONE)
        return COMMAND_NONE;
    for (int c = 1; c < COMMANDS; c++) {
        const char *s = infos[c].keys;

        while (*s) {
            size_t n = strcspn(s, " ");

            if (key_of_name(s, n) == key)
                return (enum command)c;
            s += n;
            s += strspn(s, " ");
        }
    }
    return COMMAND_NONE;
}
