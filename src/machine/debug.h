/* machine/debug.h - a machine's programs, instruction by instruction.
 *
 * For debuggers and tracers: watch, halt, and look at or change registers and memory.
 * Watching alone changes nothing of a run; what a debugger writes does.
 */
#ifndef MACHINE_DEBUG_H
#define MACHINE_DEBUG_H

#include <machine/machine.h>

struct machine_point {
    ns_t at;                    /* when the instruction starts */
    uint32_t hart;
    tid_t tid;
    uint32_t pc, word;          /* word: 0 if it cannot be read */
};

struct machine_watch {          /* any function may be NULL */
    void *ctx;
    /* About to be executed. True: machine_run returns; it is asked again when the run
     * goes on. */
    bool (*before)(void *ctx, const struct machine_point *p);
    /* It was executed, or called the kernel. */
    void (*after)(void *ctx, const struct machine_point *p);
    /* It raised an exception that will be this signal. True: machine_run returns first. */
    bool (*fault)(void *ctx, const struct machine_point *p, int signo);
};

/* Borrowed until the next call; NULL: nobody watches. */
void machine_watch(struct machine *m, const struct machine_watch *w);
/* Did the watcher halt the last machine_run? */
bool machine_halted(const struct machine *m);

enum { DEBUG_PC = 32, DEBUG_REGS = 33 };        /* x0 .. x31, pc */

/* The first living program at or after slot `from`; TID_NONE. */
tid_t machine_program(const struct machine *m, tid_t from);
/* False: no living program there. */
bool machine_regs(struct machine *m, tid_t tid, uint32_t regs[DEBUG_REGS]);
bool machine_set_reg(struct machine *m, tid_t tid, unsigned reg, uint32_t value);
/* Bytes of a program's memory; how many could be read or written. */
size_t machine_peek(const struct machine *m, tid_t tid, uint32_t va, void *buf, size_t n);
size_t machine_poke(struct machine *m, tid_t tid, uint32_t va, const void *buf, size_t n);
/* The program that it executes; NULL: one that was read from the disk, or no living program
 * there. */
const struct program_config *machine_image(const struct machine *m, tid_t tid);
/* The number of its process; 0: no living program there. *own: it is one of the workload's,
 * not a fork. */
int32_t machine_process(const struct machine *m, tid_t tid, bool *own);
/* Is that process held? */
bool machine_held(const struct machine *m, tid_t tid);
/* Hold the process with this number: none of its threads executes anything until it is let
 * go, and no other program learns of it. Or end it, as SIGKILL does. False: there is none.
 * For when machine_run has returned. */
bool machine_hold(struct machine *m, int32_t pid, bool held);
bool machine_kill(struct machine *m, int32_t pid);
/* Which pipe its descriptor is an end of, from 1; 0: of none. */
uint32_t machine_pipe(const struct machine *m, tid_t tid, uint32_t fd);

#endif
