/* semaphores.c - as locks, for ordering, bounded buffers, readers and writers, a meeting, a
 * barrier, and semaphores made of the other two. OSTEP, "Semaphores". */
#include "common.h"
#include <errno.h>
#include <fcntl.h>
#include <time.h>

static sem_t s, binary, empty, full, mutex;
static int shared;

static void *child(void *arg) { printf("child\n"); Sem_post(&s); return arg; }

static void *add(void *arg)
{
    for (int i = 0; i < 1000; i++) {
        Sem_wait(&binary);
        shared++;
        Sem_post(&binary);
    }
    return arg;
}

enum { SLOTS = 3, ITEMS = 300 };
static int buffer[SLOTS], in, out;

static void *producer(void *arg)
{
    for (int i = 1; i <= ITEMS; i++) {
        Sem_wait(&empty);
        Sem_wait(&mutex);
        buffer[in++ % SLOTS] = i;
        Sem_post(&mutex);
        Sem_post(&full);
    }
    return arg;
}

static void *consumer(void *arg)
{
    long sum = 0;

    for (int i = 0; i < ITEMS; i++) {
        Sem_wait(&full);
        Sem_wait(&mutex);
        sum += buffer[out++ % SLOTS];
        Sem_post(&mutex);
        Sem_post(&empty);
    }
    return (void *)(sum + (long)arg);
}

/* Readers and writers. */
typedef struct { sem_t lock, writelock; int readers; } rwlock_t;
static rwlock_t rw;
static int value;

static void *reader(void *arg)
{
    long seen = 0;

    for (int i = 0; i < 100; i++) {
        Sem_wait(&rw.lock);
        if (++rw.readers == 1)
            Sem_wait(&rw.writelock);
        Sem_post(&rw.lock);
        seen |= value & 1;      /* a writer is never half done */
        Sem_wait(&rw.lock);
        if (--rw.readers == 0)
            Sem_post(&rw.writelock);
        Sem_post(&rw.lock);
    }
    return (void *)(seen + (long)arg);
}

static void *writer(void *arg)
{
    for (int i = 0; i < 100; i++) {
        Sem_wait(&rw.writelock);
        value++;
        sched_yield();
        value++;
        Sem_post(&rw.writelock);
    }
    return arg;
}

/* A semaphore of a mutex and a condition. */
typedef struct { int value; pthread_cond_t cond; pthread_mutex_t lock; } Zem_t;
static Zem_t zem = { 0, PTHREAD_COND_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };

static void Zem_wait(Zem_t *z)
{
    Mutex_lock(&z->lock);
    while (z->value <= 0)
        Cond_wait(&z->cond, &z->lock);
    z->value--;
    Mutex_unlock(&z->lock);
}

static void Zem_post(Zem_t *z)
{
    Mutex_lock(&z->lock);
    z->value++;
    Cond_signal(&z->cond);
    Mutex_unlock(&z->lock);
}

static void *zem_child(void *arg) { Zem_post(&zem); return arg; }

int main(void)
{
    pthread_t t[4];
    void *r;
    int v;

    Sem_init(&s, 0);
    Pthread_create(&t[0], NULL, child, NULL);
    Sem_wait(&s);
    printf("parent\n");
    Pthread_join(t[0], NULL);

    Sem_init(&binary, 1);
    for (int i = 0; i < 4; i++)
        Pthread_create(&t[i], NULL, add, NULL);
    for (int i = 0; i < 4; i++)
        Pthread_join(t[i], NULL);
    printf("shared %d\n", shared);

    Sem_init(&empty, SLOTS);
    Sem_init(&full, 0);
    Sem_init(&mutex, 1);
    Pthread_create(&t[0], NULL, producer, NULL);
    Pthread_create(&t[1], NULL, consumer, NULL);
    Pthread_join(t[0], NULL);
    Pthread_join(t[1], &r);
    printf("sum %ld\n", (long)r);

    Sem_init(&rw.lock, 1);
    Sem_init(&rw.writelock, 1);
    for (int i = 0; i < 4; i++)
        Pthread_create(&t[i], NULL, i < 3 ? reader : writer, NULL);
    long odd = 0;
    for (int i = 0; i < 4; i++) {
        Pthread_join(t[i], &r);
        odd |= (long)r;
    }
    printf("value %d, half done seen: %ld\n", value, odd);

    Pthread_create(&t[0], NULL, zem_child, NULL);
    Zem_wait(&zem);
    Pthread_join(t[0], NULL);
    printf("zemaphore %d\n", zem.value);

    sem_getvalue(&empty, &v);
    assert(sem_trywait(&s) == -1);
    printf("empty %d, try: %s\n", v, strerror(errno));
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    v = sem_timedwait(&s, &until);
    printf("timed %d %s\n", v, strerror(errno));
    return 0;
}
