/* threads.c - creating threads, passing values both ways, data of their own, their ends.
 * OSTEP, "Thread API". */
#include "common.h"

typedef struct { int a, b; } arg_t;
typedef struct { int x, y; } ret_t;

static __thread int mine = 1;
static int balance;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *both(void *arg)
{
    arg_t *in = arg;
    ret_t *out = malloc(sizeof *out);

    mine += in->a;
    out->x = in->a + in->b + mine;
    out->y = in->a * in->b;
    return out;
}

static void *deposit(void *arg)
{
    for (long i = 0; i < (long)arg; i++) {
        Mutex_lock(&lock);
        balance++;
        Mutex_unlock(&lock);
    }
    return NULL;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int made, destroyed;
static pthread_barrier_t barrier;

static void make(void) { made++; pthread_key_create(&key, NULL); }

static void *with_key(void *arg)
{
    pthread_once(&once, make);
    pthread_setspecific(key, arg);
    pthread_barrier_wait(&barrier);
    return pthread_getspecific(key) == arg ? arg : NULL;
}

static void cleaned(void *arg) { ++*(int *)arg; }

static void *cancelled(void *arg)
{
    pthread_cleanup_push(cleaned, arg);
    for (;;)
        sleep(10);
    pthread_cleanup_pop(0);
    return NULL;
}

static sem_t detached_done;
static void *detached(void *arg) { sem_post(&detached_done); return arg; }

int main(void)
{
    pthread_t t[8];
    void *r;

    for (int i = 0; i < 4; i++) {
        arg_t *in = malloc(sizeof *in);

        *in = (arg_t){ i, 10 };
        Pthread_create(&t[i], NULL, both, in);
    }
    for (int i = 0; i < 4; i++) {
        Pthread_join(t[i], &r);
        printf("returned %d %d\n", ((ret_t *)r)->x, ((ret_t *)r)->y);
        free(r);
    }
    printf("mine %d\n", mine);
    for (int i = 0; i < 4; i++)
        Pthread_create(&t[i], NULL, deposit, (void *)2500L);
    for (int i = 0; i < 4; i++)
        Pthread_join(t[i], NULL);
    printf("balance %d\n", balance);

    pthread_barrier_init(&barrier, NULL, 8);
    for (long i = 0; i < 8; i++)
        Pthread_create(&t[i], NULL, with_key, (void *)(i + 1));
    for (long i = 0; i < 8; i++) {
        Pthread_join(t[i], &r);
        destroyed += r == (void *)(i + 1);
    }
    printf("keys %d, made %d\n", destroyed, made);

    int n = 0;
    for (int i = 0; i < 8; i++)
        Pthread_create(&t[0], NULL, cancelled, &n), pthread_cancel(t[0]), pthread_join(t[0], &r);
    printf("cancelled %d %d\n", n <= 8, r == PTHREAD_CANCELED);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, 65536);
    Sem_init(&detached_done, 0);
    for (int i = 0; i < 100; i++)
        Pthread_create(&t[0], &attr, detached, NULL), Sem_wait(&detached_done);
    printf("a hundred detached\n");
    return 0;
}
