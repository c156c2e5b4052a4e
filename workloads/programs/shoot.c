/* shoot.c - threads compute in one memory while one of them keeps changing it.
 *
 * The first thread maps a page, writes to it and unmaps it, again and again. Each time all
 * other harts that run in this memory have to forget what their TLBs remember, and are
 * interrupted for it, though none of them ever looks at that page. Arguments: threads that
 * compute, times.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096, THREADS = 64 };

static volatile int stop;

static void *compute(void *arg)
{
    volatile unsigned *n = arg;

    while (!stop)
        ++*n;
    return NULL;
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 3, times = argc > 2 ? atoi(argv[2]) : 50;
    static unsigned count[THREADS];
    pthread_t t[THREADS];

    if (threads < 0 || threads > THREADS)
        return 1;
    for (int i = 0; i < threads; i++)
        pthread_create(&t[i], NULL, compute, &count[i]);
    for (int i = 0; i < times; i++) {
        char *m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (m == MAP_FAILED)
            return 1;
        m[0] = 1;
        munmap(m, PAGE);
        for (volatile int wait = 0; wait < 2000; wait++)
            ;
    }
    stop = 1;
    for (int i = 0; i < threads; i++)
        pthread_join(t[i], NULL);
    printf("%d mappings came and went\n", times);
    return 0;
}
