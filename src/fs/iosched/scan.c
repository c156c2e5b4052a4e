/* scan.c - the elevator: to one edge and back, serving on both ways. */
#include <fs/iosched/sweep.h>

static const struct policy_param params[] = SWEEP_PARAMS("run");

static void init(void *q, const struct iosched_params *p)
{
    sweep_init(q, p, false);
}

const struct iosched_ops iosched_scan = {
    .abi = IOSCHED_ABI, .name = "scan",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk Scheduling\"",
    .about = "the elevator: from edge to edge, serving on both ways",
    .params = params,
    .state_size = sweep_size, .init = init,
    .enqueue = sweep_enqueue, .pick = sweep_pick, .remove = sweep_remove,
};
