/* machine/guest_policy.h - a scheduling policy that runs as guest code.
 *
 * The same source that runs natively, built for RV32 and called in a box of its own
 * (guest_box.h): it sees copies of the contract's structs and nothing else. Where its
 * state would lie natively the core keeps only a queue's number; the state itself, like
 * everything that the guest has, is in the box. A call that faults, or does not return
 * within its instructions, ends the policy: from then on no op is called and every
 * answer is the emptiest one, until the kernel does what the workload says about it.
 *
 * Not kept between native and guest: what a program does that C leaves undefined (a
 * division by zero traps natively and gives -1 here), and writes to the copies of tasks,
 * which are read-only here.
 */
#ifndef MACHINE_GUEST_POLICY_H
#define MACHINE_GUEST_POLICY_H

#include <machine/guest_box.h>
#include <machine/guest_face.h>
#include <sched/port.h>

/* policy_config.self until the machine is built; read-only, borrowed by the run. */
struct guest_policy_config {
    struct elf elf;
    struct guest_face face;
    /* What its variables hold at the start, as guest_policy_variables gives them, borrowed;
     * NULL: what the file says, as it should be. */
    const uint8_t *variables;
};

enum {
    /* What config.guest says with 0. By default more comes on top for many tasks, lest
     * a policy that walks over all of them is stopped for their number. */
    GUEST_MEMORY = 1 << 20, GUEST_MEMORY_TASK = 256,            /* bytes */
    GUEST_INSTRUCTIONS = 100000, GUEST_INSTRUCTIONS_TASK = 100,
};

extern const struct sched_port guest_policy_port;

enum guest_failure {
    GUEST_FINE,
    GUEST_FAULT,                /* an exception: cause, address */
    GUEST_OVERRUN,              /* out of instructions */
    GUEST_ECALL, GUEST_EBREAK,
    GUEST_NO_MEMORY,            /* program or state do not fit; address: bytes wanted */
};

struct guest_report {           /* of the first failure, copied out */
    enum guest_failure what;
    enum policy_op op;
    uint32_t pc, caller, cause, address;        /* pc is nowhere after a wild jump */
    uint64_t instructions;      /* executed over all calls so far */
};
/* self: as `open` returned it. Returns what it was made from. */
const struct guest_policy_config *guest_policy_report(const void *self,
                                                      struct guest_report *out);

/* Calls of an op so far, those of views left out, and their instructions. */
void guest_policy_cost(const void *self, enum policy_op op, uint64_t *calls,
                       uint64_t *instructions);

/* The variables of the file as they are now: the bytes of all segments that it may write,
 * one after the other, into out (NULL: they are only counted). How many they are. */
size_t guest_policy_variables(const void *self, uint8_t *out);
/* Do they hold anything but what the file says? */
bool guest_policy_wrote(const void *self);

#endif
