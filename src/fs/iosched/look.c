/* look.c - the elevator that turns at the last request, not at the edge. */
#include <fs/iosched/sweep.h>

static const struct policy_param params[] = SWEEP_PARAMS("turn");

static void init(void *q, const struct iosched_params *p)
{
    sweep_init(q, p, false);
}

const struct iosched_ops iosched_look = {
    .abi = IOSCHED_ABI, .name = "look",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk Scheduling\"",
    .about = "the elevator that turns at the last request",
    .params = params,
    .state_size = sweep_size, .init = init,
    .enqueue = sweep_enqueue, .pick = sweep_pick, .remove = sweep_remove,
};
