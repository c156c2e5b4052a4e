/* threads.c - two producers, two consumers and a bounded buffer in shared memory.
 *
 * Source: OSTEP, "Condition Variables", "The Producer/Consumer (Bounded Buffer) Problem".
 * Look for: futex calls happen only when somebody really has to wait.
 */
#include <pthread.h>
#include <stdio.h>

enum { SLOTS = 8, PRODUCERS = 2, CONSUMERS = 2, EACH = 2000, STOP = -1 };

static int buffer[SLOTS], used, next_in, next_out;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;

static void put(int item)
{
    pthread_mutex_lock(&mutex);
    while (used == SLOTS)
        pthread_cond_wait(&not_full, &mutex);
    buffer[next_in] = item;
    next_in = (next_in + 1) % SLOTS;
    used++;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&mutex);
}

static int get(void)
{
    int item;

    pthread_mutex_lock(&mutex);
    while (used == 0)
        pthread_cond_wait(&not_empty, &mutex);
    item = buffer[next_out];
    next_out = (next_out + 1) % SLOTS;
    used--;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&mutex);
    return item;
}

static void *produce(void *arg)
{
    (void)arg;
    for (int i = 1; i <= EACH; i++)
        put(i);
    return NULL;
}

static void *consume(void *arg)
{
    long sum = 0;

    (void)arg;
    for (int item; (item = get()) != STOP;)
        sum += item;
    return (void *)sum;
}

int main(void)
{
    pthread_t p[PRODUCERS], c[CONSUMERS];
    long sum = 0;

    for (int i = 0; i < CONSUMERS; i++)
        if (pthread_create(&c[i], NULL, consume, NULL) != 0)
            return 1;
    for (int i = 0; i < PRODUCERS; i++)
        if (pthread_create(&p[i], NULL, produce, NULL) != 0)
            return 1;
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(p[i], NULL);
    for (int i = 0; i < CONSUMERS; i++)
        put(STOP);
    for (int i = 0; i < CONSUMERS; i++) {
        void *part;

        pthread_join(c[i], &part);
        sum += (long)part;
    }
    printf("consumed %ld (expected %ld)\n", sum, (long)PRODUCERS * EACH * (EACH + 1) / 2);
    return sum != (long)PRODUCERS * EACH * (EACH + 1) / 2;
}
