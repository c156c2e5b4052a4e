/* request.c - see request.h. */
#include <kern/request.h>

#include <kern/file.h>
#include <kern/programs.h>

#include <sim/check.h>

void request_begin(struct request *r, enum request_kind kind)
{
    CHECK(r->kind == REQUEST_NONE && !r->file && !r->npins);
    *r = (struct request){ .kind = (uint8_t)kind, .tid = r->tid, .until = NS_MAX,
                            .charged = kind != REQUEST_CALL };
}

/* --- waiting --- */

static int32_t fall_asleep(struct kern *k, tid_t tid, enum wait_cause cause,
                           uint32_t object, struct waitq *q, ns_t until)
{
    task_block(k, tid, cause, object);
    if (q)
        waitq_add(k, q, tid);
    if (until != NS_MAX)
        engine_set(k->engine, k->first_task_slot + tid,
                   until > k->engine->now ? until : k->engine->now, PEND_WAKE);
    return SYS_WAIT;
}

int32_t request_wait(struct kern *k, tid_t tid, struct request *r, enum wait_cause cause,
                     uint32_t object, struct waitq *q, ns_t until)
{
    CHECK(r->kind != REQUEST_NONE);
    CHECK(r->tid == tid && r->way.state == WAY_NONE);
    request_unpin(k, tid, r);
    mem_let_go(k, tid);
    request_sent(r);
    return fall_asleep(k, tid, cause, object, q, until);
}

int32_t request_wait_memory(struct kern *k, tid_t tid, struct request *r)
{
    ns_t until;

    CHECK(r->kind != REQUEST_NONE);
    struct waitq *q = mem_wait(k, tid, r, &until);

    return fall_asleep(k, tid, WAIT_MEMORY, UINT32_MAX, q, until);
}

void request_complete(struct kern *k, tid_t tid, struct request *r, int32_t result)
{
    CHECK(r->kind != REQUEST_NONE && r->state == REQUEST_SENT);
    r->state = REQUEST_DONE;
    r->result = result;
    if (k->task[tid].state == TASK_SLEEPING)
        task_wake(k, tid);
}

int32_t sysc_wait(struct sysc *c, enum wait_cause cause, uint32_t object,
                  struct waitq *q, ns_t until)
{
    return request_wait(c->k, c->r->tid, c->r, cause, object, q, until);
}

/* --- the door --- */

int32_t request_pass_shut(struct kern *k, struct request *r, enum service from,
                          enum service to)
{
    bool runs = k->task[r->tid].state == TASK_RUNNING;

    CHECK(r->kind != REQUEST_NONE);
    switch (service_call(k, runs ? r : NULL, from, to)) {
    case OUTCOME_PASS: r->passed |= (uint16_t)(1u << to); return 0;
    case OUTCOME_WAIT: return SYS_WAIT;
    default:           return -G_EIO;
    }
}

/* --- the end --- */

void request_end(struct kern *k, tid_t tid, struct request *r)
{
    uint32_t file = r->file;

    door_forget(k, tid);
    request_unpin(k, tid, r);
    r->kind = REQUEST_NONE;
    r->file = 0;
    r->undo = NULL;
    if (file)
        file_drop(k, file);
}

void request_abandon(struct kern *k, tid_t tid, struct request *r)
{
    if (r->undo)
        r->undo(k, r);
    request_end(k, tid, r);
}
