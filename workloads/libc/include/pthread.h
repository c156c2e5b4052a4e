/* pthread.h - threads in one address space: clone(2), and futex(2) to wait. */
#ifndef PTHREAD_H
#define PTHREAD_H
#include <sys/types.h>
struct __tcb;
typedef struct __tcb *pthread_t;
typedef struct { int unused; } pthread_attr_t;
typedef struct { int state; } pthread_mutex_t;  /* 0 free, 1 held, 2 held and wanted */
typedef struct { int unused; } pthread_mutexattr_t;
typedef struct { int turn; } pthread_cond_t;
typedef struct { int unused; } pthread_condattr_t;
#define PTHREAD_MUTEX_INITIALIZER { 0 }
#define PTHREAD_COND_INITIALIZER { 0 }
/* 0, or an error number; attributes must be NULL. A thread has 64 KiB of stack. */
int pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*fn)(void *), void *arg);
int pthread_join(pthread_t t, void **result);
_Noreturn void pthread_exit(void *result);
pthread_t pthread_self(void);
int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr);
int pthread_mutex_lock(pthread_mutex_t *m);
int pthread_mutex_trylock(pthread_mutex_t *m);
int pthread_mutex_unlock(pthread_mutex_t *m);
int pthread_mutex_destroy(pthread_mutex_t *m);
int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr);
int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m);
int pthread_cond_signal(pthread_cond_t *c);
int pthread_cond_broadcast(pthread_cond_t *c);
int pthread_cond_destroy(pthread_cond_t *c);
/* The calls below all that: wait while *at == value; wake up to n. */
int futex_wait(int *at, int value);
int futex_wake(int *at, int n);
#endif
