/* context.c - contexts of one's own: registers that a call preserves, and the mask. The words
 * are those of gregs: pc, then x1 to x31. Source: makecontext(3), "RISC-V psABI". */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <ucontext.h>

_Static_assert(offsetof(ucontext_t, uc_mcontext) == 160, "as crt0.s has it");

enum { PC = 0, RA = 1, SP = 2, S0 = 8, S1 = 9, A0 = 10 };

void __context_begin(void);

/* What a context returns to: the next one, or the end of the thread's program. */
void __context_end(const ucontext_t *next)
{
    if (next)
        setcontext(next);
    exit(0);
}

void makecontext(ucontext_t *u, void (*fn)(void), int argc, ...)
{
    unsigned long *r = u->uc_mcontext.gregs;
    unsigned long top = (unsigned long)u->uc_stack.ss_sp + u->uc_stack.ss_size;
    unsigned long *more;
    va_list list;
    int above = argc > 8 ? argc - 8 : 0;

    more = (unsigned long *)((top - (unsigned long)above * sizeof *more) & -16ul);
    va_start(list, argc);
    for (int i = 0; i < argc; i++)
        *(i < 8 ? &r[A0 + i] : &more[i - 8]) = va_arg(list, unsigned long);
    va_end(list);
    r[PC] = (unsigned long)fn;
    r[RA] = (unsigned long)__context_begin;
    r[SP] = (unsigned long)more;
    r[S0] = 0;
    r[S1] = (unsigned long)u->uc_link;
}

int __context_mask(const ucontext_t *set, ucontext_t *old)
{
    return sigprocmask(SIG_SETMASK, set ? &set->uc_sigmask : NULL, old ? &old->uc_sigmask : NULL);
}
