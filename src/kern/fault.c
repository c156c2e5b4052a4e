/* fault.c - a service fails, and takes with it what its place lets it reach.
 *
 * Nobody is told what is lost: the model says which memory code in a service can touch
 * (`reaches`), and whoever stands there fails with it. If that is the scheduler, the
 * kernel is gone, and the run ends. If it is user memory, the processes are killed. A
 * server process is alone in its memory: it is taken off, and made anew after
 * `restart_time` (Herder et al., "MINIX 3", "The Reincarnation Server"); clients whose
 * message it had ask again, or get an error.
 *
 * A service that hangs does what one that crashed does: nothing. That is found when the
 * next heartbeat stays out, and the repair begins then; nobody repairs a kernel.
 */
#include <kern/door.h>
#include <kern/gabi.h>
#include <kern/proc.h>

void faults_layout(struct kern *k, struct arena *a)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < k->config->nevents; i++)
        n += k->config->events[i].service_fault != SERVICE_USER;
    k->door.incident = arena_array(a, struct incident_record, n);
}

uint32_t fault_reach(const struct kern *k, enum service at)
{
    uint32_t set = 0;

    for (unsigned s = SERVICE_USER; s < SERVICES; s++)
        if (k->door.ops->reaches(k, at, (enum service)s))
            set |= 1u << s;
    return set;
}

static bool may_be_lost(const struct kern *k, tid_t tid)
{
    const struct task *t = &k->task[tid];

    return t->state != TASK_UNBORN && t->state != TASK_ZOMBIE && t->state != TASK_DEAD &&
           t->body != BODY_SERVER;
}

/* Who is within reach, and the CPU time that went into them. */
static void count_lost(struct kern *k, struct incident_record *r)
{
    for (unsigned h = 0; h < k->nharts; h++)
        hart_account(k, h);
    for (tid_t tid = 0; tid < k->ntasks; tid++)
        if (may_be_lost(k, tid)) {
            r->processes_lost++;
            r->work_lost += k->task[tid].received;
        }
}

static void kill_processes(struct kern *k)
{
    for (tid_t tid = 0; tid < k->ntasks && k->end == KERN_RUNNING; tid++)
        if (!may_be_lost(k, tid))
            continue;
        else if (k->task[tid].body == BODY_PROGRAM)
            proc_kill(k, proc_of_task(k, tid), 0, G_SIGKILL);
        else
            task_exit(k, tid, 0, G_SIGKILL);
}

/* --- servers --- */

static void fail_client(struct kern *k, tid_t client)
{
    k->door.client[client].state = CLIENT_FAILED;
    if (k->task[client].state == TASK_SLEEPING)
        task_wake(k, client);
}

static void fail_server(struct kern *k, struct server *s, struct incident_record *r,
                        bool hangs)
{
    const struct structure_config *c = &k->config->structure;
    ns_t now = k->engine->now, found = now;
    tid_t client = s->client;

    if (hangs)
        found = now - now % c->heartbeat + c->heartbeat;
    s->client = TID_NONE;
    s->stage = SERVER_IDLE;
    s->dead = true;
    task_detach(k, s->tid, STOP_BLOCKED);
    task_sleep(k, s->tid, WAIT_REQUEST, UINT32_MAX);
    if (client != TID_NONE && k->door.client[client].state == CLIENT_SENT) {
        if (c->retry && c->restart)
            waitq_add(k, &s->queue, client);
        else
            fail_client(k, client);
    }
    if (!c->restart) {
        while ((client = waitq_take(k, &s->queue)) != TID_NONE)
            fail_client(k, client);
        return;
    }
    r->repaired = found + c->restart_time;
    engine_set(k->engine, k->first_door_slot + (uint32_t)(s - k->door.server), r->repaired,
               PEND_WAKE);
}

/* --- the fault --- */

void fault_strike(struct kern *k, enum service at, enum fault_kind kind)
{
    struct incident_record *r = &k->door.incident[k->door.nincidents++];
    uint32_t reach = fault_reach(k, at);
    bool users = reach >> SERVICE_USER & 1;

    *r = (struct incident_record){ .at = k->engine->now, .service = (uint8_t)at,
                                   .kind = (uint8_t)kind, .reach = reach,
                                   .repaired = NS_MAX };
    kern_say(k, EV_FAULT, HART_NONE, TID_NONE, at, kind);
    k->door.active = true;
    k->door.lost |= reach & ~(1u << SERVICE_USER);
    if (users)
        count_lost(k, r);
    if (reach >> SERVICE_PROC & 1) {
        kern_say(k, EV_PANIC, HART_NONE, TID_NONE, at, r->processes_lost);
        kern_finish(k, KERN_PANIC);
    } else if (users) {
        kill_processes(k);
    } else if (k->door.server[at].tid != TID_NONE) {
        fail_server(k, &k->door.server[at], r, kind == FAULT_HANG_SERVICE);
    }
}

void fault_repaired(struct kern *k, enum service at)
{
    kern_say(k, EV_REPAIRED, HART_NONE, TID_NONE, at, 0);
    k->door.lost &= ~(1u << at);
    server_again(k, at);
}
