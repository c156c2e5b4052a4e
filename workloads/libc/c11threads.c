/* c11threads.c - threads.h by pthread.h. Source: C11, 7.26. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <threads.h>

static int result_of(int error)
{
    switch (error) {
    case 0: return thrd_success;
    case EBUSY: return thrd_busy;
    case ENOMEM: case EAGAIN: return thrd_nomem;
    case ETIMEDOUT: return thrd_timedout;
    default: return thrd_error;
    }
}

struct start { thrd_start_t fn; void *arg; };

static void *run(void *arg)
{
    struct start s = *(struct start *)arg;

    free(arg);
    return (void *)(long)s.fn(s.arg);
}

int thrd_create(thrd_t *t, thrd_start_t fn, void *arg)
{
    struct start *s = malloc(sizeof *s);
    int error;

    if (!s)
        return thrd_nomem;
    *s = (struct start){ fn, arg };
    error = pthread_create(t, NULL, run, s);
    if (error)
        free(s);
    return result_of(error);
}

int thrd_equal(thrd_t a, thrd_t b) { return pthread_equal(a, b); }
thrd_t thrd_current(void) { return pthread_self(); }
void thrd_yield(void) { sched_yield(); }
_Noreturn void thrd_exit(int result) { pthread_exit((void *)(long)result); }
int thrd_detach(thrd_t t) { return result_of(pthread_detach(t)); }

/* -1: a signal; less: another error. */
int thrd_sleep(const struct timespec *time, struct timespec *left)
{
    return nanosleep(time, left) == 0 ? 0 : errno == EINTR ? -1 : -2;
}

int thrd_join(thrd_t t, int *result)
{
    void *value = NULL;
    int error = pthread_join(t, &value);

    if (result)
        *result = (int)(long)value;
    return result_of(error);
}

int mtx_init(mtx_t *m, int kind)
{
    pthread_mutexattr_t a;

    pthread_mutexattr_init(&a);
    if (kind & mtx_recursive)
        pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
    return result_of(pthread_mutex_init(m, &a));
}

int mtx_lock(mtx_t *m) { return result_of(pthread_mutex_lock(m)); }
int mtx_trylock(mtx_t *m) { return result_of(pthread_mutex_trylock(m)); }
int mtx_timedlock(mtx_t *m, const struct timespec *until) { return result_of(pthread_mutex_timedlock(m, until)); }
int mtx_unlock(mtx_t *m) { return result_of(pthread_mutex_unlock(m)); }
void mtx_destroy(mtx_t *m) { pthread_mutex_destroy(m); }
void call_once(once_flag *once, void (*fn)(void)) { pthread_once(once, fn); }
int cnd_init(cnd_t *c) { return result_of(pthread_cond_init(c, NULL)); }
int cnd_signal(cnd_t *c) { return result_of(pthread_cond_signal(c)); }
int cnd_broadcast(cnd_t *c) { return result_of(pthread_cond_broadcast(c)); }
int cnd_wait(cnd_t *c, mtx_t *m) { return result_of(pthread_cond_wait(c, m)); }
int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until) { return result_of(pthread_cond_timedwait(c, m, until)); }
void cnd_destroy(cnd_t *c) { pthread_cond_destroy(c); }
int tss_create(tss_t *key, tss_dtor_t end) { return result_of(pthread_key_create(key, end)); }
void tss_delete(tss_t key) { pthread_key_delete(key); }
void *tss_get(tss_t key) { return pthread_getspecific(key); }
int tss_set(tss_t key, void *value) { return result_of(pthread_setspecific(key, value)); }
