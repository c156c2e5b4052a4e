/* threads.h - C11 threads, by those of POSIX. */
#ifndef THREADS_H
#define THREADS_H
#include <pthread.h>
#include <time.h>
typedef pthread_t thrd_t;
typedef pthread_mutex_t mtx_t;
typedef pthread_cond_t cnd_t;
typedef pthread_key_t tss_t;
typedef pthread_once_t once_flag;
typedef int (*thrd_start_t)(void *);
typedef void (*tss_dtor_t)(void *);
enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };
enum { mtx_plain, mtx_recursive, mtx_timed };
#define ONCE_FLAG_INIT PTHREAD_ONCE_INIT
#define TSS_DTOR_ITERATIONS 4
#ifndef __cplusplus
#define thread_local _Thread_local
#endif
int thrd_create(thrd_t *t, thrd_start_t fn, void *arg);
int thrd_equal(thrd_t a, thrd_t b);
thrd_t thrd_current(void);
int thrd_sleep(const struct timespec *time, struct timespec *left);
void thrd_yield(void);
_Noreturn void thrd_exit(int result);
int thrd_detach(thrd_t t);
int thrd_join(thrd_t t, int *result);
int mtx_init(mtx_t *m, int kind);
int mtx_lock(mtx_t *m);
int mtx_timedlock(mtx_t *m, const struct timespec *until);
int mtx_trylock(mtx_t *m);
int mtx_unlock(mtx_t *m);
void mtx_destroy(mtx_t *m);
void call_once(once_flag *once, void (*fn)(void));
int cnd_init(cnd_t *c);
int cnd_signal(cnd_t *c);
int cnd_broadcast(cnd_t *c);
int cnd_wait(cnd_t *c, mtx_t *m);
int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until);
void cnd_destroy(cnd_t *c);
int tss_create(tss_t *key, tss_dtor_t end);
void tss_delete(tss_t key);
void *tss_get(tss_t key);
int tss_set(tss_t key, void *value);
#endif
