/* proc.c - the tables of processes and threads, and who is in them. */
#include "prog.h"

/* --- layout --- */

static uint32_t count_programs(const struct config *c)
{
    uint32_t n = 0;

    for (uint32_t p = 0; p < c->nprocesses; p++)
        if (c->processes[p].program)
            n += c->processes[p].count;
    return n;
}

uint32_t programs_nslots(const struct config *c)
{
    uint32_t n = count_programs(c);

    return n ? n + c->max_forks : 0;
}

static void tables_layout(struct programs *ps, struct arena *a, const struct config *c)
{
    uint32_t nconfigured = count_programs(c), n = nconfigured + c->max_forks;
    uint32_t nfiles = 3 * n + FILES_BESIDES;
    struct programs t = {
        .nconfigured = nconfigured, .nthreads = n, .nfiles = nfiles,
        .thread = arena_array(a, struct thread, n),
        .proc = arena_array(a, struct proc, n),
        .fdtable = fdtables_layout(a, n),
        .file = arena_array(a, struct gfile, nfiles),
        .pipe = pipes_layout(a), .futex = futexes_layout(a),
        .console = consoles_layout(a, nconfigured),
        .exec = arena_array(a, struct exec_buffer, EXEC_BUFFERS),
        .exec_wait = WAITQ_EMPTY, .memory_wait = WAITQ_EMPTY, .pinner = TID_NONE,
    };

    if (a->base)
        *ps = t;
}

void programs_layout(struct kern *k, struct arena *a, struct cpu *cpu)
{
    const struct config *c = k->config;
    struct mm mm;

    k->programs = NULL;
    if (!count_programs(c))
        return;
    struct programs *ps = arena_array(a, struct programs, 1);
    tables_layout(ps, a, c);
    mm_init(&mm, a, cpu, c, programs_nslots(c));
    for (unsigned i = 0; i < EXEC_BUFFERS && c->fs.mounted; i++) {
        uint8_t *image = arena_take(a, EXEC_IMAGE, 64);

        if (a->base)
            ps->exec[i].image = image;
    }
    if (!a->base)
        return;
    ps->cpu = cpu;
    ps->mm = mm;
    ps->random = rng_stream(c->seed, "getrandom", 0);
    for (uint32_t i = 0; i < ps->nthreads; i++)
        ps->thread[i].proc = PROG_NONE;
    k->programs = ps;
}

/* --- finding them --- */

struct thread *thread_by_pid(const struct kern *k, int32_t pid)
{
    struct thread *t;

    if (pid < PID_FIRST)
        return NULL;
    tid_t tid = (tid_t)(pid - PID_FIRST) % k->max_tasks;
    if (!is_program(k, tid))
        return NULL;
    t = thread_of(k, tid);
    return t->proc != PROG_NONE && t->pid == pid ? t : NULL;
}

struct proc *proc_by_pid(const struct kern *k, int32_t pid)
{
    struct programs *ps = k->programs;

    if (pid < PID_FIRST)
        return NULL;
    tid_t tid = (tid_t)(pid - PID_FIRST) % k->max_tasks;
    if (!is_program(k, tid))
        return NULL;
    struct proc *p = &ps->proc[k->task[tid].own];
    return p->state != PROC_FREE && p->pid == pid ? p : NULL;
}

struct thread *proc_thread(const struct programs *ps, const struct proc *p, uint32_t from)
{
    uint32_t number = proc_number(ps, p);

    if (p->nthreads == 1 && from <= number && ps->thread[number].proc == number)
        return &ps->thread[number];
    for (uint32_t i = from; i < ps->nthreads; i++)
        if (ps->thread[i].proc == number)
            return &ps->thread[i];
    return NULL;
}

void proc_times(const struct kern *k, const struct proc *p, ns_t *user, ns_t *kernel)
{
    const struct programs *ps = k->programs;

    *user = p->dead_user;
    *kernel = p->dead_kernel;
    for (struct thread *t = proc_thread(ps, p, 0); t;
         t = proc_thread(ps, p, thread_number(ps, t) + 1)) {
        *user += k->task[t->tid].received;
        *kernel += t->kernel;
    }
}

uint64_t program_tlb_misses(const struct kern *k)
{
    uint64_t n = 0;

    for (unsigned h = 0; k->programs && h < k->config->ncpus; h++)
        n += cpu_tlb_misses(cpu_hart(k->programs->cpu, h));
    return n;
}
