/* kern/terminal.h - what a console is, and its line discipline.
 *
 * Only for: console.c terminal.c
 *
 * A console is a terminal if its process says so (program_config.terminal): what is typed
 * is echoed, edited and cut into lines, some keys are signals, and its modes can be set.
 * Any other console passes bytes on as they come.
 */
#ifndef KERN_TERMINAL_H
#define KERN_TERMINAL_H

#include <kern/syscall.h>
#include <kern/tty.h>

enum { CONSOLE_OUT = 8192, CONSOLE_IN = 4096 };

struct terminal {
    struct gabi_termios mode;
    struct gabi_winsize size;
    int32_t foreground;         /* process group that keys are signals to; 0: that of the
                                 * console's own process */
    uint32_t echoed;            /* bytes that the last key showed */
    uint32_t edit;              /* the last bytes of `in`: of a line that has no end yet */
    uint8_t ends[CONSOLE_IN / 8];       /* by place in `in`: no byte, but the end of what was
                                         * typed before (Ctrl-D) */
};

struct console {
    const struct program_config *source;        /* stdin_data; borrowed */
    size_t consumed;            /* bytes of stdin_data read */
    bool closed;                /* nothing more will be typed */
    uint32_t in_head, in_n, out_head, out_n;
    struct waitq wait;
    ns_t polled_until;          /* somebody looks again then, and would be glad of input */
    struct terminal terminal;   /* if it is one; else only its first mode and its
                                 * size are shown, for one outside */
    uint8_t in[CONSOLE_IN], out[CONSOLE_OUT];
};

static inline bool is_terminal(const struct console *con)
{
    return con->source->terminal;
}

void terminal_init(struct console *con);
/* A byte was typed. first: the console's own process's task. */
void terminal_key(struct kern *k, struct console *con, tid_t first, uint8_t key);
/* The window has this size: those in front learn of it, if it is another one. */
void terminal_resize(struct kern *k, struct console *con, tid_t first, struct gabi_winsize size);
/* What its programs print. */
void terminal_print(struct console *con, const uint8_t *bytes, uint32_t n);
/* Typed bytes that may be read now. */
uint32_t terminal_ready(const struct console *con);
/* As file_ops.read and .control. */
int32_t terminal_read(struct sysc *c, struct console *con, const struct gfile *f, uint32_t va,
                      uint32_t n);
int32_t terminal_control(struct sysc *c, const struct gfile *f, uint32_t what, uint32_t arg);

/* Into the ring that is shown; the oldest is lost when it is full. */
void console_show(struct console *con, const uint8_t *bytes, uint32_t n);

#endif
