/* kern/tty.h - consoles: what the tty service does for others. */
#ifndef KERN_TTY_H
#define KERN_TTY_H

#include <kern/file.h>

struct console;

struct console *consoles_layout(struct arena *a, uint32_t n);
void console_init(struct programs *ps, uint32_t console, const struct program_config *pc);
/* Files whose object is a console's number. */
extern const struct file_ops console_in, console_out;

#endif
