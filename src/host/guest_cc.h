/* host/guest_cc.h - a program in C becomes a static RV32IMA executable.
 *
 * With the RISC-V GCC of Debian, or clang and lld: whichever is there, or $OSSIM_RISCV_CC.
 * The C library, its start-up code and the linker script are ours (workloads/libc).
 * Results are kept in the cache under a hash of the preprocessed source, the
 * library, the compiler and its flags.
 */
#ifndef HOST_GUEST_CC_H
#define HOST_GUEST_CC_H

#include <ossim/err.h>
#include <stdint.h>
#include <stdio.h>

struct guest_sources {
    const char *const *path;    /* .c, and .s .S .o .a beside them */
    unsigned npaths;
    const char *const *flag;    /* "-DX=1", "-Idir", "-O0"; libraries that are part of ours */
    unsigned nflags;            /* ("-lm", "-pthread") are known and nothing to do */
};

/* Build one program of them; *elf is given to free(). What the compiler says about a program
 * that does not build goes to `messages` (may be NULL). ERR_IO: unreadable; ERR_INPUT: it
 * does not compile (diag: the first error); ERR_LIMIT: too many words; ERR_UNSUPPORTED: no
 * compiler for RISC-V, or our library is not found. */
enum err guest_cc(const struct guest_sources *s, uint8_t **elf, size_t *size, FILE *messages,
                  struct diag *diag);

/* The same for a scheduling policy that is to run as guest code: no main, no start-up
 * code, `ossim_policy` is kept, and <ossim/...> is found. */
enum err guest_cc_policy(const char *source, uint8_t **elf, size_t *size, FILE *messages,
                         struct diag *diag);

/* Find the compiler, and build what is linked with every policy, so that processes forked from
 * this one need not. What goes wrong is said when a policy is built. */
void guest_cc_prepare(void);

#endif
