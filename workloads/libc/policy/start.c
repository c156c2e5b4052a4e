/* start.c - what is linked with a scheduling policy that runs as guest code.
 *
 * Such a program has no main and is never started: the simulator calls the ops of
 * ossim_policy one at a time. Here only what both sides must agree on is asserted, since
 * the simulator copies structs in and reads ossim_policy as it lies in the file
 * (src/machine/guest_policy.c and guest_face.c have the other half).
 */
#include <ossim/sched.h>

#define AT(type, member, offset)                                                  \
    _Static_assert(offsetof(struct type, member) == (offset), #type "." #member)

_Static_assert(sizeof(struct sched_task) == 88, "sched_task");
AT(sched_task, affinity, 24);
AT(sched_task, deadline, 80);
_Static_assert(sizeof(struct sched_hart) == 16, "sched_hart");
AT(sched_hart, load, 8);
AT(sched_params, tasks, 32);
AT(sched_params, value, 40);
AT(sched_ops, flags, 16);
AT(sched_ops, params, 20);
AT(sched_ops, state_size, 24);
AT(sched_ops, pick, 40);
AT(sched_ops, explain, 80);
_Static_assert(sizeof(struct sched_ops) == 84, "sched_ops");
AT(policy_param, min, 16);
AT(policy_param, choices, 36);
_Static_assert(sizeof(struct policy_param) == 48, "policy_param");

/* An ELF file must have somewhere to begin. */
void ossim_policy_start(void);
void ossim_policy_start(void)
{
    __builtin_trap();
}
