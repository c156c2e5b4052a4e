/* Shared memory, semaphores and messages of System V. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

union semun { int val; struct semid_ds *buf; unsigned short *array; };
struct message { long mtype; char mtext[64]; };

static int shm, sem;
static int *counter;

static void say(const char *what, long r) { printf("%s: %s\n", what, r < 0 ? strerror(errno) : "done"); }

static int operate(int which, int by, int flags)
{
    struct sembuf op = { (unsigned short)which, (short)by, (short)flags };

    return semop(sem, &op, 1);
}

static void counting(void)
{
    for (int k = 0; k < 3; k++) {
        if (fork())
            continue;
        for (int i = 0; i < 30; i++) {
            int v;

            operate(0, -1, SEM_UNDO);
            v = *counter;
            if (i % 10 == 0)
                usleep(10);
            *counter = v + 1;
            operate(0, 1, SEM_UNDO);
        }
        operate(1, 1, 0);
        exit(0);
    }
    say("all three", operate(1, -3, 0));
    while (wait(NULL) > 0)
        continue;
    printf("%d %d %d\n", *counter, semctl(sem, 0, GETVAL), semctl(sem, 1, GETVAL));
}

static void errors(void)
{
    struct sembuf both[2] = { { 0, -1, IPC_NOWAIT }, { 1, -1, IPC_NOWAIT } };

    say("one of two", semop(sem, both, 2));
    printf("%d\n", semctl(sem, 0, GETVAL));
    say("no such one", semctl(sem, 5, GETVAL));
    say("no such one", operate(7, 1, 0));
    say("too much", operate(0, 32767, 0));
    say("no key", shmget(ftok("/", 'q'), 100, 0));
    say("no size", shmget(IPC_PRIVATE, 0, IPC_CREAT | 0600));
}

static void nothing(int sig) { (void)sig; }

static void waiting(void)
{
    if (fork() == 0) {
        operate(0, -1, SEM_UNDO);
        exit(0);
    }
    wait(NULL);
    printf("undone: %d\n", semctl(sem, 0, GETVAL));
    if (fork() == 0) {
        struct sigaction act = { .sa_handler = nothing };

        sigaction(SIGALRM, &act, NULL);
        alarm(1);
        say("a signal", operate(1, -1, 0));
        exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        say("removed", operate(0, 0, 0));
        exit(0);
    }
    while (semctl(sem, 0, GETZCNT) == 0)
        usleep(1000);
    semctl(sem, 0, IPC_RMID);
    wait(NULL);
    say("after that", operate(0, 1, 0));
}

static void receive(int q, size_t n, long type, int flags)
{
    struct message m;
    ssize_t got = msgrcv(q, &m, n, type, flags);

    if (got < 0)
        say("receive", got);
    else
        printf("%d %ld %.*s\n", (int)got, m.mtype, (int)got, m.mtext);
}

static void messages(void)
{
    key_t key = ftok(".", getpid() & 255);
    int q = msgget(key, IPC_CREAT | IPC_EXCL | 0666), n = 0;
    struct { long mtype; char mtext[4000]; } large = { 1, "" };
    struct message m;
    struct msqid_ds ds;

    say("again", msgget(key, IPC_CREAT | IPC_EXCL | 0666));
    printf("%d\n", msgget(key, 0) == q);
    for (int i = 1; i <= 6; i++) {
        m.mtype = 1 + i * 7 % 5;
        sprintf(m.mtext, "message %d", i);
        msgsnd(q, &m, strlen(m.mtext), 0);
    }
    msgctl(q, IPC_STAT, &ds);
    printf("%d %d\n", (int)ds.msg_qnum, (int)ds.msg_qbytes);
    receive(q, 64, 3, 0);
    receive(q, 64, -4, 0);
    receive(q, 2, 0, 0);
    receive(q, 2, 0, MSG_NOERROR);
    receive(q, 64, 99, IPC_NOWAIT);
    m.mtype = 0;
    say("type 0", msgsnd(q, &m, 1, 0));
    if (fork() == 0) {
        m.mtype = 42;
        usleep(20000);
        exit(msgsnd(q, &m, 4, 0));
    }
    receive(q, 64, 42, 0);
    wait(NULL);
    while (msgsnd(q, &large, sizeof large.mtext, IPC_NOWAIT) == 0)
        n++;
    say("full", -1);
    printf("%d\n", n);
    msgctl(q, IPC_RMID, NULL);
    say("no more", msgsnd(q, &m, 1, 0));
}

int main(void)
{
    unsigned short values[2] = { 1, 0 };
    struct shmid_ds ds;
    union semun arg = { .array = values };

    setvbuf(stdout, NULL, _IOLBF, 0);
    shm = shmget(IPC_PRIVATE, 8192, IPC_CREAT | 0600);
    counter = shmat(shm, NULL, 0);
    sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
    say("set", semctl(sem, 0, SETALL, arg));
    counting();
    errors();
    waiting();
    shmctl(shm, IPC_STAT, &ds);
    printf("%d %o\n", (int)ds.shm_segsz, ds.shm_perm.mode & 0777);
    say("detach", shmdt(counter));
    say("again", shmdt(counter));
    shmctl(shm, IPC_RMID, NULL);
    say("attach", shmat(shm, NULL, 0) == (void *)-1 ? -1 : 0);
    messages();
    return 0;
}
