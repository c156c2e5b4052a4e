/* fault.c - writes through a null pointer: in a thread, or in main. */
#include <pthread.h>
#include <unistd.h>

static int *volatile nowhere;

static void *faults(void *arg)
{
    *nowhere = 1;               /* line 9 */
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    (void)argv;
    if (argc < 2)
        faults(NULL);
    pthread_create(&thread, NULL, faults, NULL);
    pause();
    return 0;
}
