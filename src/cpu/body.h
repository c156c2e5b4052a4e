/* cpu/body.h - the port through which the kernel runs whatever a task is.
 *
 * A body consumes CPU time up to a budget and says why it stopped. The kernel
 * cannot tell a program from a burst script, a service, or another kernel.
 */
#ifndef CPU_BODY_H
#define CPU_BODY_H

#include <cpu/cpu.h>

enum body_stop {
    BODY_BUDGET,                /* the budget is used up */
    BODY_TRAP,                  /* it wants the kernel: see its own record */
    BODY_END,                   /* the present burst is over */
    BODY_WAIT,                  /* it waits for something of its own */
};

struct body_ops {
    const char *name;
    /* Run on h (NULL for bodies that need no CPU) for up to `budget` cycles, >= 1;
     * *used gets what it took. */
    enum body_stop (*run)(void *body, struct cpu_hart *h, uint64_t budget,
                          uint64_t *used);
};

#endif
