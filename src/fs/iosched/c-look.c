/* c-look.c - the circular elevator that returns from the last request to the first. */
#include <fs/iosched/sweep.h>

static const struct policy_param params[] = SWEEP_PARAMS("turn");

static void init(void *q, const struct iosched_params *p)
{
    sweep_init(q, p, true);
}

const struct iosched_ops iosched_c_look = {
    .abi = IOSCHED_ABI, .name = "c-look",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk Scheduling\"",
    .about = "serves one way only, returns to the first request at once",
    .params = params,
    .state_size = sweep_size, .init = init,
    .enqueue = sweep_enqueue, .pick = sweep_pick, .remove = sweep_remove,
};
