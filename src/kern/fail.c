/* fail.c - a service fails, and takes with it what its place lets it reach.
 *
 * Nobody is told what is lost: the model says which memory code in a service can touch
 * (`reaches`), and whoever stands there fails with it. If that is the scheduler, the
 * kernel is gone, and the run ends. If it is user memory, the processes are killed. A
 * server process is alone in its memory: it is taken off, and made anew after
 * `restart_time` (Herder et al., "MINIX 3", "The Reincarnation Server"); clients whose
 * message it had ask again, or get an error. What a server knew is there again when it is.
 *
 * A service that hangs does what one that crashed does: nothing. That is found when the
 * next heartbeat stays out, and the repair begins then; nobody repairs a kernel.
 */
#include <kern/door.h>
#include <kern/fault.h>
#include <kern/gabi.h>
#include <kern/proc.h>
#include <kern/vfs.h>

/* --- who is lost --- */

void fault_kill(struct kern *k, struct incident *r, tid_t tid)
{
    if (!fault_alive(k, tid) || k->end != KERN_RUNNING)
        return;
    if (k->task[tid].state == TASK_RUNNING)
        hart_account(k, k->task[tid].hart);
    fault_book(k, r, tid);
    task_kill(k, tid, G_SIGKILL);
}

static void kill_processes(struct kern *k, struct incident *r)
{
    for (tid_t tid = 0; tid < k->ntasks; tid++)
        fault_kill(k, r, tid);
}

static void lose(struct kern *k, struct incident *r, uint32_t set)
{
    uint32_t news = set & ~r->lost & ~(1u << SERVICE_USER);
    int64_t number = r - k->door.faults->incident;

    if (news && !r->lost)
        r->down = k->engine->now;
    r->lost |= news;
    k->door.lost |= news;
    for (unsigned s = SERVICE_PROC; s < SERVICES; s++)
        if (in_set(news, (enum service)s))
            kern_say(k, EV_LOST, HART_NONE, TID_NONE, s, number);
}

static void lose_files(struct kern *k, struct incident *r)
{
    uint32_t files = 1u << SERVICE_FILE | 1u << SERVICE_BLOCK;

    if (k->vfs && k->vfs->state == VFS_MOUNTED && r->lost & files && !r->files_lost)
        r->files_lost = fs_unwritten_files(k->vfs->fs);
}

static void panic(struct kern *k, struct incident *r, enum service at)
{
    r->panic = true;
    r->guests_lost += k->under != NULL;         /* it is one itself */
    for (unsigned h = 0; h < k->nharts; h++)
        hart_account(k, h);
    for (tid_t tid = 0; tid < k->ntasks; tid++)
        if (fault_may_hit(k, tid))
            fault_book(k, r, tid);
    kern_say(k, EV_PANIC, HART_NONE, TID_NONE, at, r->processes_lost);
    kern_finish(k, KERN_PANIC);
}

/* --- servers --- */

static void fail_client(struct kern *k, tid_t client)
{
    task_request(k, client)->way.state = WAY_FAILED;
    if (k->task[client].state == TASK_SLEEPING)
        task_wake(k, client);
}

static void fail_server(struct kern *k, struct server *s, struct incident *r, bool hangs)
{
    const struct structure_config *c = &k->config->structure;
    ns_t now = k->engine->now, found = now;
    tid_t client = s->client;

    if (s->dead)
        return;
    if (hangs)
        found = now - now % c->heartbeat + c->heartbeat;
    s->client = TID_NONE;
    s->stage = SERVER_IDLE;
    s->dead = true;
    task_detach(k, s->tid, STOP_BLOCKED);
    task_sleep(k, s->tid, WAIT_REQUEST, UINT32_MAX);
    if (client != TID_NONE && task_request(k, client)->way.state == WAY_SENT) {
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

void fault_fail(struct kern *k, struct incident *r, enum service at, bool hangs)
{
    uint32_t set = fault_walls(k, at);

    if (k->end != KERN_RUNNING)
        return;
    if (at == SERVICE_USER && set == 1u << SERVICE_USER) {
        fault_kill(k, r, k->config->processes[r->what->process].first);
        return;
    }
    lose(k, r, set);
    lose_files(k, r);
    if (in_set(set, SERVICE_PROC))
        panic(k, r, at);
    else if (in_set(set, SERVICE_USER))
        kill_processes(k, r);
    else if (k->door.server[at].tid != TID_NONE)
        fail_server(k, &k->door.server[at], r, hangs);
}
