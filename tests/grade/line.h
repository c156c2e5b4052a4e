/* line.h - a queue of waiting tasks, for the policies of these tests: first come, first
 * served, until a file says otherwise. Each ends with
 *
 *     POLICY(.quantum = ..., .preempts = ...);
 */
#include <ossim/sched.h>

struct line {
    tid_t n;
    tid_t waiting[];            /* in order of arrival */
};

static size_t line_size(const struct sched_params *p)
{
    return sizeof(struct line) + p->max_tasks * sizeof(tid_t);
}

static void line_init(void *rq, const struct sched_params *p)
{
    (void)rq, (void)p;          /* zeroed memory is an empty line */
}

static inline void line_enqueue(void *rq, const struct sched_task *t, enum sched_why why,
                                ns_t now)
{
    struct line *l = rq;

    (void)why, (void)now;
    l->waiting[l->n++] = t->tid;
}

static inline tid_t line_take(struct line *l, tid_t at)
{
    tid_t tid = l->waiting[at];

    l->n--;
    for (; at < l->n; at++)
        l->waiting[at] = l->waiting[at + 1];
    return tid;
}

static inline tid_t line_pick(void *rq, ns_t now)
{
    struct line *l = rq;

    (void)now;
    return l->n ? line_take(l, 0) : TID_NONE;
}

static void line_remove(void *rq, tid_t tid)
{
    struct line *l = rq;

    for (tid_t i = 0; i < l->n; i++)
        if (l->waiting[i] == tid) {
            line_take(l, i);
            return;
        }
}

#define POLICY(...)                                                              \
    const struct sched_ops ossim_policy = {                                      \
        .abi = SCHED_ABI, .name = "mine", .state_size = line_size,               \
        .init = line_init, .enqueue = line_enqueue, .pick = line_pick,           \
        .remove = line_remove, __VA_ARGS__                                       \
    }
