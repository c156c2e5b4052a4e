/* config.c - what a config says of a task. See config.h. */
#include <sim/config.h>

uint32_t config_process_of(const struct config *c, tid_t tid)
{
    uint32_t low = 0, high = c->nprocesses;

    while (high - low > 1) {            /* the last entry that starts at or before tid */
        uint32_t mid = low + (high - low) / 2;

        if (c->processes[mid].first <= tid)
            low = mid;
        else
            high = mid;
    }
    return low;
}

const struct process_config *config_process(const struct config *c, tid_t tid)
{
    return tid < c->ntasks ? &c->processes[config_process_of(c, tid)] : NULL;
}
