/* main.c - the table of subcommands. `ossim W.json` is `ossim run W.json`, in the
 * TUI when stdout is a terminal. */
#include <cmd/cmd.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    return EXIT_BAD_INPUT;
}
