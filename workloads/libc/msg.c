/* msg.c - message queues of System V. */
#include "sysv.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/msg.h>
#include <unistd.h>

enum { QUEUE = 16384, MESSAGE = 8192 };

struct message { long type; size_t size; };     /* its text behind it, filled to a word */
struct queue { size_t text, used, n; char room[QUEUE + QUEUE / 2]; };

static int wrong(int error)
{
    errno = error;
    return -1;
}

static size_t whole(size_t size) { return sizeof(struct message) + ((size + 3) & ~(size_t)3); }

int msgget(key_t key, int flags) { return __sysv_get(SYSV_MSG, key, sizeof(struct queue), 0, flags); }

/* A lot of empty messages fill the room without text. */
static int has_room(const struct queue *q, size_t n)
{
    return q->text + n <= QUEUE && q->used + whole(n) <= sizeof q->room;
}

int msgsnd(int id, const void *message, size_t n, int flags)
{
    const long *type = message;
    struct sysv *o = n > MESSAGE || *type < 1 ? (wrong(EINVAL), NULL) : __sysv_open(SYSV_MSG, id);
    struct queue *q = o ? __sysv_memory(o) : NULL;
    struct message *m;

    if (!o)
        return -1;
    while (q && !has_room(q, n) && !(flags & IPC_NOWAIT))
        if (!(o = __sysv_wait(SYSV_MSG, id, NULL)))
            return -1;
    if (!q || !has_room(q, n)) {
        __sysv_close();
        return q ? wrong(EAGAIN) : -1;
    }
    m = (struct message *)(q->room + q->used);
    *m = (struct message){ *type, n };
    memcpy(m + 1, type + 1, n);
    q->used += whole(n);
    q->text += n;
    q->n++;
    o->used = time(NULL);
    o->last = getpid();
    __sysv_changed();
    __sysv_close();
    return 0;
}

/* type 0: the first; positive: the first of it (with MSG_EXCEPT, of another); negative: the
 * first of the least type up to -type. NULL: none. */
static struct message *choose(struct queue *q, long type, int flags)
{
    struct message *best = NULL;

    for (size_t at = 0; at < q->used;) {
        struct message *m = (struct message *)(q->room + at);

        at += whole(m->size);
        if (type == 0 || (type > 0 && (m->type == type) != !!(flags & MSG_EXCEPT)))
            return m;
        if (type < 0 && m->type <= (type == LONG_MIN ? LONG_MAX : -type) && (!best || m->type < best->type))
            best = m;
    }
    return best;
}

static void drop(struct queue *q, struct message *m)
{
    size_t size = whole(m->size);
    char *end = (char *)m + size;

    q->n--;
    q->text -= m->size;
    memmove(m, end, (size_t)(q->room + q->used - end));
    q->used -= size;
}

ssize_t msgrcv(int id, void *message, size_t n, long type, int flags)
{
    struct sysv *o = __sysv_open(SYSV_MSG, id);
    struct queue *q = o ? __sysv_memory(o) : NULL;
    struct message *m = NULL;

    if (!o)
        return -1;
    while (q && !(m = choose(q, type, flags)) && !(flags & IPC_NOWAIT))
        if (!(o = __sysv_wait(SYSV_MSG, id, NULL)))
            return -1;
    if (!m || (m->size > n && !(flags & MSG_NOERROR))) {
        __sysv_close();
        return !q ? -1 : wrong(m ? E2BIG : ENOMSG);
    }
    n = m->size < n ? m->size : n;
    *(long *)message = m->type;
    memcpy((long *)message + 1, m + 1, n);
    drop(q, m);
    o->left = time(NULL);
    o->last_reader = getpid();
    __sysv_changed();
    __sysv_close();
    return (ssize_t)n;
}

int msgctl(int id, int how, struct msqid_ds *ds)
{
    struct sysv *o = __sysv_open(SYSV_MSG, id);
    struct queue *q = o ? __sysv_memory(o) : NULL;
    int r = 0;

    if (!o)
        return -1;
    switch (how) {
    case IPC_STAT:
        if (!q) {
            r = -1;
            break;
        }
        *ds = (struct msqid_ds){ .msg_perm = o->perm, .msg_stime = o->used, .msg_rtime = o->left,
                                 .msg_ctime = o->created, .__msg_cbytes = q->text, .msg_qnum = q->n,
                                 .msg_qbytes = QUEUE, .msg_lspid = o->last, .msg_lrpid = o->last_reader };
        break;
    case IPC_SET: __sysv_set(o, &ds->msg_perm); break;
    case IPC_RMID: __sysv_remove(o); break;
    default: r = wrong(EINVAL);
    }
    __sysv_close();
    return r;
}
