/* cmd/console.h - --console: the terminal is the console of one process.
 *
 * A terminal becomes raw and the machine's own; a pipe or file is read as it is needed.
 */
#ifndef CMD_CONSOLE_H
#define CMD_CONSOLE_H

#include <machine/machine.h>

/* The process of this name ("": the first that leaves its input open, else the first
 * program). False: it has been said on stderr. */
bool console_choose(const struct config *c, const char *path, const char *name,
                    uint32_t *process);
/* Before the machine is laid out: standard input takes the place of the process's own. */
void console_take(struct config *c, uint32_t process);
/* Run until the end, until somebody leaves (true) or wants us to stop, or until *lost. A
 * terminal is as before afterwards, whatever happens. */
bool console_run(struct machine *m, uint32_t process, const bool *lost);

#endif
