/* programs.c - the program half is laid out: tables of processes, threads and what is theirs. */
#include <kern/filelock.h>
#include <kern/ipc.h>
#include <kern/load.h>
#include <kern/mem.h>
#include <kern/tty.h>

static void tables_layout(struct programs *ps, struct arena *a, const struct config *c)
{
    uint32_t nconfigured = programs_configured(c), n = nconfigured + c->max_forks;
    uint32_t nfiles = 3 * n + FILES_BESIDES;
    struct programs t = {
        .nconfigured = nconfigured, .nthreads = n, .nfiles = nfiles,
        .thread = arena_array(a, struct thread, n),
        .proc = arena_array(a, struct proc, n),
        .fdtable = fdtables_layout(a, n),
        .file = arena_array(a, struct gfile, nfiles),
        .locks = c->fs.mounted ? filelocks_layout(a) : NULL,
        .pipe = pipes_layout(a), .futex = futexes_layout(a),
        .console = consoles_layout(a, nconfigured),
        .exec = arena_array(a, struct exec_buffer, EXEC_BUFFERS),
        .exec_wait = WAITQ_EMPTY,
    };

    if (a->base)
        *ps = t;
}

void programs_layout(struct kern *k, struct arena *a, struct cpu *cpu)
{
    const struct config *c = k->config;

    k->programs = NULL;
    if (!programs_configured(c))
        return;
    struct programs *ps = arena_array(a, struct programs, 1);
    tables_layout(ps, a, c);
    struct mem *mem = mem_layout(k, a, cpu, programs_nslots(c));
    for (unsigned i = 0; i < EXEC_BUFFERS && c->fs.mounted; i++) {
        uint8_t *image = arena_take(a, EXEC_IMAGE, 64);

        if (a->base)
            ps->exec[i].image = image;
    }
    if (!a->base)
        return;
    ps->cpu = cpu;
    ps->mail = k->mail;
    ps->mem = mem;
    ps->random = rng_stream(c->seed, "getrandom", 0);
    for (uint32_t i = 0; i < ps->nthreads; i++)
        ps->thread[i].proc = PROG_NONE;
    k->programs = ps;
}

uint64_t program_tlb_misses(const struct kern *k)
{
    uint64_t n = 0;

    for (unsigned h = 0; k->programs && h < k->config->ncpus; h++)
        n += cpu_tlb_misses(cpu_hart(k->programs->cpu, h));
    return n;
}
