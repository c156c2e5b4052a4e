/* yield.c - two processes that take turns by sched_yield().
 *
 * Look for: without the yield, each would print its five lines in one quantum.
 */
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    pid_t child = fork();
    int n = 0;

    for (int i = 0; i < 1000; i++) {
        n++;
        sched_yield();
    }
    if (child == 0)
        return 0;
    waitpid(child, NULL, 0);
    printf("yielded %d times each\n", n);
    return 0;
}
