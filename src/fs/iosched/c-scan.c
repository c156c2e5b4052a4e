/* c-scan.c - the circular elevator: serves one way only and returns from edge to edge. */
#include <fs/iosched/sweep.h>

static const struct policy_param params[] = SWEEP_PARAMS("run");

static void init(void *q, const struct iosched_params *p)
{
    sweep_init(q, p, true);
}

const struct iosched_ops iosched_c_scan = {
    .abi = IOSCHED_ABI, .name = "c-scan",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk Scheduling\"",
    .about = "serves one way only, returns from edge to edge at once",
    .params = params,
    .state_size = sweep_size, .init = init,
    .enqueue = sweep_enqueue, .pick = sweep_pick, .remove = sweep_remove,
};
