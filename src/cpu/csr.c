/* csr.c - the counters that user mode may read: csr.def.
 *
 * They are the hart's, not the task's, as on real machines; what a task has used
 * is in struct cpu_counts.
 */
#include <cpu/hart.h>

static uint64_t time_now(const struct cpu_hart *h)
{
    return (uint64_t)h->now + h->run.cycles * h->cycle / h->rate;
}

bool csr_read(const struct cpu_hart *h, uint32_t number, uint32_t *value)
{
    uint64_t v;

    if (h->cpu->sealed)
        return false;
    switch (number & ~0x80u) {
    case 0xc00:
        v = cpu_cycles(h);
        break;
    case 0xc01:
        v = time_now(h);
        break;
    case 0xc02:
        v = cpu_instret(h);
        break;
    default:
        return false;
    }
    *value = (uint32_t)(number & 0x80 ? v >> 32 : v);
    return true;
}
