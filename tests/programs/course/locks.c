/* locks.c - locks built from atomic instructions, and what is built with locks. OSTEP,
 * "Locks" and "Lock-based Concurrent Data Structures". */
#include "common.h"
#include <errno.h>
#include <stdatomic.h>

enum { THREADS = 4, ROUNDS = 1500 };

static int counter;

/* test-and-set */
static atomic_flag flag = ATOMIC_FLAG_INIT;
static void tas_lock(void) { while (atomic_flag_test_and_set(&flag)) sched_yield(); }
static void tas_unlock(void) { atomic_flag_clear(&flag); }

/* compare-and-swap */
static atomic_int held;
static void cas_lock(void)
{
    int free = 0;

    while (!atomic_compare_exchange_weak(&held, &free, 1)) {
        free = 0;
        sched_yield();
    }
}
static void cas_unlock(void) { atomic_store(&held, 0); }

/* tickets */
static atomic_int ticket, turn;
static void ticket_lock(void)
{
    int mine = atomic_fetch_add(&ticket, 1);

    while (atomic_load(&turn) != mine)
        sched_yield();
}
static void ticket_unlock(void) { atomic_fetch_add(&turn, 1); }

static pthread_spinlock_t spin;
static void spin_lock(void) { pthread_spin_lock(&spin); }
static void spin_unlock(void) { pthread_spin_unlock(&spin); }

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void mutex_lock(void) { Mutex_lock(&mutex); }
static void mutex_unlock(void) { Mutex_unlock(&mutex); }

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static void rw_lock(void) { pthread_rwlock_wrlock(&rw); }
static void rw_unlock(void) { pthread_rwlock_unlock(&rw); }

static const struct kind { const char *name; void (*lock)(void), (*unlock)(void); } kinds[] = {
    { "test-and-set", tas_lock, tas_unlock }, { "compare-and-swap", cas_lock, cas_unlock },
    { "ticket", ticket_lock, ticket_unlock }, { "spin", spin_lock, spin_unlock },
    { "mutex", mutex_lock, mutex_unlock }, { "rwlock", rw_lock, rw_unlock },
};

static void *count(void *arg)
{
    const struct kind *k = arg;

    for (int i = 0; i < ROUNDS; i++) {
        k->lock();
        counter++;
        k->unlock();
    }
    return NULL;
}

/* A hash table of lists, each with a lock. */
typedef struct node { int key; struct node *next; } node_t;
static struct { node_t *head; pthread_mutex_t lock; } bucket[13];

static void insert(int key)
{
    node_t *n = malloc(sizeof *n);
    int b = key % 13;

    n->key = key;
    Mutex_lock(&bucket[b].lock);
    n->next = bucket[b].head;
    bucket[b].head = n;
    Mutex_unlock(&bucket[b].lock);
}

static void *fill(void *arg)
{
    for (int i = 0; i < 200; i++)
        insert((int)(long)arg * 200 + i);
    return NULL;
}

/* A queue with a lock at each end. Source: Michael and Scott, "Non-blocking and Blocking
 * Concurrent Queue Algorithms". */
static node_t *head, *tail;
static pthread_mutex_t head_lock = PTHREAD_MUTEX_INITIALIZER, tail_lock = PTHREAD_MUTEX_INITIALIZER;

static void enqueue(int v)
{
    node_t *n = malloc(sizeof *n);

    *n = (node_t){ v, NULL };
    Mutex_lock(&tail_lock);
    __atomic_store_n(&tail->next, n, __ATOMIC_RELEASE);
    tail = n;
    Mutex_unlock(&tail_lock);
}

static int dequeue(int *v)
{
    Mutex_lock(&head_lock);
    node_t *old = head, *next = __atomic_load_n(&old->next, __ATOMIC_ACQUIRE);
    if (next) {
        *v = next->key;
        head = next;
    }
    Mutex_unlock(&head_lock);
    if (next)
        free(old);
    return next != NULL;
}

static void *produce(void *arg) { for (int i = 1; i <= 500; i++) enqueue(i); return arg; }

static void *consume(void *sum)
{
    int v;

    for (int got = 0; got < 500; sched_yield())
        while (got < 500 && dequeue(&v))
            *(long *)sum += v, got++;
    return NULL;
}

int main(void)
{
    pthread_t t[THREADS];

    pthread_spin_init(&spin, 0);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        counter = 0;
        for (int i = 0; i < THREADS; i++)
            Pthread_create(&t[i], NULL, count, (void *)&kinds[k]);
        for (int i = 0; i < THREADS; i++)
            Pthread_join(t[i], NULL);
        printf("%s: %d\n", kinds[k].name, counter);
    }
    for (int i = 0; i < 13; i++)
        Mutex_init(&bucket[i].lock);
    for (long i = 0; i < THREADS; i++)
        Pthread_create(&t[i], NULL, fill, (void *)i);
    for (int i = 0; i < THREADS; i++)
        Pthread_join(t[i], NULL);
    long sum = 0, n = 0;
    for (int i = 0; i < 13; i++)
        for (node_t *p = bucket[i].head; p; p = p->next)
            sum += p->key, n++;
    printf("hash table: %ld keys, sum %ld\n", n, sum);

    long sums[2] = { 0, 0 };
    head = tail = calloc(1, sizeof *head);
    for (int i = 0; i < 2; i++) {
        Pthread_create(&t[i], NULL, produce, NULL);
        Pthread_create(&t[2 + i], NULL, consume, &sums[i]);
    }
    for (int i = 0; i < 4; i++)
        Pthread_join(t[i], NULL);
    printf("queue: %ld\n", sums[0] + sums[1]);

    pthread_mutexattr_t attr;
    pthread_mutex_t m;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&m, &attr);
    printf("errorcheck: %d", pthread_mutex_lock(&m));
    printf(" %d", pthread_mutex_lock(&m) == EDEADLK);
    printf(" %d", pthread_mutex_trylock(&m) == EBUSY);
    printf(" %d", pthread_mutex_unlock(&m));
    printf(" %d\n", pthread_mutex_unlock(&m) == EPERM);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&m, &attr);
    for (int i = 0; i < 3; i++)
        assert(pthread_mutex_lock(&m) == 0);
    for (int i = 0; i < 3; i++)
        assert(pthread_mutex_unlock(&m) == 0);
    printf("recursive: %d\n", pthread_mutex_unlock(&m) == EPERM);
    return 0;
}
