/* common.h - what a course's programs share: calls that may not fail, and time. */
#ifndef COURSE_COMMON_H
#define COURSE_COMMON_H
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define Pthread_create(t, a, f, arg) assert(pthread_create(t, a, f, arg) == 0)
#define Pthread_join(t, r) assert(pthread_join(t, r) == 0)
#define Mutex_init(m) assert(pthread_mutex_init(m, NULL) == 0)
#define Mutex_lock(m) assert(pthread_mutex_lock(m) == 0)
#define Mutex_unlock(m) assert(pthread_mutex_unlock(m) == 0)
#define Cond_init(c) assert(pthread_cond_init(c, NULL) == 0)
#define Cond_signal(c) assert(pthread_cond_signal(c) == 0)
#define Cond_broadcast(c) assert(pthread_cond_broadcast(c) == 0)
#define Cond_wait(c, m) assert(pthread_cond_wait(c, m) == 0)
#ifdef __linux__
#define Sem_init(s, v) assert(sem_init(s, 0, v) == 0)
#define Sem_wait(s) assert(sem_wait(s) == 0)
#define Sem_post(s) assert(sem_post(s) == 0)
#endif

static inline double GetTime(void)
{
    struct timeval t;
    int rc = gettimeofday(&t, NULL);

    assert(rc == 0);
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static inline void Spin(double seconds)
{
    double start = GetTime();

    while (GetTime() - start < seconds)
        continue;
}
#endif
