/* phase.c - two threads count in a loop of five instructions, which divides every round
 * quantum: where in the loop they are preempted depends on PAD alone, and is always the
 * same place, until the timer jitters.
 */
#include <pthread.h>
#include <stdio.h>

enum { EACH = 20000 };

static volatile int counter;

static void *count(void *arg)
{
    int n = EACH, was;

    __asm__ volatile(".rept %c3\n nop\n .endr\n"
                     "1: lw %1, (%2)\n addi %1, %1, 1\n sw %1, (%2)\n"
                     "addi %0, %0, -1\n bnez %0, 1b\n"
                     : "+r"(n), "=&r"(was) : "r"(&counter), "i"(PAD) : "memory");
    return arg;
}

int main(void)
{
    pthread_t a, b;

    pthread_create(&a, NULL, count, NULL);
    pthread_create(&b, NULL, count, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    printf("%s\n", counter == 2 * EACH ? "all" : "lost");
    return 0;
}
