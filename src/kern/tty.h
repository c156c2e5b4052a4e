/* kern/tty.h - consoles: what the tty service does for others. */
#ifndef KERN_TTY_H
#define KERN_TTY_H

#include <kern/file.h>

struct console;

struct console *consoles_layout(struct arena *a, uint32_t n);
void console_init(struct programs *ps, uint32_t console, const struct program_config *pc);
/* Files whose object is a console's number. */
extern const struct file_ops console_in, console_out;
/* What 0, 1 and 2 of a new process are. */
void console_standard(uint32_t console, struct gfile standard[3]);

/* What the running thread prints, on its process's console: 1, or 2 for errors. */
void console_print(struct sysc *c, uint32_t stream, const void *bytes, uint32_t n);
/* The running thread polls for input that is not there, and looks again at `until`. */
void console_polled(struct sysc *c, uint32_t console, ns_t until);
/* The next line with its end, or `size` bytes (at most 4096) of it; *n is 0 at the end of
 * input. 0, or SYS_WAIT or SYS_RESTART while it is not there. */
int32_t console_line(struct sysc *c, uint8_t *to, uint32_t size, uint32_t *n);

#endif
