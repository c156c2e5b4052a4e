/* fork.c - processes are made, waited for, orphaned and collected. */
#include "sys.h"

static int value = 1;

static void wait_status(void)
{
    int status = -1;
    long pid = fork_();

    if (pid == 0) {
        value = 2;
        exit_(42);
    }
    WANT(pid > 1, 1);
    WANT(wait_for(pid, &status), pid);
    WANT(status, 42 << 8);
    WANT(value, 1);             /* the child wrote to a copy */
    WANT(wait_for(-1, &status), -ECHILD);
}

/* The old call, too. */
static void wait_four(void)
{
    int status = 0;
    long pid = fork_();

    if (pid == 0)
        exit_(11);
    WANT(SYS(NR_wait4, pid, &status, 0), pid);
    WANT(status, 11 << 8);
    WANT(SYS(NR_wait4, -1, &status, 0), -ECHILD);
}

static void wait_nohang(void)
{
    int status = 0;
    long pid = fork_();

    if (pid == 0) {
        sleep_ms(5);
        exit_(3);
    }
    WANT(SYS(NR_wait4, pid, &status, 1), 0);
    WANT(SYS(NR_wait4, pid, 1, 0), -EFAULT);    /* and it is not collected by that */
    WANT(wait_for(-1, &status), pid);
    WANT(status, 3 << 8);
}

static void wait_id(void)
{
    int info[32];
    long pid = fork_();

    if (pid == 0)
        exit_(9);
    WANT(SYS(NR_waitid, 1, pid, info, 4 | 0x01000000), 0);  /* WNOWAIT: it stays */
    WANT(SYS(NR_waitid, 1, pid, info, 4), 0);
    WANT(info[0], SIGCHLD);
    WANT(info[2], 1);           /* CLD_EXITED */
    WANT(info[3], pid);
    WANT(info[5], 9);
    WANT(SYS(NR_waitid, 1, pid, info, 4), -ECHILD);
    WANT(SYS(NR_waitid, 0, 0, info, 0), -EINVAL);
}

static void killed(void)
{
    int status = 0;
    long pid = fork_();

    if (pid == 0)
        for (;;)
            SYS(NR_sched_yield);
    SYS(NR_kill, pid, SIGTERM);
    WANT(wait_for(pid, &status), pid);
    WANT(status, SIGTERM);
    WANT(SYS(NR_kill, pid, 0), -ESRCH);
}

/* A grandchild whose parent ends belongs to process 1. */
static void orphan(void)
{
    int fd[2], status = 0;
    long seen;

    WANT(SYS(NR_pipe2, fd, 0), 0);
    long pid = fork_();
    if (pid == 0) {
        if (fork_() == 0) {
            sleep_ms(5);
            seen = SYS(NR_getppid);
            SYS(NR_write, fd[1], &seen, sizeof seen);
        }
        exit_(0);
    }
    WANT(wait_for(pid, &status), pid);
    WANT(SYS(NR_read, fd[0], &seen, sizeof seen), sizeof seen);
    WANT(seen, 1);
    WANT(wait_for(-1, &status), -ECHILD);
    SYS(NR_close, fd[0]);
    SYS(NR_close, fd[1]);
}

static int tree(int depth)
{
    int sum = 1, status = 0;

    for (int i = 0; depth && i < 2; i++)
        if (fork_() == 0)
            exit_(tree(depth - 1));
    while (depth && wait_for(-1, &status) > 0)
        sum += status >> 8;
    return sum;
}

static void vfork_shares(void)
{
    int status = 0;
    volatile int local = 1;
    /* CLONE_VM | CLONE_VFORK on a stack of its own, since this one is the parent's. */
    static char stack[4096] __attribute__((aligned(16)));
    long pid = SYS(NR_clone, 0x4100 | SIGCHLD, stack + sizeof stack);

    if (pid == 0) {
        value = 7;
        SYS(NR_exit_group, 5);
    }
    WANT(value, 7);
    WANT(local, 1);
    WANT(wait_for(pid, &status), pid);
    WANT(status, 5 << 8);
}

static void slots_come_back(void)
{
    int status = 0;

    for (int i = 0; i < 3000; i++) {
        long pid = fork_();

        if (pid == 0)
            exit_(i & 63);
        WANT(pid > 0, 1);
        WANT(wait_for(pid, &status), pid);
        WANT(status >> 8, i & 63);
    }
}

static void stops(void)
{
    int info[32];
    long pid = fork_();

    if (pid == 0)
        for (;;)
            SYS(NR_sched_yield);
    SYS(NR_kill, pid, SIGSTOP);
    WANT(SYS(NR_waitid, 1, pid, info, 2), 0);
    WANT(info[2], 5);           /* CLD_STOPPED */
    WANT(info[5], SIGSTOP);
    SYS(NR_kill, pid, SIGCONT);
    WANT(SYS(NR_waitid, 1, pid, info, 8), 0);
    WANT(info[2], 6);           /* CLD_CONTINUED */
    SYS(NR_kill, pid, SIGKILL);
    WANT(SYS(NR_waitid, 1, pid, info, 4), 0);
    WANT(info[2], 2);           /* CLD_KILLED */
    WANT(info[5], SIGKILL);
}

int main(void)
{
    wait_status();
    wait_four();
    wait_nohang();
    wait_id();
    killed();
    orphan();
    WANT(tree(4), 31);
    vfork_shares();
    stops();
    slots_come_back();
    print("ok\n");
    return 0;
}
