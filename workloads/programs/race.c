/* race.c [none|mutex|spin|atomic] - two threads count to 100,000 together, each half of it.
 *
 * Source: OSTEP, "Concurrency: An Introduction", "Why It Gets Worse: Shared Data".
 * Look for: without a lock, a thread that is preempted between its load and its store
 * writes back an old value, and what the other has counted meanwhile is lost.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { EACH = 50000 };

static volatile int counter;
static const char *how;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t spin;

static void *with_none(void *arg)
{
    for (int i = 0; i < EACH; i++)
        counter = counter + 1;
    return arg;
}

static void *with_mutex(void *arg)
{
    for (int i = 0; i < EACH; i++) {
        pthread_mutex_lock(&mutex);
        counter = counter + 1;
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void *with_spin(void *arg)
{
    for (int i = 0; i < EACH; i++) {
        pthread_spin_lock(&spin);
        counter = counter + 1;
        pthread_spin_unlock(&spin);
    }
    return arg;
}

static void *with_atomic(void *arg)
{
    for (int i = 0; i < EACH; i++)
        __atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
    return arg;
}

int main(int argc, char **argv)
{
    void *(*count)(void *);
    pthread_t a, b;

    how = argc > 1 ? argv[1] : "none";
    count = !strcmp(how, "mutex") ? with_mutex : !strcmp(how, "spin") ? with_spin
          : !strcmp(how, "atomic") ? with_atomic : with_none;
    pthread_spin_init(&spin, 0);
    if (pthread_create(&a, NULL, count, NULL) || pthread_create(&b, NULL, count, NULL))
        return 2;
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    printf("%s: %d of %d\n", how, counter, 2 * EACH);
    return 0;
}
