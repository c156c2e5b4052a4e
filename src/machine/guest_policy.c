/* guest_policy.c - see guest_policy.h. Arguments go as the RISC-V ELF psABI, "Integer
 * Calling Convention", says: words in a0 to a7, 64-bit ones in two neighbours. */
#include <machine/guest_policy.h>

#include <sim/check.h>

#include <stddef.h>
#include <string.h>

/* Where things lie in the guest. The inbox is read-only to it. */
#define PARAMS_VA UINT32_C(0xc0000000)
#define INBOX_VA  UINT32_C(0xc0001000)          /* two tasks, in one page */
#define HARTS_VA  UINT32_C(0xc0002000)
#define OUTBOX_VA UINT32_C(0xc0010000)          /* texts of explain */
#define TASKS_VA  UINT32_C(0xc1000000)
#define STATE_VA  UINT32_C(0xe0000000)

enum { OUTBOX = 256, STATE_ALIGN = 64, PARAMS_TASKS = 32 };

/* The layouts are the same on RV32 and here, but for the pointer in sched_params, whose
 * upper half is padding there. */
_Static_assert(sizeof(struct sched_task) == 88 && sizeof(struct sched_hart) == 16,
               "copies as workloads/libc/policy.c asserts them");
_Static_assert(offsetof(struct sched_params, tasks) == PARAMS_TASKS &&
               offsetof(struct sched_params, value) == PARAMS_TASKS + 8,
               "parameters as workloads/libc/policy.c asserts them");

struct guest_policy {
    struct guest_box box;
    const struct guest_policy_config *config;
    struct memory_config memory;
    uint64_t budget;            /* instructions of a call */
    bool charge;
    struct guest_report failed;         /* what == GUEST_FINE: it has not */
    uint32_t nqueues;           /* initialised so far */
    uint32_t nharts;
    uint32_t state_bytes;       /* of a queue, aligned */
    uint32_t state_end;         /* VA up to which states are mapped */
    struct sched_task *task;    /* the two of the inbox */
    uint64_t taken;             /* instructions that were reported */
    struct { uint64_t calls, instructions; } cost[POLICY_OPS];
};

static struct memory_config memory_for(const struct config *c, const struct sched_params *p)
{
    uint64_t bytes = c->guest.memory ? c->guest.memory
                                     : GUEST_MEMORY + (uint64_t)GUEST_MEMORY_TASK * p->max_tasks;

    return (struct memory_config){ .frames = (uint32_t)((bytes + 4095) / 4096),
                                   .tlb_entries = 64, .tlb_ways = 4 };
}

static uint64_t budget_for(const struct config *c, const struct sched_params *p)
{
    return c->guest.instructions
               ? c->guest.instructions
               : GUEST_INSTRUCTIONS + (uint64_t)GUEST_INSTRUCTIONS_TASK * p->max_tasks;
}

/* --- calls --- */

static void fail(struct guest_policy *g, enum guest_failure what, enum policy_op op,
                 uint32_t address)
{
    if (g->failed.what)
        return;
    g->failed = (struct guest_report){ .what = what, .op = op, .pc = g->box.pc,
                                       .caller = g->box.caller,
                                       .cause = g->box.trap.cause, .address = address };
}

/* Call an op with n words. 0 if the policy has failed, now or before. */
static uint64_t call(struct guest_policy *g, enum policy_op op, const uint32_t *args,
                     unsigned n)
{
    static const enum guest_failure failures[] = {
        [BOX_BUDGET] = GUEST_OVERRUN, [BOX_FAULT] = GUEST_FAULT,
        [BOX_CALLS_SYSTEM] = GUEST_ECALL, [BOX_BREAK] = GUEST_EBREAK,
    };
    uint64_t result, before = g->box.counts.instructions;

    if (g->failed.what)
        return 0;
    enum box_stop why = box_call(&g->box, g->config->face.op[op], args, n,
                                 g->budget, &result);
    g->cost[op].calls++;
    g->cost[op].instructions += g->box.counts.instructions - before;
    if (why == BOX_RETURNED)
        return result;
    fail(g, failures[why], op, g->box.trap.tval);
    return 0;
}

/* What `call` returns for the emptiest answer of an op is 0; some have another. */
static bool good(const struct guest_policy *g)
{
    return g->failed.what == GUEST_FINE;
}

/* The same for views: what the op does, how long it takes and how it fails concerns
 * nobody. */
static uint64_t look(struct guest_policy *g, enum policy_op op, const uint32_t *args,
                     unsigned n)
{
    struct cpu_counts counts = g->box.counts;
    uint64_t result;

    if (g->failed.what)
        return 0;
    enum box_stop why = box_call(&g->box, g->config->face.op[op], args, n, g->budget,
                                 &result);
    g->box.counts = counts;
    return why == BOX_RETURNED ? result : 0;
}

#define LOW(v) ((uint32_t)(uint64_t)(v))
#define HIGH(v) ((uint32_t)((uint64_t)(v) >> 32))
#define TIME(v) LOW(v), HIGH(v)
#define WORDS(...)                                                               \
    (const uint32_t[]){ __VA_ARGS__ },                                           \
        sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t)
#define CALL(g, op, ...) call((g), (op), WORDS(__VA_ARGS__))
#define LOOK(g, op, ...) look((g), (op), WORDS(__VA_ARGS__))

static uint32_t state_va(const struct guest_policy *g, const void *rq)
{
    uint32_t queue;

    memcpy(&queue, rq, sizeof queue);
    return STATE_VA + queue * g->state_bytes;
}

/* A copy of the task for the guest to read, who may read the padding, too: it is always 0. */
static uint32_t give_task(struct guest_policy *g, unsigned which, const struct sched_task *t)
{
    enum { END = offsetof(struct sched_task, hart) + sizeof t->hart,
           NEXT = offsetof(struct sched_task, affinity) };

    g->task[which] = *t;
    memset((char *)&g->task[which] + END, 0, NEXT - END);
    return INBOX_VA + which * (uint32_t)sizeof *t;
}

/* --- coming to life --- */

static size_t room(void *self, const struct sched_params *p, const struct config *c)
{
    struct memory_config memory = memory_for(c, p);
    struct arena a;

    (void)self;
    arena_init(&a, NULL, 0);
    (void)arena_array(&a, struct guest_policy, 1);
    box_init(NULL, &a, &memory);
    return a.used;
}

static bool map_mail(struct guest_policy *g)
{
    return box_map(&g->box, PARAMS_VA, sizeof(struct sched_params), BOX_READ) &&
           box_map(&g->box, INBOX_VA, 2 * sizeof(struct sched_task), BOX_READ) &&
           box_map(&g->box, HARTS_VA, g->nharts * sizeof(struct sched_hart), BOX_READ) &&
           box_map(&g->box, OUTBOX_VA, OUTBOX, BOX_READ | BOX_WRITE);
}

static void give_params(struct guest_policy *g, const struct sched_params *p, bool tasks)
{
    struct sched_params copy = *p;
    uint64_t va = tasks ? TASKS_VA : 0;

    memcpy((uint8_t *)&copy + PARAMS_TASKS, &va, sizeof va);
    box_write(&g->box, PARAMS_VA, &copy, sizeof copy);
}

static void make_tasks(struct guest_policy *g, const struct sched_params *p)
{
    if (!g->config->face.op[POLICY_TASK_SIZE])
        return;
    uint64_t bytes = LOW(CALL(g, POLICY_TASK_SIZE, PARAMS_VA)) * (uint64_t)p->max_tasks;
    if (bytes > STATE_VA - TASKS_VA ||
        !box_map(&g->box, TASKS_VA, bytes, BOX_READ | BOX_WRITE))
        fail(g, GUEST_NO_MEMORY, POLICY_TASK_SIZE,
             bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes);
    give_params(g, p, bytes > 0);
}

/* Variables that an earlier run left, put over those of the file. */
static void take_variables(struct guest_policy *g)
{
    const uint8_t *from = g->config->variables;

    for (unsigned i = 0; from && i < g->config->elf.nsegments; i++) {
        struct elf_segment s = elf_segment(&g->config->elf, i);

        if (!s.write)
            continue;
        box_write(&g->box, s.vaddr, from, s.memsz);
        from += s.memsz;
    }
}

static void *open(void *self, void *place, const struct sched_params *p,
                  const struct config *c)
{
    struct arena a;

    arena_init(&a, place, room(self, p, c));
    struct guest_policy *g = arena_array(&a, struct guest_policy, 1);
    *g = (struct guest_policy){ .config = self, .memory = memory_for(c, p),
                                .budget = budget_for(c, p), .charge = c->guest.charge,
                                .nharts = p->nharts, .state_end = STATE_VA };
    box_init(&g->box, &a, &g->memory);
    if (!box_load(&g->box, &g->config->elf) || !map_mail(g)) {
        fail(g, GUEST_NO_MEMORY, POLICY_INIT, 0);
        return g;
    }
    take_variables(g);
    g->task = box_at(&g->box, INBOX_VA, 2 * sizeof *g->task);
    give_params(g, p, false);
    make_tasks(g, p);
    uint32_t bytes = LOW(CALL(g, POLICY_STATE_SIZE, PARAMS_VA));
    if (bytes > g->memory.frames * UINT64_C(4096))
        fail(g, GUEST_NO_MEMORY, POLICY_STATE_SIZE, bytes);
    g->state_bytes = (bytes + STATE_ALIGN - 1) & ~(uint32_t)(STATE_ALIGN - 1);
    return g;
}

/* What the core keeps of a queue is its number. */
static size_t state_size(void *self, const struct sched_params *p)
{
    (void)self, (void)p;
    return sizeof(uint32_t);
}

static size_t task_size(void *self, const struct sched_params *p)
{
    (void)self, (void)p;
    return 0;
}

/* Map the state of one more queue. */
static bool grow_state(struct guest_policy *g)
{
    uint64_t end = STATE_VA + (uint64_t)(g->nqueues + 1) * g->state_bytes;

    if (end > UINT32_MAX - 4095)
        return false;
    uint32_t page_end = ((uint32_t)end + 4095) & ~UINT32_C(4095);
    if (page_end > g->state_end &&
        !box_map(&g->box, g->state_end, page_end - g->state_end, BOX_READ | BOX_WRITE))
        return false;
    g->state_end = page_end;
    return true;
}

static void init(void *self, void *rq, const struct sched_params *p)
{
    struct guest_policy *g = self;

    (void)p;
    memcpy(rq, &g->nqueues, sizeof g->nqueues);
    if (good(g) && !grow_state(g))
        fail(g, GUEST_NO_MEMORY, POLICY_INIT, g->state_bytes);
    CALL(g, POLICY_INIT, state_va(g, rq), PARAMS_VA);
    g->nqueues++;
}

/* --- the ops --- */

static void enqueue(void *self, void *rq, const struct sched_task *t, enum sched_why why,
                    ns_t now)
{
    struct guest_policy *g = self;

    if (good(g))
        CALL(g, POLICY_ENQUEUE, state_va(g, rq), give_task(g, 0, t), why, TIME(now));
}

static tid_t pick(void *self, void *rq, ns_t now)
{
    struct guest_policy *g = self;
    uint64_t tid = CALL(g, POLICY_PICK, state_va(g, rq), TIME(now));

    return good(g) ? LOW(tid) : TID_NONE;
}

static void leave(void *self, void *rq, tid_t tid)
{
    CALL(self, POLICY_REMOVE, state_va(self, rq), tid);
}

static void ran(void *self, void *rq, const struct sched_task *t, ns_t got,
                enum sched_stop why, ns_t now)
{
    struct guest_policy *g = self;

    if (good(g))
        CALL(g, POLICY_RAN, state_va(g, rq), give_task(g, 0, t), TIME(got), why, TIME(now));
}

static ns_t quantum(void *self, const void *rq, tid_t tid)
{
    ns_t q = (ns_t)CALL(self, POLICY_QUANTUM, state_va(self, rq), tid);

    return good(self) ? q : NS_MAX;
}

static bool preempts(void *self, const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    struct guest_policy *g = self;

    if (!good(g))
        return false;
    return CALL(g, POLICY_PREEMPTS, state_va(g, rq), give_task(g, 0, queued),
                give_task(g, 1, running)) & 0xff;
}

static ns_t timer(void *self, void *rq, ns_t now)
{
    ns_t next = (ns_t)CALL(self, POLICY_TIMER, state_va(self, rq), TIME(now));

    return good(self) ? next : NS_MAX;
}

static unsigned select_hart(void *self, const struct sched_task *t,
                            const struct sched_hart *harts, unsigned nharts,
                            enum sched_why why, ns_t now)
{
    struct guest_policy *g = self;

    if (!good(g))
        return t->hart < nharts ? t->hart : 0;
    box_write(&g->box, HARTS_VA, harts, nharts * sizeof *harts);
    return LOW(CALL(g, POLICY_SELECT_HART, give_task(g, 0, t), HARTS_VA, nharts, why,
                    TIME(now)));
}

static tid_t pull(void *self, void *rq, unsigned idle_hart, ns_t now)
{
    uint64_t tid = CALL(self, POLICY_PULL, state_va(self, rq), idle_hart, TIME(now));

    return good(self) ? LOW(tid) : TID_NONE;
}

static int64_t urgency(void *self, const struct sched_params *p, const struct sched_task *t)
{
    struct guest_policy *g = self;

    (void)p;
    if (!good(g))
        return t->priority;
    return (int64_t)CALL(g, POLICY_URGENCY, PARAMS_VA, give_task(g, 0, t));
}

static unsigned level(void *self, const void *rq, tid_t tid)
{
    return LOW(LOOK(self, POLICY_LEVEL, state_va(self, rq), tid));
}

static void explain(void *self, const void *rq, tid_t tid, char *buf, size_t size)
{
    struct guest_policy *g = self;
    size_t n = size < OUTBOX ? size : OUTBOX;

    buf[0] = '\0';
    if (!good(g))
        return;
    box_write(&g->box, OUTBOX_VA, "", 1);
    LOOK(g, POLICY_EXPLAIN, state_va(g, rq), tid, OUTBOX_VA, (uint32_t)n);
    box_read(&g->box, OUTBOX_VA, buf, n);
    buf[n - 1] = '\0';
}

/* --- what became of it --- */

const struct guest_policy_config *guest_policy_report(const void *self,
                                                      struct guest_report *out)
{
    const struct guest_policy *g = self;

    *out = g->failed;
    out->instructions = g->box.counts.instructions;
    return g->config;
}

void guest_policy_cost(const void *self, enum policy_op op, uint64_t *calls,
                       uint64_t *instructions)
{
    const struct guest_policy *g = self;

    *calls = g->cost[op].calls;
    *instructions = g->cost[op].instructions;
}

size_t guest_policy_variables(const void *self, uint8_t *out)
{
    const struct guest_policy *g = self;
    size_t n = 0;

    for (unsigned i = 0; i < g->config->elf.nsegments; i++) {
        struct elf_segment s = elf_segment(&g->config->elf, i);

        if (!s.write)
            continue;
        if (out)
            box_read(&g->box, s.vaddr, out + n, s.memsz);
        n += s.memsz;
    }
    return n;
}

/* Byte by byte: there is no memory here to copy them to. */
static bool segment_differs(const struct guest_policy *g, const struct elf_segment *s)
{
    uint8_t now, was;

    for (uint32_t i = 0; i < s->memsz; i++) {
        was = i < s->filesz ? s->bytes[i] : 0;
        if (box_read(&g->box, s->vaddr + i, &now, 1) && now != was)
            return true;
    }
    return false;
}

bool guest_policy_wrote(const void *self)
{
    const struct guest_policy *g = self;

    for (unsigned i = 0; i < g->config->elf.nsegments; i++) {
        struct elf_segment s = elf_segment(&g->config->elf, i);

        if (s.write && segment_differs(g, &s))
            return true;
    }
    return false;
}

static bool broken(void *self, int64_t *what)
{
    const struct guest_policy *g = self;

    *what = g->failed.what;
    return !good(g);
}

static uint64_t work(void *self)
{
    struct guest_policy *g = self;
    uint64_t n = g->box.counts.instructions - g->taken;

    g->taken += n;
    return g->charge ? n : 0;
}

const struct sched_port guest_policy_port = {
    .state_size = state_size, .task_size = task_size, .init = init, .enqueue = enqueue,
    .pick = pick, .remove = leave, .ran = ran, .quantum = quantum, .preempts = preempts,
    .timer = timer, .select_hart = select_hart, .pull = pull, .urgency = urgency,
    .level = level, .explain = explain, .room = room, .open = open, .broken = broken,
    .work = work,
};
