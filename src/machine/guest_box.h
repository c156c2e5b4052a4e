/* machine/guest_box.h - a stranger's code, in a computer of its own without a kernel.
 *
 * One hart, a bounded memory and an address space in it; the host calls functions by
 * address and gets them back returned, faulted or out of budget. There is nothing in
 * the box to ask for anything: a system call is a fault like any other. No page is both
 * writable and executable, page 0 is never mapped, and below the stack lies a hole.
 * All of it lives in the arena, so that a copy of the arena is a copy of the box.
 *
 * It knows nothing of schedulers: guest_policy.c does.
 */
#ifndef MACHINE_GUEST_BOX_H
#define MACHINE_GUEST_BOX_H

#include <cpu/cpu.h>
#include <cpu/elf.h>
#include <sim/arena.h>
#include <sim/config.h>

enum box_stop {
    BOX_RETURNED,
    BOX_BUDGET,                 /* it did not return within its instructions */
    BOX_FAULT,                  /* an exception: see `trap` and `pc` */
    BOX_CALLS_SYSTEM,           /* an ECALL: there is nobody to answer */
    BOX_BREAK,                  /* an EBREAK of its own: abort(), a failed assertion */
};

enum box_rights { BOX_READ = 1, BOX_WRITE = 2, BOX_EXEC = 4 };

struct guest_box {
    struct cpu *cpu;
    uint32_t satp;
    uint32_t next_frame;        /* frames below it are given out */
    /* Of the last call that did not return */
    uint32_t pc;
    uint32_t caller;            /* of the function it was in, if that called nobody yet */
    struct cpu_trap trap;
    struct cpu_counts counts;   /* instructions over all calls */
};

/* Lay it out (measuring, if the arena has no base). memory->frames is all that it will
 * ever have; memory and image are borrowed. */
void box_init(struct guest_box *b, struct arena *a, const struct memory_config *memory);

/* Load the program, with a stack. False: the memory is too small. */
bool box_load(struct guest_box *b, const struct elf *image);

/* Map n zeroed bytes (rounded up to pages) at va, page aligned, where nothing is yet.
 * False: the memory is too small. */
bool box_map(struct guest_box *b, uint32_t va, uint64_t n, unsigned rights);

/* Bytes in and out, whatever the guest's rights; va to va + n - 1 must be mapped, or
 * nothing is moved and the answer is false. box_write is not for executable pages. */
bool box_write(struct guest_box *b, uint32_t va, const void *bytes, size_t n);
bool box_read(const struct guest_box *b, uint32_t va, void *bytes, size_t n);

/* The host's address of n bytes at va that lie in one page; they stay there. NULL: not
 * mapped, or not in one page. As box_write otherwise. */
void *box_at(struct guest_box *b, uint32_t va, size_t n);

/* Call the function at `fn` with up to 8 words of arguments (a0 to a7; a 64-bit argument
 * is two, low word first) and a budget of instructions. *result gets a1:a0. A fresh
 * stack each time; memory stays as calls leave it. */
enum box_stop box_call(struct guest_box *b, uint32_t fn, const uint32_t *args,
                       unsigned nargs, uint64_t budget, uint64_t *result);

#endif
