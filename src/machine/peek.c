/* peek.c - copies for those who look. */
#include <machine/peek.h>

#include <fs/fs.h>
#include <kern/balloon.h>
#include <fs/ioqueue.h>
#include <fs/look.h>
#include <kern/body.h>
#include <kern/fault.h>
#include <kern/pages.h>
#include <kern/vfs.h>
#include <machine/inside.h>
#include <machine/vcpu.h>
#include <sim/check.h>

#include <string.h>

enum { NOWHERE = UINT32_MAX };

bool peek_memory(const struct machine *m, tid_t tid, struct peek_memory *out)
{
    struct touch_facts f;

    if (!touch_facts(&m->kern, tid, &f))
        return false;
    *out = (struct peek_memory){
        .resident = f.resident, .most = f.most, .minor = f.minor, .major = f.major,
        .swap_in = f.swap_in, .swap_out = f.swap_out, .used_sum = f.used_sum,
        .windows = f.windows,
    };
    return true;
}

static const char *kind_of(const struct region *r)
{
    return r->flags & REGION_STACK    ? "stack"
           : r->flags & REGION_HEAP   ? "heap"
           : r->by == MM_BY_LOADER    ? "program"
           : r->object & REGION_FILE  ? "mapped file"
           : r->flags & REGION_SHARED ? "shared mapping"
                                      : "mapping";
}

static void entry_bits(uint32_t pte, char out[9])
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (char)(pte & (PTE_D >> i) ? "DAGUXWRV"[i] : '-');
    out[8] = '\0';
}

bool peek_refusal(const struct machine *m, tid_t tid, struct peek_refusal *out)
{
    static const char *const accesses[] = { "fetch", "load", "store" };
    static const enum peek_place places[] = {
        [PLACE_NOWHERE] = PEEK_NOWHERE, [PLACE_IN] = PEEK_IN, [PLACE_GONE] = PEEK_GONE,
        [PLACE_NEAR] = PEEK_NEAR,
    };
    struct peek_task t;

    peek_task(m, tid, &t);
    const struct pages_refusal *r = pages_refused(&m->kern, t.pid);
    if (!r)
        return false;
    const struct mm_refusal *w = &r->what;
    const struct region *in = &w->region;
    *out = (struct peek_refusal){
        .va = w->va, .pc = r->pc, .access = accesses[w->access],
        .io_error = w->why == MM_IO_ERROR,
        .past_end = w->why == MM_PAST_END, .misaligned = w->why == MM_MISALIGNED,
        .walked = w->walked, .step = w->walk.step,
        .level = w->walk.level, .entry = w->walk.pte, .place = places[w->place],
        .guard = w->guard, .start = in->start, .end = in->end, .kind = kind_of(in),
        .rights = { in->flags & REGION_READ ? 'r' : '-', in->flags & REGION_WRITE ? 'w' : '-',
                    in->flags & REGION_EXEC ? 'x' : '-' },
        .by = in->by == MM_BY_LOADER ? -1 : (int64_t)in->by, .when = in->when,
    };
    entry_bits(out->entry, out->bits);
    return true;
}

uint32_t peek_nframes(const struct machine *m)
{
    return m->kern.programs || m->kern.memory ? m->kern.config->memory.frames : 0;
}

void peek_frames(const struct machine *m, struct memory_frame *out, uint32_t from, uint32_t n)
{
    pages_frames(&m->kern, out, from, n);
}

uint32_t peek_pages(const struct machine *m, tid_t tid, uint32_t skip, struct memory_page *out,
                    uint32_t max)
{
    struct page_look look[16];
    uint32_t n = 0, some;

    while (n < max && (some = pages_entries(&m->kern, tid, skip + n, look,
                                            max - n < 16 ? max - n : 16))) {
        for (uint32_t i = 0; i < some; i++, n++) {
            out[n] = (struct memory_page){ .va = look[i].va, .here = look[i].here,
                                           .where = look[i].where };
            if (look[i].pte)
                entry_bits(look[i].pte, out[n].bits);
        }
    }
    return n;
}

uint32_t peek_tlb(const struct machine *m, unsigned hart, uint32_t skip,
                  struct memory_translation *out, uint32_t max)
{
    const struct kern *k = &m->kern;
    struct cpu_translation t;
    uint32_t n = 0;

    if (!k->programs || hart >= k->nharts)
        return 0;
    while (n < max && cpu_translations(cpu_hart(k->programs->cpu, hart), skip + n, &t, 1)) {
        out[n] = (struct memory_translation){
            .va = t.vpn << PAGE_SHIFT, .frame = pte_pfn(t.pte), .asid = t.asid,
            .tid = pages_task_in(k, hart, t.asid), .mega = t.mega,
        };
        entry_bits(t.pte, out[n++].bits);
    }
    return n;
}

bool peek_memory_now(void *machine, struct memory_now *out)
{
    return memory_look(&((const struct machine *)machine)->kern, out);
}

uint64_t peek_cow_copies(const struct machine *m)
{
    return m->kern.programs ? mm_of(&m->kern)->cow_copies : 0;
}

uint32_t peek_frames_free(const struct machine *m)
{
    return memory_frames_free(&m->kern);
}

bool peek_files(const struct machine *m, struct peek_files *out)
{
    struct fs_stats s;

    if (!vfs_stats(&m->kern, &s))
        return false;
    *out = (struct peek_files){
        .hits = s.hits, .misses = s.misses, .reads = s.reads, .writes = s.writes,
        .read_ahead = s.read_ahead, .read_ahead_used = s.read_ahead_used,
        .commits = s.commits, .checkpoints = s.checkpoints, .log_blocks = s.log_blocks,
        .replayed = s.replayed, .failed_steps = filestep_failed(&m->kern), .cached = s.cached, .dirty = s.dirty,
        .log_size = s.log_size, .log_used = s.log_used,
    };
    return true;
}

uint64_t peek_tlb_misses(const struct machine *m)
{
    return program_tlb_misses(&m->kern);
}

void peek_structure(const struct machine *m, struct peek_structure *out)
{
    const struct structure_config *s = &m->kern.config->structure;
    const struct door *d = &m->kern.door;

    *out = (struct peek_structure){ .model = m->kern.config->vm ? "vm" : d->ops->name, .messages = d->messages };
    for (unsigned v = SERVICE_PROC; v < SERVICES; v++)
        if (s->servers >> v & 1)
            out->memory_bytes += s->server_bytes;
}

static const char *const names[] = {
#define SERVICE(id, name, what) name,
#include <ossim/service.def>
#undef SERVICE
};

bool peek_fault(const struct machine *m, unsigned i, struct peek_fault *out)
{
    static const char *const kinds[] = {
#define SERVICE_FAULT(id, name, what) name,
#include <ossim/fault.def>
#undef SERVICE_FAULT
    };
    const struct faults *f = m->kern.door.faults;

    if (!f || i >= f->n)
        return false;
    const struct incident *r = &f->incident[i];
    *out = (struct peek_fault){
        .at = r->at, .down = r->down, .repaired = r->repaired, .panic = r->panic,
        .service = names[r->what->service], .kind = kinds[r->what->kind],
        .process = r->what->process, .lost = r->lost, .corrupted = r->corrupted,
        .reachable = r->reach, .processes_lost = r->processes_lost,
        .processes_corrupted = r->processes_corrupted,
        .processes_reachable = r->processes_reachable, .files_lost = r->files_lost,
        .files_corrupted = r->files_corrupted, .guests_lost = r->guests_lost, .frames = r->frames, .bytes = r->bytes,
        .work_lost = r->work_lost,
    };
    return true;
}

bool peek_disk(void *machine, bool all, struct disk_now *out)
{
    const struct kern *k = &((const struct machine *)machine)->kern;
    const struct ioqueue *q;
    struct fs_stats s;
    struct blk_stats st;

    if (!k->block)
        return false;
    *out = (struct disk_now){ .cylinders = 1 };
    out->drives = block_drives(k, &out->drive);
    if ((q = block_queue(k, out->drive))) {
        out->cylinders = ioqueue_cylinders(q);
        out->arm = ioqueue_arm(q);
    }
    for (uint32_t i = 0; (q = block_queue(k, i)); i++)
        out->waiting += ioqueue_waiting(q, NULL, 0);
    if (all) {
        blk_stats(block_medium(k), &st);
        out->bad = st.policy_faults;
        out->resynced = st.resynced;
        out->stale = st.stale;
        out->seek = st.seek;
        out->rotation = st.rotation;
        out->transfer = st.transfer;
    }
    if (all && k->vfs && k->vfs->fs) {
        fs_stats(k->vfs->fs, &s);
        out->cache = k->config->fs.cache_blocks;
        out->cached = s.cached;
        out->dirty = s.dirty + s.held;
        out->log_size = s.log_size;
        out->log_used = s.log_used;
        out->log_head = s.log_head;
        out->held = s.held;
    }
    return true;
}

unsigned peek_disk_queue(const struct machine *m, uint32_t drive, uint32_t *arm,
                         uint32_t *cylinders, unsigned max)
{
    const struct ioqueue *q = block_queue(&m->kern, drive);

    *arm = q ? ioqueue_arm(q) : 0;
    return q ? ioqueue_waiting(q, cylinders, max) : 0;
}

void peek_tree(const struct machine *m, disk_entry_fn *fn, void *ctx)
{
    if (m->kern.vfs && m->kern.vfs->state == VFS_MOUNTED)
        fs_look(m->kern.vfs->fs, fn, ctx);
}

bool peek_blackout(const struct machine *m, unsigned i, struct peek_blackout *out)
{
    if (i >= m->kern.nblackouts)
        return false;
    const struct blackout *b = &m->kern.blackout[i];

    *out = (struct peek_blackout){
        .at = b->at, .up = b->up, .tasks_lost = b->tasks_lost, .files_lost = b->files_lost,
        .blocks_lost = b->blocks_lost, .replayed = b->replayed, .broken = b->broken,
        .work_lost = b->work_lost,
    };
    return true;
}

unsigned peek_crossings(const struct machine *m, struct peek_crossing *out, unsigned max)
{
    unsigned n = 0;

    for (unsigned from = SERVICE_USER; from < SERVICES; from++)
        for (unsigned to = SERVICE_PROC; to < SERVICES && n < max; to++)
            n += peek_way(m, from, to, &out[n]) && out[n].mechanism;
    return n;
}

bool peek_way(const struct machine *m, unsigned from, unsigned to, struct peek_crossing *out)
{
    const struct door *d = &m->kern.door;

    if (from >= SERVICES || to >= SERVICES || !d->count[from][to])
        return false;
    *out = (struct peek_crossing){
        names[from], names[to],
        d->ops->mechanism(&m->kern, (enum service)from, (enum service)to),
        d->count[from][to], d->time[from][to],
    };
    return true;
}

bool peek_service(const struct machine *m, unsigned s, struct peek_service *out)
{
    struct service_facts f;

    if (s < SERVICE_PROC || s >= SERVICES)
        return false;
    service_facts(&m->kern, (enum service)s, &f);
    *out = (struct peek_service){
        .name = names[s], .server = f.server, .module = f.module, .loading = f.loading,
        .loaded = f.loaded, .lost = f.lost, .damaged = f.damaged, .held = f.held,
        .tid = f.tid, .client = f.client,
    };
    out->nline = service_line(&m->kern, (enum service)s, out->line, PEEK_LINE);
    return true;
}

bool peek_module(const struct machine *m, unsigned i, struct peek_module *out)
{
    struct module_facts f;

    if (!module_facts(&m->kern, i, &f))
        return false;
    *out = (struct peek_module){
        .name = f.scheduler ? f.scheduler : names[f.service], .scheduler = f.scheduler != NULL,
        .loading = f.loading, .loaded = f.loaded, .used = f.used, .loads = f.loads,
        .unloads = f.unloads, .load_time = f.load_time,
    };
    return true;
}

tid_t peek_ntasks(const struct machine *m)
{
    return m->kern.ntasks;
}

/* What is left of its burst `got` later. */
static ns_t left_of(const struct kern *k, tid_t tid, ns_t got)
{
    const struct task *t = &k->task[tid];
    ns_t work = got ? hart_work(k, t->hart, tid, got, NULL) : 0;

    return t->left != NS_MAX && t->left > work ? t->left - work : 0;
}

/* A configured task whose slot is still empty. */
static void peek_unborn(const struct config *c, tid_t tid, struct peek_task *out)
{
    uint32_t process = config_process_of(c, tid);

    *out = (struct peek_task){
        .tid = tid, .process = process, .pid = (int32_t)tid + 1, .state = TASK_UNBORN,
        .object = NOWHERE, .hart = HART_NONE, .queue = NOWHERE,
        .priority = c->processes[process].priority, .nice = c->processes[process].nice,
        .deadline = NS_MAX,
    };
}

void peek_task(const struct machine *m, tid_t tid, struct peek_task *out)
{
    const struct kern *k = &m->kern;
    const struct task *t = &k->task[tid];
    uint16_t queue = k->sched.on_queue[tid];
    ns_t got = hart_uncounted(k, tid);
    struct sched_task view;
    struct task_facts f;

    if (t->state == TASK_UNBORN) {
        peek_unborn(k->config, tid, out);
        return;
    }
    task_view(k, tid, &view);
    *out = (struct peek_task){
        .tid = tid, .process = t->process, .pid = (int32_t)tid + 1,
        .state = (enum task_state)t->state, .cause = (enum wait_cause)t->cause,
        .object = aside_object(&k->aside, tid), .hart = t->hart, .queue = NOWHERE,
        .priority = view.priority, .nice = view.nice, .arrival = t->arrival,
        .received = t->received + got,
        .burst = left_of(k, tid, got),
        .deadline = view.deadline,
    };
    if (queue != QUEUE_NONE) {
        out->queue = queue;
        out->level = sched_level(&k->sched, tid);
    }
    if (t->rt != NO_RT)
        out->job = k->rt[t->rt].job;
    task_facts(k, tid, &f);
    out->pid = f.pid;
    out->pc = f.pc;
    out->instructions = f.instructions;
    out->exit_status = f.exit_status;
    out->exit_signal = f.exit_signal;
}

void peek_hart(const struct machine *m, unsigned hart, struct peek_hart *out)
{
    const struct kern *k = &m->kern;
    const struct hart *h = &k->hart[hart];

    CHECK(hart < k->nharts);
    *out = (struct peek_hart){
        .running = h->running, .since = h->since, .quantum_ends = h->slice_end,
        .mhz = k->hart[hart].mhz, .queue = hart_queue(k, hart),
    };
}

unsigned peek_nqueues(const struct machine *m)
{
    return m->kern.sched.nqueues;
}

unsigned peek_queue_length(const struct machine *m, unsigned queue)
{
    CHECK(queue < m->kern.sched.nqueues);
    return m->kern.sched.length[queue];
}

const struct policy_config *peek_policy(const struct machine *m)
{
    return m->kern.policy;
}

/* --- the order of a queue --- */

enum { ORDER_LIMIT = 1 << 16 };

size_t peek_scratch_size(const struct kern *k)
{
    return k->max_tasks > ORDER_LIMIT ? 0 : sched_scratch_size(&k->sched);
}

static unsigned by_number(const struct kern *k, unsigned queue, tid_t *out, unsigned max)
{
    unsigned n = 0;

    for (tid_t t = 0; t < k->ntasks && n < max; t++)
        if (k->sched.on_queue[t] == queue)
            out[n++] = t;
    return n;
}

unsigned peek_queue(struct machine *m, unsigned queue, tid_t *out, unsigned max)
{
    struct kern *k = &m->kern;

    if (!m->scratch)
        return by_number(k, queue, out, max);
    return sched_order(&k->sched, queue, m->scratch, out, max, k->engine->now);
}

void peek_explain(struct machine *m, tid_t tid, char *buf, size_t size)
{
    struct sched *s = &m->kern.sched;

    memset(buf, 0, size);
    if (s->on_queue[tid] != QUEUE_NONE)
        sched_explain(s, tid, m->scratch, buf, size);
}

bool peek_ousts(void *machine, tid_t tid, unsigned hart)
{
    struct machine *m = machine;

    return dispatch_ousts(&m->kern, tid, hart);
}

bool peek_guest(const struct machine *m, struct peek_guest *out)
{
    const struct guest *g = m->as_guest;

    if (!g)
        return false;
    const struct kern *host = &g->host->kern;
    *out = (struct peek_guest){ .name = g->config->name, .nvcpus = g->nvcpus, .non = g->non,
                                .exit_time = g->exit_time, .over = g->over,
                                .frames = g->config->frames,
                                .balloon = m->kern.balloon ? m->kern.balloon->n : 0 };
    for (unsigned i = 0; i < EXIT_CAUSES; i++)
        out->exits[i] = g->exits[i];
    for (unsigned i = 0; i < g->nvcpus; i++) {
        const struct vcpu *v = &g->vcpu[i];

        out->steal += vcpu_steal(g, i);
        if (v->tid != TID_NONE)
            out->received += host->task[v->tid].received + hart_uncounted(host, v->tid);
    }
    return true;
}

/* --- names --- */

/* Decimal digits of n at the end of buf, as far as they fit. */
static void append_number(char *buf, size_t size, char separator, uint32_t n)
{
    char digits[12];
    unsigned i = sizeof digits;
    size_t len = strlen(buf);

    do
        digits[--i] = (char)('0' + n % 10);
    while (n /= 10);
    digits[--i] = separator;
    if (len + sizeof digits - i < size) {
        memcpy(buf + len, digits + i, sizeof digits - i);
        buf[len + sizeof digits - i] = 0;
    }
}

const char *peek_name(const struct machine *m, tid_t tid, char *buf, size_t size)
{
    const struct kern *k = &m->kern;
    const struct config *c = k->config;
    bool forked = tid >= c->ntasks;
    struct task_facts f = { 0 };
    tid_t root = tid;

    if (forked) {
        task_facts(k, tid, &f);
        root = f.named_by;
    }
    const struct process_config *p = &c->processes[config_process_of(c, root)];
    size_t len = strlen(p->name);
    if (len >= size)
        len = size - 1;
    memcpy(buf, p->name, len);
    buf[len] = 0;
    if (p->count > 1)
        append_number(buf, size, '-', root - p->first + 1);
    if (forked)
        append_number(buf, size, '/', (uint32_t)f.pid);
    return buf;
}
