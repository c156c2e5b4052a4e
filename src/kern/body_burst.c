/* body_burst.c - the body of a burst task: steps of CPU, I/O, locks and messages.
 *
 * CPU work is drawn before the task is enqueued, so that a policy may know how long the
 * burst will be, and costs one pending event however long it is. All other steps are
 * performed, as if they were system calls, at the instant at which the burst before them
 * ends; they take no time of their own.
 *
 * A burst of 0 needs no hart: at the instant at which it would become runnable the task
 * goes on to what follows, if that is a delay or the end. A step that asks something of
 * another (a lock, a message, a disk, memory, a server) is made by a task that runs.
 */
#include <kern/body.h>
#include <kern/request.h>
#include <kern/spin.h>
#include <kern/virtual.h>

#include <cpu/cpu.h>

#include <sim/check.h>

/* Steps at one instant that only a script without progress can reach. */
static uint64_t livelock_limit(const struct kern *k)
{
    return 1000000 + 64 * (uint64_t)k->ntasks;
}

void script_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    uint32_t *at = arena_array(a, uint32_t, c->nprocesses);
    uint64_t n = 0;

    for (uint32_t p = 0; p < c->nprocesses; p++) {
        if (a->base)
            at[p] = (uint32_t)n;
        n += (uint64_t)c->processes[p].repeat_depth * c->processes[p].count;
    }
    uint64_t *loops = arena_array(a, uint64_t, n);
    if (!a->base)
        return;
    k->loops = loops;
    k->loops_at = at;
}

/* Where no door is ever shut and no step takes several goes, there is nothing to note. */
void steps_layout(struct kern *k, struct arena *a)
{
    if (!k->door.active && !k->config->file_steps)
        return;
    k->step = arena_array(a, struct request, k->max_tasks);
    for (tid_t tid = 0; a->base && tid < k->max_tasks; tid++)
        k->step[tid].tid = tid;
}

static uint64_t *loop_counter(struct kern *k, tid_t tid, unsigned depth)
{
    const struct process_config *p = task_process(k, tid);
    uint32_t base = k->loops_at[k->task[tid].process];

    return &k->loops[base + (tid - p->first) * p->repeat_depth + depth];
}

void script_rewind(struct kern *k, tid_t tid)
{
    spin_end(k, tid);
    k->task[tid].flags &= (uint8_t)~TASK_ASKED;
    k->task[tid].own = 0;
    k->task[tid].left = 0;
}

bool script_prime(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];
    const struct step *steps = task_process(k, tid)->steps;

    for (;;) {
        const struct step *s = &steps[t->own];

        switch (s->kind) {
        case STEP_CPU: {
            ns_t len = task_draw(k, tid, &s->len);

            t->left = len < NS_MAX / 4 - t->left ? t->left + len : NS_MAX / 4;
            t->own++;
            break;
        }
        case STEP_LOOP:
            if (t->left)        /* what is left shows that a burst is complete */
                return true;
            *loop_counter(k, tid, s->depth) = s->count;
            t->own++;
            break;
        case STEP_NEXT:
            if (t->left)
                return true;
            if (--*loop_counter(k, tid, s->depth))
                t->own = s->object;
            else
                t->own++;
            if (++k->steps_now > livelock_limit(k))
                return true;
            break;
        case STEP_END:
            return t->left > 0;
        default:
            return true;
        }
    }
}

/* The script is at its end: so is the job, or the task. */
static void script_done(struct kern *k, tid_t tid)
{
    if (task_rt(k, tid))
        rt_job_done(k, tid);
    else
        task_exit(k, tid, 0, 0);
}

static bool is_delay(const struct step *s)
{
    return s->kind == STEP_IO || s->kind == STEP_SLEEP;
}

static void delay(struct kern *k, tid_t tid, const struct step *s)
{
    ns_t len = task_draw(k, tid, &s->len), ns;

    wait_for(k, tid, s->kind == STEP_IO ? WAIT_IO : WAIT_SLEEP, len);
    if (s->kind == STEP_IO && (ns = kern_exit_any(k, EXIT_IO)) > 0)
        wait_from_now(k, tid, len < NS_MAX - ns ? len + ns : NS_MAX);
}

/* The service that a step asks. */
static enum service service_of(const struct step *s)
{
    switch (s->kind) {
    case STEP_IO: case STEP_DISK_READ: case STEP_DISK_WRITE: return SERVICE_BLOCK;
    case STEP_FILE:  return SERVICE_FILE;
    case STEP_SLEEP: return SERVICE_TIME;
    case STEP_YIELD: return SERVICE_PROC;
    default:         return SERVICE_IPC;
    }
}

/* References to memory, one by one. False: there are more to come. */
static bool touch(struct kern *k, tid_t tid, const struct touch *what)
{
    enum touch_result r = touch_step(k, tid, what);

    if (r == TOUCH_RUN)
        hart_set_stop(k, k->task[tid].hart);
    return r == TOUCH_DONE;
}

/* --- a step as a request --- */

static struct request *burst_request(const struct kern *k, tid_t tid)
{
    return k->step ? &k->step[tid] : NULL;
}

/* It may spin first; then the step stays the present one. */
static bool take_lock(struct kern *k, tid_t tid, const struct step *s)
{
    if (spin_begin(k, tid, s->object)) {
        k->task[tid].own--;
        return false;
    }
    spin_end(k, tid);
    return sync_lock(k, tid, s->object);
}

/* What a call asks for is drawn once, before it goes. */
static void begin_request(struct kern *k, tid_t tid, struct request *r, const struct step *s)
{
    request_begin(r, REQUEST_STEP);
    r->nr = CAUSE_ECALL;
    if (s->kind != STEP_CALL)
        return;
    r->charged = s->from != SERVICE_USER;
    r->way.work = task_draw(k, tid, &s->len);
    r->way.bytes = (uint32_t)s->count;
}

/* Through the door, to the service that the step asks; of a touch, only the faults are
 * calls. WAIT: the task has left its hart, or has kernel work ahead of it. */
static enum outcome enter(struct kern *k, tid_t tid, struct request *r, const struct step *s)
{
    bool call = s->kind == STEP_CALL;
    enum service from = call ? (enum service)s->from : SERVICE_USER;
    enum service to = call ? (enum service)s->object : service_of(s);
    struct task *t = &k->task[tid];

    if (s->kind == STEP_TOUCH)
        return OUTCOME_PASS;
    if (!r) {
        (void)service_call(k, NULL, from, to);
        t->left = call ? task_draw(k, tid, &s->len) : 0;
        return OUTCOME_PASS;
    }
    int32_t err = request_pass(k, r, from, to);
    if (!err)
        t->left = r->way.work;
    else if (err == SYS_WAIT && t->state == TASK_RUNNING)
        hart_set_stop(k, t->hart);
    return !err ? OUTCOME_PASS : err == SYS_WAIT ? OUTCOME_WAIT : OUTCOME_REFUSED;
}

/* What may take the step several goes, each from here. False: it is not over. */
static bool work_on(struct kern *k, tid_t tid, const struct step *s)
{
    return s->kind == STEP_TOUCH ? touch(k, tid, s->touch) :
           s->kind == STEP_FILE ? filestep_on(k, tid, s) : true;
}

/* One step other than CPU work. False: the task has left its hart. */
static bool perform(struct kern *k, tid_t tid, const struct step *s)
{
    struct request *r = burst_request(k, tid);

    if (k->task[tid].flags & (TASK_SPINS | TASK_ASKED)) {       /* its call was made before */
        k->task[tid].flags &= (uint8_t)~TASK_ASKED;
        k->task[tid].own++;
        return take_lock(k, tid, s);
    }
    if (r && r->kind == REQUEST_NONE)
        begin_request(k, tid, r, s);
    enum outcome o = enter(k, tid, r, s);
    if (o == OUTCOME_WAIT || (o == OUTCOME_PASS && !work_on(k, tid, s)))
        return false;
    k->task[tid].own++;
    if (r)
        request_end(k, tid, r);
    if (o == OUTCOME_REFUSED)   /* the step fails, the script goes on */
        return true;
    switch (s->kind) {
    case STEP_CALL:
    case STEP_TOUCH:
    case STEP_FILE:
        return true;
    case STEP_IO:
    case STEP_SLEEP:
        delay(k, tid, s);
        return false;
    case STEP_YIELD:
        script_prime(k, tid);
        task_yield(k, tid);
        return false;
    case STEP_LOCK:
        return take_lock(k, tid, s);
    case STEP_UNLOCK:
        return sync_unlock(k, tid, s->object);
    case STEP_SEND:
        return ipc_send(k, tid, s->object);
    case STEP_RECV:
        return ipc_recv(k, tid, s->object);
    case STEP_DISK_READ:
    case STEP_DISK_WRITE:
        block_step(k, tid, s);
        return false;
    default:
        check_failed(__FILE__, __LINE__, "loop control and CPU work are script_prime's");
        return false;
    }
}

/* Is the step one after which another task may be the one to run? A wait for a lock has
 * ended, or somebody's urgency has changed. *here: the task is still on its hart. */
static bool perform_deciding(struct kern *k, tid_t tid, const struct step *s, bool *here)
{
    bool due = k->resched;

    k->resched = false;
    *here = perform(k, tid, s);
    bool decide = k->resched && (s->kind == STEP_LOCK || s->kind == STEP_UNLOCK);
    k->resched |= due;
    return decide;
}

/* The burst of the task running on h has ended: perform steps until the next one. After a
 * point of decision, the next step waits until that is made; the end of the script does
 * not, since it needs no CPU. */
static void burst_stopped(struct kern *k, unsigned h)
{
    tid_t tid = k->hart[h].running;
    struct task *t = &k->task[tid];
    const struct step *steps = task_process(k, tid)->steps;

    for (bool decide = false, first = true, here = true; here; first = false) {
        if (t->left == 0 && !script_prime(k, tid)) {
            script_done(k, tid);
            return;
        }
        if (++k->steps_now > livelock_limit(k)) {
            kern_say(k, EV_LIVELOCK, h, tid, (int64_t)k->steps_now, 0);
            kern_finish(k, KERN_LIVELOCK);
            return;
        }
        if (t->left > 0) {
            hart_set_stop(k, h);
            if (!first)
                hart_began_burst(k, h);
            return;
        }
        if (decide) {
            engine_set(k->engine, k->first_hart_slot + h, k->engine->now, PEND_GO_ON);
            return;
        }
        decide = perform_deciding(k, tid, &steps[t->own], &here);
    }
}

/* --- the body --- */

static void burst_born(struct kern *k, tid_t tid)
{
    (void)k, (void)tid;         /* its script is the workload's */
}

/* Does the task, which is asleep, need a hart to go on? False: it is done, or a delay has
 * begun. Where asking for a delay costs something, or may be answered later, that takes one. */
static bool needs_hart(struct kern *k, tid_t tid)
{
    struct task *t = &k->task[tid];

    if (t->left == 0 && !script_prime(k, tid)) {
        script_done(k, tid);
        return false;
    }
    const struct step *s = &task_process(k, tid)->steps[t->own];
    if (t->left > 0 || !is_delay(s) || !door_is_free(k, SERVICE_USER, service_of(s)) ||
        ++k->steps_now > livelock_limit(k))
        return true;
    (void)service_call(k, NULL, SERVICE_USER, service_of(s));
    t->own++;
    t->flags |= TASK_STARTED;
    delay(k, tid, s);
    return false;
}

static void give_step_up(struct kern *k, tid_t tid)
{
    if (k->step)
        request_abandon(k, tid, &k->step[tid]);
    if (k->filers)
        filestep_cancel(k, tid);
}

static bool burst_begin(struct kern *k, tid_t tid)
{
    script_rewind(k, tid);
    if (k->config->touches)
        touch_begin(k, tid);
    give_step_up(k, tid);
    return needs_hart(k, tid);
}

static void burst_finish(struct kern *k, tid_t tid)
{
    task_exit(k, tid, 0, 0);
}

static enum task_state burst_exited(struct kern *k, tid_t tid, int status, int signal)
{
    (void)status, (void)signal;
    spin_end(k, tid);
    if (k->config->touches)
        touch_ended(k, tid);
    give_step_up(k, tid);
    return TASK_DEAD;
}

static bool burst_ends_at_cut(const struct kern *k, tid_t tid)
{
    return task_process(k, tid)->at_cut == CUT_ENDS;
}

static void burst_has_hart(struct kern *k, unsigned h, tid_t tid)
{
    if (k->task[tid].flags & TASK_SPINS && !k->hart[h].off)
        sync_look_again(k, tid);
}

const struct body_ops body_burst = {
    .name = "burst", .born = burst_born, .begin = burst_begin, .finish = burst_finish,
    .exited = burst_exited, .woken = needs_hart, .stopped = burst_stopped,
    .request = burst_request, .ends_at_cut = burst_ends_at_cut,
    .resident = touch_resident, .pages = touch_pages,
    .dispatched = burst_has_hart, .resumed = burst_has_hart,
};
