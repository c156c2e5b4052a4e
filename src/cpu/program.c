/* program.c - see program.h. */
#include <cpu/program.h>

void program_init(struct program *p, uint32_t satp, uint32_t pc, uint32_t sp)
{
    *p = (struct program){ .satp = satp };
    p->regs.pc = pc;
    p->regs.x[2] = sp;
}

enum cpu_stop program_run(struct program *p, struct cpu_hart *h, uint64_t budget,
                          uint64_t *used)
{
    enum cpu_stop why = cpu_run(h, &p->regs, p->satp, budget, used, &p->counts,
                                &p->trap);

    p->stopped = why == CPU_BREAK;
    return why;
}
