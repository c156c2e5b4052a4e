/* machine/failure.h - what became of a policy that runs as guest code: how it came to its
 * end, and what its ops cost until then. */
#ifndef MACHINE_FAILURE_H
#define MACHINE_FAILURE_H

#include <machine/machine.h>

enum policy_failure_kind {
    FAILURE_READ, FAILURE_WRITE, FAILURE_JUMP,  /* `address` may not be used so */
    FAILURE_ILLEGAL,            /* `address` is the instruction's word */
    FAILURE_OVERRUN,            /* the op did not return within its instructions */
    FAILURE_SYSTEM_CALL,        /* there is no system to call */
    FAILURE_ABORT,              /* it stopped itself: abort(), a failed assertion */
    FAILURE_NO_MEMORY,          /* it, or its state, does not fit; `address`: bytes wanted */
};

struct policy_failure {
    enum policy_failure_kind kind;
    const char *op;             /* "pick" */
    const char *function;       /* where in it; NULL: not known */
    const char *file;           /* of the source, as the compiler was given it; NULL */
    uint32_t line;              /* 0: not known */
    uint32_t address;
    ns_t at;
    uint64_t instructions;      /* that the policy executed, over all calls */
};

/* False: none of its policies has failed that way. Strings live as long as the config. */
bool machine_policy_failure(const struct machine *m, struct policy_failure *out);

/* Calls of an op ("pick") so far, and the instructions that they took together. False: the
 * policy in charge does not run as guest code, or there is no such op. */
bool machine_policy_cost(const struct machine *m, const char *op, uint64_t *calls,
                         uint64_t *instructions);

/* What the policy in charge left in variables of its file, if it runs as guest code: 0 if it
 * never wrote to any, else their bytes, copied to out unless that is NULL. All that a policy
 * keeps belongs in its queues and tasks: a variable is shared by all queues, and natively it
 * outlives the run. */
size_t machine_policy_variables(const struct machine *m, uint8_t *out);
/* The same policy, to be begun with such variables: *copy is the caller's, who keeps both as
 * long as the run. False: it does not run as guest code. */
struct guest_policy_config;
bool machine_policy_begin_with(struct policy_config *p, const uint8_t *variables,
                               struct guest_policy_config *copy);

#endif
