/* kern/kern.h - the kernel: tasks, harts and what moves them.
 *
 * A kernel is a value in its machine's arena; nothing here is global. The files of
 * this room share this header, in floors of their own: wait.c (queues of those who wait),
 * view.c and job.c (what a task looks like), queue.c (who may run), hart.c (who is on one),
 * task.c (sleep and waking), sync.c and deadlock.c (locks), detach.c, rt.c (periodic jobs),
 * life.c (coming and going), dispatch.c (who runs where), run.c (who executes), body.h and
 * body_*.c (what tasks are made of), ipc.c (channels), and the program half in files of
 * its own. `make floors` shows that they call each other in no circle worth the name.
 *
 * One instant is worked off in the order of sim/engine.h. Handlers only change states
 * and enqueue; who runs is decided once, when nothing else is left at the instant
 * (dispatch_all), so a task that arrives just as another expires is seen in time.
 */
#ifndef KERN_KERN_H
#define KERN_KERN_H

#include <kern/aside.h>
#include <kern/service.h>
#include <ossim/event.h>
#include <sched/sched.h>
#include <sim/arena.h>
#include <sim/check.h>
#include <sim/config.h>
#include <sim/engine.h>
#include <sim/rng.h>
#include <sim/stream.h>

enum task_flags {
    TASK_HANDED_BACK = 1,       /* queued, but its hart still waits for the verdict */
    TASK_STARTED = 2,           /* was dispatched, or needed no hart to begin */
    TASK_FRESH = 4,             /* in the list of those that may preempt */
    TASK_JOB_STARTED = 8,       /* the present job was dispatched (for SRP) */
    TASK_FORKED = 16,           /* made by a program, not by the workload */
    TASK_PINNED = 32,           /* a program whose harts sched_setaffinity has set */
    TASK_SPINS = 64,            /* waits for a lock on its hart: spin.h */
    TASK_ASKED = 128,           /* waited for a lock, and is to try again: its call was made */
};

/* What a task is made of: body.h. */
enum body_kind { BODY_BURST, BODY_PROGRAM, BODY_SERVER, BODY_VCPU, BODY_KINDS };

enum { NO_RT = UINT32_MAX };

/* Tasks that wait, linked by task.next, in the order in which they came; wait.c. */
struct waitq { tid_t first, last; };

struct task {                   /* small: a run may have ten million; see also aside.h */
    uint8_t state;              /* enum task_state */
    uint8_t cause;              /* enum wait_cause, while sleeping */
    uint8_t flags;              /* enum task_flags */
    uint8_t why;                /* enum sched_why of its last enqueue */
    uint8_t body;               /* enum body_kind */
    bool lent;                  /* it runs with the urgency of another: task_donor */
    uint16_t hart;              /* where it runs or ran last; HART_NONE */
    uint32_t process;           /* index into config.processes */
    uint32_t own;               /* its body's: the next step, the number of a thread */
    uint32_t rt;                /* index into kern.rt; NO_RT: not periodic, no deadline */
    tid_t next;                 /* link in waits_in */
    struct waitq *waits_in;     /* NULL: in none */
    ns_t arrival;
    ns_t received;              /* CPU time so far */
    ns_t left;                  /* of the present CPU burst, as time of the fastest hart (of
                                 * a virtual CPU's share, as time); NS_MAX: nobody knows */
    ns_t burst_ran;             /* done of the present burst, as time of the fastest */
};
_Static_assert(sizeof(struct task) <= 64, "one line of a cache");

struct hart {
    tid_t running;              /* TID_NONE: idle */
    tid_t last;                 /* what ran here last; TID_NONE: nothing yet */
    ns_t since;                 /* start of the stretch, or of the idling */
    ns_t work_from;             /* since + the overhead of dispatching */
    ns_t counted;               /* CPU up to here is in task.received; ahead of now
                                 * while the kernel works on the task's behalf */
    ns_t ran;                   /* CPU time that the task got in this stretch */
    ns_t told;                  /* ...of which the policy's `ran` knows, less what the kernel
                                 * has done on its behalf since; may be < 0 */
    ns_t slice_end;             /* NS_MAX: never */
    ns_t local;                 /* bodies with `run`: up to here, >= engine.now */
    uint64_t cycle_carry;       /* theirs: parts of cycles not yet turned into ns */
    uint32_t mhz;               /* its clock */
    uint32_t parts;             /* 1 .. kern.parts: what the hart under it gives of its speed */
    uint64_t speed;             /* MHz x work a MHz (sim/config.h, cpu_speed) x parts */
    bool handed_back;           /* `running` is queued; pick decides about it */
    bool recheck;               /* the running task became less urgent */
    bool off;                   /* a virtual one, and not on a real one: virtual.h */
    uint64_t decided;           /* number of the decision in which it got its task */
    ns_t off_since;             /* ...for whatever runs here */
    uint64_t stop_place;        /* of its stop, while off, in the engine's order; 0: none */
    bool goes_on;               /* ...which was for after a decision (PEND_GO_ON) */
    ns_t free_at;               /* the kernel under it has work until then; virtual ones, on */
};

/* Machine code is executed at so many MHz, of one instruction a cycle, times parts: parts of
 * a cycle in a ns, of which a cycle has 1000 x kern.parts. */
static inline uint64_t hart_rate(const struct hart *h)
{
    uint64_t per_mhz = h->speed / h->mhz / h->parts;    /* 1: nobody says it */
    uint64_t mhz = per_mhz > 1 ? h->mhz * per_mhz / CPU_DMIPS : h->mhz;

    return (mhz ? mhz : 1) * h->parts;
}

struct rt {                     /* a periodic task, or one job with a deadline; small, too */
    uint64_t job : 48;          /* its number, from 1; of the last one if !active */
    uint64_t home : 16;         /* the hart it lives on; HART_NONE: not placed yet */
    uint64_t released : 48;     /* number of the last release */
    uint64_t active : 1;        /* a job is being done */
    uint64_t looked : 1;        /* the release is put off to the instant's end */
    uint64_t ended : 1;         /* its task has */
    uint64_t checked : 48;      /* deadlines up to this job were handled */
    uint64_t pending : 40;      /* released and not begun: job + 1, job + 2 ... */
    uint64_t tid : 24;
};
#define RT_NUMBER(job) ((job) & ((UINT64_C(1) << 48) - 1))
_Static_assert(CONFIG_TASKS_LIMIT < 1 << 24 && sizeof(struct rt) == 32, "fits");

struct lock {
    tid_t owner;                /* TID_NONE: free */
    struct waitq wait;
    uint32_t next_held;         /* next lock of the same owner; UINT32_MAX ends */
    tid_t ceiling;              /* the most urgent task that ever uses it */
    int64_t ceiling_urgency;
};

struct channel {
    uint32_t queued;            /* messages in it */
    uint32_t foreign;           /* of them, from other kernels: wire.h */
    bool goes_out;              /* it is another kernel's to receive */
    tid_t sent_by;              /* ...whose sender waits for it to be taken, without capacity */
    struct waitq recv, send;    /* who waits to */
};

enum kern_end {                 /* = enum machine_end */
#define END(id, name, text) KERN_##id,
#include <ossim/names.def>
#undef END
};

struct balloon;
struct blk_request;
struct mail;
struct body_ops;
struct cpu;
struct under;
struct wire;

struct kern {
    const struct config *config;
    const struct body_ops *body[BODY_KINDS];    /* by task.body */
    bool executes;              /* there are bodies with `run` */
    bool halted;                /* by somebody who watches: no step until resumed */
    uint16_t turn;              /* the hart that executes until turn_to; HART_NONE */
    ns_t turn_to;
    bool outside;               /* messages may come from other kernels */
    const struct under *under;  /* the kernel that it runs on: virtual.h; NULL: on none */
    uint16_t number;            /* of this kernel, in its events */
    struct engine *engine;      /* the run's: other kernels may have slots in it too */
    struct stream *stream;
    struct sched sched;
    const struct policy_config *policy;
    struct task *task;          /* by tid */
    struct aside aside;         /* the same, what few of them have */
    tid_t max_tasks;
    tid_t ntasks;               /* slots used so far, or in use */
    tid_t living;               /* arrived or to arrive, and not ended */
    struct hart *hart;
    struct sched_hart *view;    /* what select_hart sees, kept up to date */
    uint32_t nharts, nidle, nqueued;
    uint32_t first_queued;      /* no queue before this one has a task */
    uint32_t nhanded;           /* harts with handed_back */
    uint64_t decisions;         /* dispatch_all so far */
    uint64_t fastest;           /* speed of the fastest hart, by which bursts are measured */
    uint32_t parts;             /* ...in so many parts: sim/config.h, config_parts */
    uint32_t *born;             /* by process: tasks that have arrived */
    rng_t *gap_rng;             /* by process: stream of arrival gaps */
    rng_t jitter;               /* of quanta */
    uint64_t *loops;            /* repeat counters */
    uint32_t *loops_at;         /* by process: where its counters start */
    struct rt *rt;
    uint32_t nrt, nrt_used;
    struct lock *lock;
    uint32_t *held;             /* by tid: first lock held; NULL without locks */
    struct channel *channel;
    struct waitq gate;          /* jobs that SRP keeps from starting */
    struct waitq fresh;         /* not waiting: enqueued at this instant, in order */
    tid_t *picked;              /* scratch of dispatch, nharts long */
    uint32_t next_event;        /* of config.events */
    uint32_t nblackouts;        /* so far */
    struct blackout *blackout;  /* by power cut of the workload */
    int64_t switch_to;          /* which policy (config_switched_to), when switch_slot is due */
    uint32_t first_hart_slot, first_queue_slot, first_arrival_slot, event_slot, stop_slot,
             balance_slot, switch_slot, first_task_slot, first_rt_slot, block_slot, swap_slot, watch_slot,
             block_bell_slot, swap_bell_slot, first_door_slot, first_power_slot, first_extra_slot;
    uint32_t slots_end;         /* the first one behind them */
    bool resched;               /* dispatch_all is due at this instant */
    bool recheck;               /* some hart has `recheck` set */
    void (*decided)(void *ctx); /* somebody who looks at each decision; NULL */
    void *decided_ctx;
    uint64_t steps_now;         /* steps without time passing, for livelocks */
    uint64_t uneven;            /* of balance.c: differences since the last move */
    uint64_t fruitless;         /* dispatches since anybody received CPU time */
    enum kern_end end;
    struct programs *programs;  /* the program half's own state; NULL without */
    struct block *block;        /* the disk and who waits for it; NULL without */
    struct vfs *vfs;            /* the file system; NULL without */
    uint32_t vfs_slot;          /* its pending entry */
    struct filemap *filemap;    /* pages of mapped files; NULL without */
    struct request *step;       /* by tid: steps of bursts; NULL: none can wait in a door */
    const struct wire *wire;    /* to other kernels: wire.h; NULL: none */
    uint32_t wire_slot, balloon_slot;
    struct mail *mail;          /* what messages say: mail.h; NULL: nothing */
    struct filers *filers;      /* burst tasks at steps on files; NULL without */
    struct door door;           /* between its services: service.h */
    struct power *power;        /* frequencies and idle states; NULL without: power.h */
    struct balloon *balloon;    /* frames that are lent: balloon.h; NULL: nobody asks */
    struct memory *memory;      /* pages that may be out of memory; NULL without */
    void *guests;               /* of the body of virtual CPUs; NULL: it has none */
};

/* --- door.c: when crossings cost something --- */

void door_layout(struct kern *k, struct arena *a);
enum outcome door_request(struct kern *k, struct request *r, enum service from,
                          enum service to);
/* For a running task. On WAIT it either sleeps, or still has its hart and kernel work ahead:
 * it calls again when it runs on. A request that is not `charged` enters the kernel by it,
 * which costs. */
/* Does the way take no time and nobody's answer? Then no hart is needed to go it. */
bool door_is_free(const struct kern *k, enum service from, enum service to);
/* What it asked for is given up: it ends, or its job does. */
void door_forget(struct kern *k, tid_t tid);
/* The client's answer is there. */
void door_answer(struct kern *k, tid_t client);
void door_due(struct kern *k, uint32_t slot);
uint32_t door_slots(const struct config *c);

/* --- structure.c: for those who look --- */

struct service_facts {
    bool server, module;        /* it runs as a process; it is loaded when it is called */
    bool loading, loaded;       /* of a module */
    bool lost, damaged;         /* it failed; bytes of its memory are wrong */
    bool held;                  /* by an attacker */
    tid_t tid, client;          /* of a server: its process, and whom it works for; TID_NONE */
};
void service_facts(const struct kern *k, enum service s, struct service_facts *out);
/* The first `max` of those who wait for it: in line at a server, or for a module's load.
 * Returns how many there are in all. */
unsigned service_line(const struct kern *k, enum service s, tid_t *out, unsigned max);

/* --- module.c --- */

/* Policy `number` (config_switched_to) is wanted. False: its module has to be loaded; when it
 * is, switch_slot is set. */
bool module_ready(struct kern *k, int64_t number);
/* Another policy than `old` is in charge. */
void module_replaced(struct kern *k, const struct policy_config *old);
/* Pending entries that only say that a module leaves: nobody is moved by them. */
uint32_t modules_resting(const struct kern *k);

struct module_facts {
    const char *scheduler;      /* its policy's name; NULL: it is that of... */
    enum service service;
    bool loading, loaded, used; /* used: of a scheduler, that it is in charge */
    uint32_t loads, unloads;
    ns_t load_time;             /* of all its loads so far */
};
/* The i-th module; false: there are no more. */
bool module_facts(const struct kern *k, uint32_t i, struct module_facts *out);

/* --- body_server.c --- */

void servers_layout(struct kern *k, struct arena *a);
/* The message of a task that has just gone to sleep for it. */
void server_send(struct kern *k, enum service to, tid_t client);
void server_forget(struct kern *k, tid_t client);
/* A server that had failed takes up its work. */
void server_again(struct kern *k, enum service s);

/* Control passes from one service to another. r: whose request it is for; NULL: nobody's
 * who could wait. */
static inline enum outcome service_call(struct kern *k, struct request *r,
                                        enum service from, enum service to)
{
#ifdef NO_DOOR                  /* to see what it takes: tests/kern/door_cost.sh */
    return (void)k, (void)r, (void)from, (void)to, OUTCOME_PASS;
#endif
    if (k->door.active)
        return door_request(k, r, from, to);
    k->door.count[from][to]++;
    return OUTCOME_PASS;
}

/* What the machine has and hands to a kernel, which makes none of it. All kernels of a
 * run share one engine and one stream. */
struct kern_host {
    struct engine *engine;
    uint32_t first_slot;        /* from here on, kern_nslots of them are this kernel's */
    struct stream *stream;
    uint16_t number;            /* of the kernel, in its events */
    struct cpu *cpu;            /* CPUs and their memory; NULL: there are no programs */
    const struct under *under;  /* NULL: it runs on bare metal */
    const struct body_ops *vcpu;        /* the body of its guests' CPUs; NULL: it has none */
    void *guests;               /* that body's own: kern.guests */
    const struct wire *wire;    /* to other kernels, for channels with goes_out, which
                                 * whoever filled it sets; NULL: there is none */
};

/* Does a kernel of this config run programs? */
static inline bool kern_wants_cpu(const struct config *c)
{
    for (uint32_t p = 0; p < c->nprocesses; p++)
        if (c->processes[p].program)
            return true;
    return false;
}

/* Slots that a kernel of this config needs. */
uint32_t kern_nslots(const struct config *c);

/* Lay the kernel out in the arena (measuring, if it has no base) and, if it has one,
 * set everything up at the engine's time. */
void kern_init(struct kern *k, struct arena *a, const struct config *c,
               const struct kern_host *host);

/* One pending entry, or one round of dispatching, or programs running up to the next
 * entry, but not past `until`. False when nothing is due up to then. */
bool kern_step(struct kern *k, ns_t until);
/* What must hold between two steps; slow. */
bool kern_check(const struct kern *k);
/* The same after this step: of a small kernel after each, and less often the more there is
 * to look at. */
bool kern_check_step(const struct kern *k, uint64_t step);
/* The same for n kernels that share an engine. */
bool kernels_step(struct kern *const *k, unsigned n, ns_t until);
/* Nothing can happen until something is typed: every task waits, and one of them for a
 * console that is open. */
bool kern_needs_input(const struct kern *k);
/* Policy i of config.standby takes over, now or where the harts already are. */
void kern_switch_policy(struct kern *k, uint32_t i);
/* A task waits for a console that is open, or looks at it again and again. */
bool kern_awaits_input(const struct kern *k);
/* When the next thing happens: now if a cpu works, NS_MAX if nothing is pending. */
ns_t kern_next(const struct kern *k);
/* The run is over for this reason: said once; nothing happens afterwards. */
void kern_finish(struct kern *k, enum kern_end why);

/* The workload's entry of a task. */
static inline const struct process_config *task_process(const struct kern *k, tid_t tid)
{
    return &k->config->processes[k->task[tid].process];
}
/* The harts that it may run on; bit h, those from 64 on are free to all. view.c */
uint64_t task_affinity(const struct kern *k, tid_t tid);
/* May it run on hart h? */
static inline bool task_may_run_on(const struct kern *k, tid_t tid, unsigned h)
{
    return h >= 64 || task_affinity(k, tid) >> h & 1;
}
static inline struct rt *task_rt(struct kern *k, tid_t tid)
{
    uint32_t rt = k->task[tid].rt;

    return rt == NO_RT ? NULL : &k->rt[rt];
}

/* --- view.c --- */

/* What policies see of a task now; `left` and `received` must be up to date. */
void task_view(const struct kern *k, tid_t tid, struct sched_task *out);
/* What an entry's tasks look like before they have arrived. */
void view_of_entry(const struct process_config *p, struct sched_task *out);

/* --- job.c --- */

/* Does the entry make tasks with deadlines? Programs that say nothing do not. */
bool rt_wanted(const struct process_config *p);
/* Of the job with this number; of the present one, or the first. NS_MAX: no deadline. */
ns_t rt_release_of(const struct kern *k, const struct rt *rt, uint64_t job);
ns_t rt_deadline_of(const struct kern *k, const struct rt *rt, uint64_t job);
ns_t rt_job_release(const struct kern *k, const struct rt *rt);
ns_t rt_job_deadline(const struct kern *k, const struct rt *rt);
/* C/T of a periodic process, in millionths. */
int64_t rt_load(const struct process_config *p);

/* --- task.c --- */

/* Runnable as of now: choose a queue, enqueue. Not queued, running or ended before. */
void task_ready(struct kern *k, tid_t tid, enum sched_why why);
/* A running task gives its hart up: to wait for `cause`, or to be queued again. */
void task_block(struct kern *k, tid_t tid, enum wait_cause cause, uint32_t object);
void task_yield(struct kern *k, tid_t tid);
/* The harts that it may run on are others now: it is queued where it may, if it runs or
 * is queued at all. */
void task_move(struct kern *k, tid_t tid);
/* A sleeping task is runnable again. */
void task_wake(struct kern *k, tid_t tid);
/* To sleep from no state in particular: not running, not queued. */
void task_sleep(struct kern *k, tid_t tid, enum wait_cause cause, uint32_t object);
/* Sleep (or I/O) for ns, then wake; running before, or asleep and about to be ready. */
void wait_for(struct kern *k, tid_t tid, enum wait_cause cause, ns_t ns);
/* Who waits so does it for ns from now on. */
void wait_from_now(struct kern *k, tid_t tid, ns_t ns);
/* Wake everybody in the queue. */
void waitq_wake(struct kern *k, struct waitq *q);

/* --- life.c, detach.c --- */

/* Set up the first arrival of process p. */
void task_first_arrival(struct kern *k, uint32_t p);
/* The next task of process p arrives. */
void task_arrive(struct kern *k, uint32_t p);
/* Ends it, whatever its state; what it holds or waits for is given up. */
void task_exit(struct kern *k, tid_t tid, int status, int signal);
/* Take it off its hart, queue or list; it gives up its locks and the rest of its burst,
 * and is asleep for no cause: the caller says what becomes of it. */
void task_detach(struct kern *k, tid_t tid, enum sched_stop why);

/* --- hart.c --- */

static inline unsigned hart_queue(const struct kern *k, unsigned h)
{
    return k->config->global_queue ? 0 : h;
}
/* Its clock, and what the hart under it gives of that; the past is accounted. */
void hart_set_clock(struct kern *k, unsigned h, uint32_t mhz, uint32_t parts);
/* Cycles of hart h as ns, rounded up: for charges. */
ns_t hart_cycles_ns(const struct kern *k, unsigned h, uint64_t cycles);
/* Charge CPU time up to now, of which there is some, to what runs on hart h. */
void hart_account_time(struct kern *k, unsigned h);
/* The same, if there is any: what is left of it at one instant is asked for often. */
static inline void hart_account(struct kern *k, unsigned h)
{
    if (k->engine->now > k->hart[h].counted)
        hart_account_time(k, h);
}
/* CPU time that the task has got since; for who looks and changes nothing. None while its hart
 * is away: that is accounted before. */
static inline ns_t hart_uncounted(const struct kern *k, tid_t tid)
{
    const struct task *t = &k->task[tid];

    if (t->state != TASK_RUNNING || k->hart[t->hart].off)
        return 0;
    ns_t got = k->engine->now - k->hart[t->hart].counted;
    return got > 0 ? got : 0;
}
/* What task tid gets done in `got` ns of hart h, as time of the fastest hart; the rest of
 * the division is carried on if `carry` is not NULL. */
ns_t hart_work(const struct kern *k, unsigned h, tid_t tid, ns_t got, uint64_t *carry);
/* Set the hart's next stop after its task's `left` or slice changed. */
void hart_set_stop(struct kern *k, unsigned h);
/* In the middle of a stretch its task has begun another burst: is it still the one to run? */
void hart_began_burst(struct kern *k, unsigned h);
/* The kernel works ns on the running task's behalf: the task goes on later by that. */
void hart_charge(struct kern *k, unsigned h, ns_t ns, int64_t what);
/* The same of another hart that runs a task and is interrupted for it. */
void hart_interrupt(struct kern *k, unsigned h, ns_t ns, int64_t what);
/* A task that was just taken from a queue runs on the hart, which is idle. */
void hart_dispatch(struct kern *k, unsigned h, tid_t tid);
/* End the stretch of the running task: accounting and EV_DESCHED; it is then in no state
 * yet: the caller queues it, lets it sleep or ends it. */
void hart_vacate(struct kern *k, unsigned h, enum sched_stop why);
/* The running task goes back to the queue: another is to have the hart. */
void hart_preempt(struct kern *k, unsigned h);
/* The hart's stop is due: burst end, trap or expiry. */
void hart_stopped(struct kern *k, unsigned h, bool expired);
/* The running task is queued, and keeps its hart until the pick; then either of these. */
void hart_hand_back(struct kern *k, unsigned h, enum sched_why why);
void hart_kept(struct kern *k, unsigned h);
void hart_lost(struct kern *k, unsigned h, enum sched_stop why);
/* Put a task that is handed back firmly on its queue (it may then be removed): it has
 * left its hart for this reason. */
void hart_unhand(struct kern *k, tid_t tid, enum sched_stop why);

/* --- queue.c --- */

/* One queue for several harts? */
static inline bool queue_is_shared(const struct kern *k)
{
    return k->config->global_queue && k->nharts > 1;
}
/* Enqueue, on this queue, a task that runs nowhere; it may oust somebody when it comes to
 * the decision. */
void queue_put(struct kern *k, tid_t tid, unsigned queue, enum sched_why why);
/* The same without such a claim. */
void queue_return(struct kern *k, tid_t tid, unsigned queue, enum sched_why why);
/* Its policy has taken a task off the queue. */
static inline void queue_left(struct kern *k, unsigned queue)
{
    DCHECK(k->nqueued > 0 && k->view[queue].nqueued > 0);
    k->nqueued--;
    k->view[queue].nqueued--;
}
/* The task that its policy picks, taken off; TID_NONE. */
static inline tid_t queue_take(struct kern *k, unsigned queue)
{
    tid_t tid = sched_pick(&k->sched, queue, k->engine->now);

    if (tid != TID_NONE)
        queue_left(k, queue);
    return tid;
}
/* A task of hart `from`'s queue that may run on hart `to`, taken off, or TID_NONE. */
tid_t queue_give_away(struct kern *k, unsigned from, unsigned to);
/* Take a runnable task off its queue. */
void queue_remove(struct kern *k, tid_t tid);
/* Take off, and enqueue afresh, a queued task whose attributes changed; have the choice
 * of a running one looked at again. */
void task_changed(struct kern *k, tid_t tid);
/* Somebody is queued: there will be a look at how even the queues are. */
void balance_arm(struct kern *k);

/* --- dispatch.c --- */

void queue_timer(struct kern *k, unsigned queue);
void dispatch_all(struct kern *k);
/* Would the task, if it is queued, oust what runs on hart h, which its queue serves? */
bool dispatch_ousts(struct kern *k, tid_t tid, unsigned h);
void policy_switch(struct kern *k, const struct policy_config *p);

/* --- balance.c --- */

void balance_due(struct kern *k);

/* --- run.c --- */

/* Execute bodies with `run` on all harts that have one, up to `limit`, where something is
 * pending, or the first stop, which is set as the hart's pending stop; nobody begins at
 * `until` or later. True if any hart's local time moved. */
bool harts_run(struct kern *k, ns_t limit, ns_t until);
/* The time of the hart that is furthest behind among those; NS_MAX: there is none. */
ns_t harts_next(const struct kern *k);
/* Put the hart's stop at its local time: its task wants the kernel. */
void hart_stop_here(struct kern *k, unsigned h);

/* --- body_burst.c --- */

void script_layout(struct kern *k, struct arena *a);
/* Their requests; after the doors. */
void steps_layout(struct kern *k, struct arena *a);

/* --- wait.c --- */

#define WAITQ_EMPTY ((struct waitq){ TID_NONE, TID_NONE })
/* A task stands in one queue at a time, at its end when it comes. */
void waitq_add(struct kern *k, struct waitq *q, tid_t tid);
/* Out of the one that it stands in, if any. A sleeping task that is woken, or whose job
 * or life ends, leaves by itself. */
void waitq_leave(struct kern *k, tid_t tid);
/* Take off the first one; TID_NONE: it is empty. */
tid_t waitq_take(struct kern *k, struct waitq *q);

/* --- rt.c --- */

uint32_t rt_count(const struct config *c);
void rt_layout(struct kern *k, struct arena *a);
void rt_born(struct kern *k, tid_t tid);        /* the task arrives: first release */
void rt_due(struct kern *k, uint32_t rt, enum pending_class cls);       /* its slot is */
/* Its job is done, whatever state the task is in: the next job, sleep, or its end. */
void rt_job_done(struct kern *k, tid_t tid);
/* It is done, and said; nothing follows from it. */
void rt_job_finished(struct kern *k, tid_t tid);
/* The task has ended: nothing is released any more. */
void rt_ended(struct kern *k, tid_t tid);

/* --- sync.c, deadlock.c --- */

void sync_layout(struct kern *k, struct arena *a);
/* Ceilings, from what scripts use and how urgent the policy says their tasks are. */
void sync_ceilings(struct kern *k);
/* False: the task now sleeps, and its hart is free. */
bool sync_lock(struct kern *k, tid_t tid, uint32_t lock);
/* The task spins for a lock and has its hart again: if the lock is free, it takes it. */
void sync_look_again(struct kern *k, tid_t tid);
/* False: it did not hold it; the run ends. */
bool sync_unlock(struct kern *k, tid_t tid, uint32_t lock);
/* Whatever a dying or aborted task holds or waits for is given up. */
void sync_release_all(struct kern *k, tid_t tid);
/* The lock in whose queue tid waits (under pcp not always the one that it wants);
 * UINT32_MAX: in none. */
uint32_t sync_waits_at(const struct kern *k, tid_t tid);
/* Is a more urgent than b? */
bool sync_more_urgent(const struct kern *k, tid_t a, tid_t b);
/* A job that has not begun: may it, now that it would run? (srp, ceiling) */
bool sync_may_start(const struct kern *k, tid_t tid);
/* If not, let it wait for that; it runs nowhere and is not queued. */
void sync_gate(struct kern *k, tid_t tid);
void deadlock_look(struct kern *k, tid_t tid);

/* --- ipc.c --- */

/* False: the task now sleeps. */
bool ipc_send(struct kern *k, tid_t tid, uint32_t channel);
bool ipc_recv(struct kern *k, tid_t tid, uint32_t channel);
/* The same, but that it does not sleep yet, for programs: false, it is to wait in channel.send
 * or .recv, and has what it wants when it is woken with mail_done. Its message is, or will
 * be, in its box. */
bool ipc_offer(struct kern *k, tid_t tid, uint32_t channel);
bool ipc_take(struct kern *k, tid_t tid, uint32_t channel);
/* Would these be true? */
bool ipc_has_room(const struct kern *k, uint32_t channel);
bool ipc_has_message(const struct kern *k, uint32_t channel);

/* --- block.c --- */

void block_layout(struct kern *k, struct arena *a);
/* The running task reads or writes, as the step says, and sleeps until that is done. */
void block_step(struct kern *k, tid_t tid, const struct step *s);
/* The disk fails, as the workload says. */
void block_fault(struct kern *k, const struct disk_fault *what);

/* The queue in front of the only drive, to look at; NULL. */
struct ioqueue;
const struct ioqueue *block_queue(const struct kern *k, uint32_t drive);
/* How many drives; *last: the one that began something last. */
uint32_t block_drives(const struct kern *k, uint32_t *last);

/* --- blackout.c --- */

struct blackout {               /* a power cut, and what came of it */
    ns_t at, up;                /* up: the file system is there again; NS_MAX: not yet */
    uint32_t tasks_lost, files_lost, blocks_lost;       /* the last two were not written */
    uint32_t replayed;          /* blocks that recovery wrote from the journal */
    bool broken;                /* the disk could not be mounted again */
    ns_t work_lost;             /* CPU time of the tasks */
};

void blackouts_layout(struct kern *k, struct arena *a);
void blackout_begin(struct kern *k, const struct disk_fault *what);
/* The file system has done something: is the machine up again? */
void blackout_look(struct kern *k);
/* The device's pending entry is due. */
void block_due(struct kern *k);
/* The disk knows now of what it was asked some time ago: doorbell.h. */
void block_asked(struct kern *k);
/* A request of the kernel's own to the machine's disk. */
void block_submit(struct kern *k, struct blk_request *r);

struct blkdev;
/* The disk as the file system sees it: what it asks for is said. Set up by block_layout;
 * while measuring, its size alone is known. */
const struct blkdev *block_device(struct kern *k, struct blkdev *measured);
/* Whoever submitted something says so: the pending entry is set. */
void block_arm(struct kern *k);
/* The run is over: nobody is told of the drive's doings any more. */
void block_silence(struct kern *k);
/* Requests of the file system that are not done. */
uint32_t block_in_flight(const struct kern *k);
/* What the drive holds. */
const struct blkdev *block_medium(const struct kern *k);

/* --- memory.c, touch.c, pages.c --- */

void memory_layout(struct kern *k, struct arena *a);
/* The swap device's pending entry is due. */
void memory_due(struct kern *k);
/* It knows now of what it was asked some time ago: doorbell.h. */
void memory_asked(struct kern *k);
/* workset.c: a look at what programs use is due; a thread of one is dispatched, leaves its
 * hart; such a look is all that is pending for memory. */
void workset_layout(struct kern *k, struct arena *a);
void instrument_layout(struct kern *k, struct arena *a);
void workset_due(struct kern *k);
void workset_runs(struct kern *k, unsigned h, tid_t tid);
void workset_rests(struct kern *k, unsigned h, tid_t tid);
/* Once an instant: who has ended keeps nobody out of memory. */
void workset_settle(struct kern *k);
bool workset_idles(const struct kern *k);
/* References of a burst task to its own pages, as the step says. */
enum touch_result {
    TOUCH_DONE,                 /* all of them */
    TOUCH_RUN,                  /* CPU time comes first: task.left, or the hart's overhead */
    TOUCH_SLEEP,                /* the task has left its hart */
    TOUCH_KILLED,               /* it was out of memory, and is no more */
};
enum touch_result touch_step(struct kern *k, tid_t tid, const struct touch *t);
/* A new job: references begin anew. The task has ended: its pages are free. */
struct touch_facts {
    uint32_t resident, most;
    uint64_t minor, major, swap_in, swap_out, used_sum, windows;
};
bool touch_facts(const struct kern *k, tid_t tid, struct touch_facts *out);
uint32_t memory_frames_free(const struct kern *k);
struct memory_now;
/* look.c: memory as it is, for those who look. False: it is not simulated. */
bool memory_look(const struct kern *k, struct memory_now *out);
/* Is there a pager? */
bool memory_wanted(const struct config *c);
/* Once an instant: frames that are free go to those who wait for one; if there is none to
 * be had, somebody is killed. */
void memory_settle(struct kern *k);
/* Its counts agree. */
bool memory_check(const struct kern *k);
/* Each slot of the swap space is held by just those who name it. Dear: looks at every entry
 * of every table for every slot. */
bool memory_check_slots(const struct kern *k);
void touch_begin(struct kern *k, tid_t tid);
void touch_ended(struct kern *k, tid_t tid);
/* ...and what body.h asks of its pages (look.c). */
uint32_t touch_resident(const struct kern *k, tid_t tid);
struct page_look;
uint32_t touch_pages(const struct kern *k, tid_t tid, uint32_t skip, struct page_look *out,
                     uint32_t max);

/* --- filestep.c: only with config.file_steps --- */

void filestep_layout(struct kern *k, struct arena *a);
/* The step goes on. False: the task has left its hart, and the step is not over. */
bool filestep_on(struct kern *k, tid_t tid, const struct step *s);
/* The task gives its step up. */
void filestep_cancel(struct kern *k, tid_t tid);
/* Steps that failed so far. */
uint64_t filestep_failed(const struct kern *k);

/* --- vfs.c --- */

void vfs_layout(struct kern *k, struct arena *a);
/* Its pending entry is due: write-back, mounting, what goes on behind closed files. */
void vfs_due(struct kern *k);
/* The drive has done something. */
void vfs_after_disk(struct kern *k);
/* The power was cut: mount it again, not before that time. */
void vfs_power_cut(struct kern *k, ns_t boot_at);
/* The run is over: give up what is open, and leave the disk as an unmount would, at no
 * simulated time. False: it could not be done. */
bool vfs_settle(struct kern *k);
/* Counters of the file system over all mounts so far; false: there is none. */
struct fs_stats;
bool vfs_stats(const struct kern *k, struct fs_stats *out);

/* --- the program half --- */

/* cpu: what the programs run on; NULL if there are none, and while measuring. */
void programs_layout(struct kern *k, struct arena *a, struct cpu *cpu);
/* TLB misses of all harts so far; 0 if no programs are configured. */
uint64_t program_tlb_misses(const struct kern *k);
/* Slots beyond the fixed ones, for timers of the program half. */
uint32_t programs_nslots(const struct config *c);
void programs_slot_due(struct kern *k, uint32_t i);
/* Does some program look for console input, that may still come, from time to time? */
bool programs_poll_input(const struct kern *k);
/* Does one wait for it, or at a terminal for a signal, which keys may bring? */
bool programs_await_input(const struct kern *k);
/* How many bytes programs_input takes now; 0: none, also when it is over. */
size_t programs_input_room(const struct kern *k, uint32_t process);
/* Bytes arrive at the console of a process (index into config.processes). */
bool programs_input(struct kern *k, uint32_t process, const void *bytes, size_t n);
/* The window of that console has another size: SIGWINCH to those in front. False: it is no
 * terminal, or not there yet. */
bool programs_resize(struct kern *k, uint32_t process, uint16_t height, uint16_t width);
size_t programs_output(struct kern *k, tid_t tid, void *buf, size_t size);

struct cpu_regs;

/* Somebody who looks at each instruction. Programs then run one at a time, and give
 * the same run. */
struct program_point {
    ns_t at;                    /* when it starts */
    uint16_t hart;
    tid_t tid;
    uint32_t pc, word;          /* word: 0 if it cannot be read */
};
struct program_watch {          /* any may be NULL */
    void *ctx;
    /* About to be executed. True: halt before it; asked again when the run goes on. */
    bool (*before)(void *ctx, const struct program_point *p);
    /* It was executed, or called the kernel. */
    void (*after)(void *ctx, const struct program_point *p);
    /* It raised an exception that will be this signal. True: halt first. */
    bool (*fault)(void *ctx, const struct program_point *p, int signo);
};
/* Borrowed until the next call; NULL: nobody. No effect without programs. */
void programs_watch(struct kern *k, const struct program_watch *w);
/* A living thread's registers, to read and write; NULL. */
struct cpu_regs *programs_regs(struct kern *k, tid_t tid);
/* Bytes of a thread's memory, as far as they are mapped and present; how many. Writing
 * disregards rights, but keeps shared frames apart. */
size_t programs_peek(const struct kern *k, tid_t tid, uint32_t va, void *buf, size_t n);
size_t programs_poke(struct kern *k, tid_t tid, uint32_t va, const void *buf, size_t n);
/* The number of its process; 0: no living thread. *own: one that the workload has, not a
 * fork. */
int32_t programs_pid(const struct kern *k, tid_t tid, bool *own);
/* A debugger holds the living process with this number, lets it go on, or ends it as SIGKILL
 * does. False: there is none. Between two instructions only. */
bool programs_hold(struct kern *k, int32_t pid, bool held);
bool programs_kill(struct kern *k, int32_t pid);
/* Is a debugger holding the process of this thread; one at all? */
bool programs_is_held(const struct kern *k, tid_t tid);
bool programs_held(const struct kern *k);
/* The program that it executes; NULL: one that was read from the disk, or no living thread. */
const struct program_config *programs_image(const struct kern *k, tid_t tid);
/* Which pipe a thread's descriptor is an end of, from 1; 0: of none. */
uint32_t programs_pipe(const struct kern *k, tid_t tid, uint32_t fd);

static inline void kern_say(struct kern *k, enum event_kind kind, unsigned hart,
                            tid_t tid, int64_t a, int64_t b)
{
    stream_emit_kernel(k->stream, k->number, k->engine->now, kind, hart, tid, a, b);
}

#endif
