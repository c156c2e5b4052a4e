/* conditions.c - waiting for a condition: a join of one's own, the bounded buffer with many
 * producers and consumers, a covering condition, a time limit. OSTEP, "Condition Variables". */
#include "common.h"
#include <errno.h>
#include <time.h>

static int done;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *child(void *arg)
{
    printf("child\n");
    Mutex_lock(&m);
    done = 1;
    Cond_signal(&c);
    Mutex_unlock(&m);
    return arg;
}

enum { MAX = 5, LOOPS = 200, PEOPLE = 3 };
static int buffer[MAX], fill_at, use_at, count;
static pthread_cond_t empty = PTHREAD_COND_INITIALIZER, fill = PTHREAD_COND_INITIALIZER;

static void *producer(void *arg)
{
    for (int i = 0; i < LOOPS; i++) {
        Mutex_lock(&m);
        while (count == MAX)
            Cond_wait(&empty, &m);
        buffer[fill_at] = (int)(long)arg * LOOPS + i;
        fill_at = (fill_at + 1) % MAX;
        count++;
        Cond_signal(&fill);
        Mutex_unlock(&m);
    }
    return NULL;
}

static void *consumer(void *arg)
{
    long sum = 0;

    (void)arg;
    for (int i = 0; i < LOOPS; i++) {
        Mutex_lock(&m);
        while (count == 0)
            Cond_wait(&fill, &m);
        sum += buffer[use_at];
        use_at = (use_at + 1) % MAX;
        count--;
        Cond_signal(&empty);
        Mutex_unlock(&m);
    }
    return (void *)sum;
}

/* Memory that some wait for in pieces of different size. */
static int bytes_left;

static void *allocate(void *arg)
{
    int size = (int)(long)arg;

    Mutex_lock(&m);
    while (bytes_left < size)
        Cond_wait(&c, &m);
    bytes_left -= size;
    Mutex_unlock(&m);
    return arg;
}

int main(void)
{
    pthread_t t[2 * PEOPLE];
    long sum = 0;
    void *r;

    printf("parent: begin\n");
    Pthread_create(&t[0], NULL, child, NULL);
    Mutex_lock(&m);
    while (done == 0)
        Cond_wait(&c, &m);
    Mutex_unlock(&m);
    Pthread_join(t[0], NULL);
    printf("parent: end\n");

    for (long i = 0; i < PEOPLE; i++) {
        Pthread_create(&t[i], NULL, producer, (void *)i);
        Pthread_create(&t[PEOPLE + i], NULL, consumer, NULL);
    }
    for (int i = 0; i < 2 * PEOPLE; i++) {
        Pthread_join(t[i], &r);
        sum += (long)r;
    }
    printf("consumed %ld\n", sum);

    for (long i = 0; i < 4; i++)
        Pthread_create(&t[i], NULL, allocate, (void *)(10 * (i + 1)));
    for (int given = 0; given < 100; given += 10) {
        usleep(1000);
        Mutex_lock(&m);
        bytes_left += 10;
        Cond_broadcast(&c);
        Mutex_unlock(&m);
    }
    for (int i = 0; i < 4; i++)
        Pthread_join(t[i], NULL);
    printf("left %d\n", bytes_left);

    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 2000000;
    if (until.tv_nsec >= 1000000000)
        until.tv_sec++, until.tv_nsec -= 1000000000;
    Mutex_lock(&m);
    printf("timed: %d\n", pthread_cond_timedwait(&c, &m, &until) == ETIMEDOUT);
    Mutex_unlock(&m);
    return 0;
}
