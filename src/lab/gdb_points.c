/* gdb_points.c - breakpoints and watchpoints. Nothing in a program is changed for them:
 * each instruction is looked at before it is executed. */
#include "gdb_inside.h"

/* What a load, store or AMO touches: false for other instructions. */
static bool touches(const uint32_t regs[DEBUG_REGS], uint32_t word, uint32_t *address,
                    uint32_t *size, bool *reads, bool *writes)
{
    uint32_t opcode = word & 0x7f, base = regs[word >> 15 & 31];
    int32_t imm = (int32_t)word >> 20;

    *reads = opcode == 0x03;
    *writes = opcode == 0x23;
    *size = 1u << (word >> 12 & 3);
    if (opcode == 0x23)
        imm = (imm & ~31) | (int32_t)(word >> 7 & 31);
    if (opcode == 0x2f) {
        unsigned op = word >> 27;

        imm = 0;
        *reads = op != 3;       /* SC */
        *writes = op != 2;      /* LR */
    }
    *address = base + (uint32_t)imm;
    return *reads || *writes;
}

static bool concerns(const struct gdb *g, const struct point *p, tid_t tid)
{
    return !p->pid || p->pid == procs_pid(g, tid);
}

const struct point *point_break(const struct gdb *g, tid_t tid, uint32_t pc)
{
    for (unsigned i = 0; i < g->npoints; i++)
        if (g->point[i].kind <= POINT_HARD && g->point[i].address == pc &&
            concerns(g, &g->point[i], tid))
            return &g->point[i];
    return NULL;
}

void points_inherit(struct gdb *g, int32_t parent, int32_t child)
{
    unsigned n = g->npoints;

    for (unsigned i = 0; i < n && g->npoints < GDB_POINTS; i++)
        if (g->point[i].pid == parent) {
            g->point[g->npoints] = g->point[i];
            g->point[g->npoints++].pid = child;
        }
}

void points_drop(struct gdb *g, int32_t pid)
{
    for (unsigned i = 0; i < g->npoints; i++)
        if (g->point[i].pid == pid)
            g->point[i--] = g->point[--g->npoints];
}

static bool watches(const struct gdb *g)
{
    for (unsigned i = 0; i < g->npoints; i++)
        if (g->point[i].kind >= POINT_WRITE)
            return true;
    return false;
}

const struct point *point_watch(const struct gdb *g, const struct machine_point *p)
{
    uint32_t regs[DEBUG_REGS], address, size;
    bool reads, writes;

    if (!watches(g) || !machine_regs(g->m, p->tid, regs) ||
        !touches(regs, p->word, &address, &size, &reads, &writes))
        return NULL;
    for (unsigned i = 0; i < g->npoints; i++) {
        const struct point *w = &g->point[i];

        if (w->kind < POINT_WRITE || (w->kind == POINT_WRITE && !writes) ||
            (w->kind == POINT_READ && !reads) || address >= w->address + w->size ||
            address + size <= w->address || !concerns(g, w, p->tid))
            continue;
        return w;
    }
    return NULL;
}
