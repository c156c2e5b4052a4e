/* deadlock.c - adding vectors under two locks: in the order of their addresses, by trying
 * and backing off, under one lock for both, and without any. OSTEP, "Common Concurrency
 * Problems". */
#include "common.h"

enum { SIZE = 20, THREADS = 4, LOOPS = 100 };
typedef struct { pthread_mutex_t lock; int values[SIZE]; } vector_t;

static vector_t v[2];
static pthread_mutex_t global = PTHREAD_MUTEX_INITIALIZER;
static int kind;

static void lock_both(vector_t *a, vector_t *b)
{
    if (kind == 0) {
        Mutex_lock(a < b ? &a->lock : &b->lock);
        Mutex_lock(a < b ? &b->lock : &a->lock);
    } else if (kind == 1) {
        for (;;) {
            Mutex_lock(&a->lock);
            if (pthread_mutex_trylock(&b->lock) == 0)
                return;
            Mutex_unlock(&a->lock);
            sched_yield();
        }
    } else {
        Mutex_lock(&global);
        Mutex_lock(&a->lock);
        Mutex_lock(&b->lock);
        Mutex_unlock(&global);
    }
}

static void add(vector_t *to, vector_t *from)
{
    if (kind < 3)
        lock_both(to, from);
    for (int i = 0; i < SIZE; i++) {
        if (kind == 3)
            __atomic_fetch_add(&to->values[i], 1, __ATOMIC_RELAXED);
        else
            to->values[i] += 1 + 0 * from->values[i];
    }
    if (kind < 3) {
        Mutex_unlock(&to->lock);
        Mutex_unlock(&from->lock);
    }
}

static void *worker(void *arg)
{
    int side = (int)(long)arg & 1;

    for (int i = 0; i < LOOPS; i++)
        add(&v[side], &v[1 - side]);
    return NULL;
}

int main(void)
{
    pthread_t t[THREADS];

    Mutex_init(&v[0].lock);
    Mutex_init(&v[1].lock);
    for (kind = 0; kind < 4; kind++) {
        for (long i = 0; i < THREADS; i++)
            Pthread_create(&t[i], NULL, worker, (void *)i);
        for (int i = 0; i < THREADS; i++)
            Pthread_join(t[i], NULL);
        printf("%d: %d %d\n", kind, v[0].values[0], v[1].values[SIZE - 1]);
    }
    return 0;
}
