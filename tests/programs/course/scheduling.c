/* scheduling.c - a lottery by list, priorities and policies of the process itself, time. OSTEP, "Scheduling:
 * Proportional Share". */
#include "common.h"
#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>

struct node { int tickets; struct node *next; };
static struct node *head;

static void insert(int tickets)
{
    struct node *n = malloc(sizeof *n);

    assert(n != NULL);
    n->tickets = tickets;
    n->next = head;
    head = n;
}

int main(void)
{
    int total = 350;

    srandom(7);
    insert(50);
    insert(100);
    insert(200);
    for (int i = 0; i < 10; i++) {
        int counter = 0, winner = (int)(random() % total);
        struct node *current = head;

        while (current && (counter += current->tickets) <= winner)
            current = current->next;
        printf("%d %d, ", winner, current->tickets);
    }
    printf("\nwork: %.3f", drand48());
    printf(" %.3f\n", drand48() * 2);

    double before = GetTime();
    usleep(5000);
    printf("slept %d\n", GetTime() - before >= 0.0049);       /* a double has a quarter of a microsecond here */
    clock_t c = clock();
    Spin(0.002);
    printf("clock %d\n", clock() > c);
    struct tms t;
    assert(times(&t) != (clock_t)-1);
    errno = 0;
    printf("nice %d\n", nice(0));
    assert(setpriority(PRIO_PROCESS, 0, 5) == 0);
    printf("priority %d\n", getpriority(PRIO_PROCESS, 0));
    printf("policy %d\n", sched_getscheduler(0));
    printf("harts %d\n", sysconf(_SC_NPROCESSORS_ONLN) >= 1);
    struct timespec r = { 1, 0 }, start, end;
    r.tv_sec = 0;
    r.tv_nsec = 3000000;
    clock_gettime(CLOCK_MONOTONIC, &start);
    assert(nanosleep(&r, NULL) == 0);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long long ns = (end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec);
    printf("monotonic %d\n", ns >= 3000000);
    return 0;
}
