/* semaphore.h - Dijkstra's semaphores, over futex(2). */
#ifndef SEMAPHORE_H
#define SEMAPHORE_H
#include <sys/types.h>
#include <time.h>
typedef struct { int value, waiters, __shared; } sem_t;
#define SEM_FAILED ((sem_t *)0)
#ifndef SEM_VALUE_MAX
#define SEM_VALUE_MAX 2147483647
#endif
int sem_init(sem_t *s, int shared, unsigned value);
int sem_destroy(sem_t *s);
int sem_wait(sem_t *s);
int sem_trywait(sem_t *s);
int sem_timedwait(sem_t *s, const struct timespec *until);
int sem_post(sem_t *s);
int sem_getvalue(sem_t *s, int *value);
/* Named ones live in the process that opens them, and in its children from then on. */
sem_t *sem_open(const char *name, int flags, ...);
int sem_close(sem_t *s);
int sem_unlink(const char *name);
#endif
