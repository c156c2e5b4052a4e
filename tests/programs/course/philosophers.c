/* philosophers.c - five of them, without deadlock: the last takes his forks in the other
 * order; then by trying; then with a table for four. OSTEP, "Semaphores", "The Dining
 * Philosophers", and "Common Concurrency Problems", "Deadlock Bugs". */
#include "common.h"

enum { N = 5, MEALS = 100 };
static sem_t fork_[N], room;
static pthread_mutex_t m[N];
static int meals[N], how;

static int left(int p) { return p; }
static int right(int p) { return (p + 1) % N; }

static void get_forks(int p)
{
    if (how == 0 && p == N - 1) {
        Sem_wait(&fork_[right(p)]);
        Sem_wait(&fork_[left(p)]);
        return;
    }
    if (how == 2)
        Sem_wait(&room);
    Sem_wait(&fork_[left(p)]);
    Sem_wait(&fork_[right(p)]);
}

static void put_forks(int p)
{
    Sem_post(&fork_[left(p)]);
    Sem_post(&fork_[right(p)]);
    if (how == 2)
        Sem_post(&room);
}

static void *dine(void *arg)
{
    int p = (int)(long)arg;

    for (int i = 0; i < MEALS; i++) {
        if (how == 1) {
            for (;;) {
                Mutex_lock(&m[left(p)]);
                if (pthread_mutex_trylock(&m[right(p)]) == 0)
                    break;
                Mutex_unlock(&m[left(p)]);
                sched_yield();
            }
            meals[p]++;
            Mutex_unlock(&m[right(p)]);
            Mutex_unlock(&m[left(p)]);
        } else {
            get_forks(p);
            meals[p]++;
            put_forks(p);
        }
    }
    return NULL;
}

int main(void)
{
    pthread_t t[N];

    for (int i = 0; i < N; i++) {
        Sem_init(&fork_[i], 1);
        Mutex_init(&m[i]);
    }
    Sem_init(&room, N - 1);
    for (how = 0; how < 3; how++) {
        for (long i = 0; i < N; i++)
            Pthread_create(&t[i], NULL, dine, (void *)i);
        for (int i = 0; i < N; i++)
            Pthread_join(t[i], NULL);
        for (int i = 0; i < N; i++)
            printf("%d ", meals[i]);
        printf("\n");
    }
    return 0;
}
