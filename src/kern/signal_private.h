/* kern/signal_private.h - what a signal does, inside.
 *
 * Only for: signal.c deliver.c sys_signal.c
 */
#ifndef KERN_SIGNAL_PRIVATE_H
#define KERN_SIGNAL_PRIVATE_H

#include <kern/thread.h>

enum { REG_RA = 1, REG_SP = 2, REG_A0 = 10 };

#define UNBLOCKABLE (UINT64_C(1) << (G_SIGKILL - 1) | UINT64_C(1) << (G_SIGSTOP - 1))

static inline uint64_t mask_of(const uint32_t word[2])
{
    return (uint64_t)word[1] << 32 | word[0];
}

static inline void mask_put(uint32_t word[2], uint64_t mask)
{
    word[0] = (uint32_t)mask;
    word[1] = (uint32_t)(mask >> 32);
}

/* What the signal does to the process now. */
enum effect { EFFECT_END, EFFECT_IGNORE, EFFECT_STOP, EFFECT_HANDLER };
enum effect effect_of(const struct proc *p, unsigned signo);
/* Those that a thread is to take now, bit signo - 1. */
uint64_t signal_deliverable(const struct programs *ps, const struct thread *t);

/* As a handler sees it, and rt_sigtimedwait. */
void signal_info(struct gabi_siginfo *info, unsigned signo, const struct signote *note);

static inline bool on_altstack(const struct thread *t, uint32_t sp)
{
    return t->altstack.size && sp > t->altstack.sp &&
           sp - t->altstack.sp <= t->altstack.size;
}

#endif
