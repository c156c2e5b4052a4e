/* thread.h - threads with two calls less to explain. */
#ifndef THREAD_H
#define THREAD_H
#include <pthread.h>
typedef pthread_t thread_t;
static inline int thread_create(thread_t *t, void *(*fn)(void *), void *arg)
{
    return pthread_create(t, NULL, fn, arg);
}
static inline int thread_join(thread_t t, void **result)
{
    return pthread_join(t, result);
}
#endif
