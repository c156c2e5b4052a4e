/* Semaphores and message queues by their names, between programs that do not know each other. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char sem_name[] = "/course-go", queue_name[] = "/course-queue";

static void say(const char *what, long r) { printf("%s: %s\n", what, r < 0 ? strerror(errno) : "done"); }
static int opened(sem_t *s) { return s == SEM_FAILED ? -1 : 0; }

/* The other program: reads three messages, answers with one. */
static int other(void)
{
    sem_t *go = sem_open(sem_name, 0);
    mqd_t q = mq_open(queue_name, O_RDWR);
    unsigned priority = 0;
    char text[200];

    if (opened(go) < 0 || q < 0) {
        perror("other");
        return 1;
    }
    for (int i = 0; i < 3; i++) {
        int n = (int)mq_receive(q, text, sizeof text, &priority);

        printf("%d %s %u\n", n, text, priority);
    }
    mq_send(q, "answer", 7, 3);
    return sem_post(go);
}

static mqd_t make_queue(void)
{
    struct mq_attr attr = { .mq_maxmsg = 3, .mq_msgsize = 100 };
    struct timespec t;
    char text[200];
    mqd_t q;

    say("no queue", mq_open(queue_name, O_RDWR));
    q = mq_open(queue_name, O_CREAT | O_RDWR, 0600, &attr);
    say("it is there", mq_open(queue_name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr));
    mq_send(q, "low", 4, 1);
    mq_send(q, "high", 5, 9);
    mq_send(q, "low2", 5, 1);
    mq_getattr(q, &attr);
    printf("%ld %ld %ld\n", attr.mq_maxmsg, attr.mq_msgsize, attr.mq_curmsgs);
    clock_gettime(CLOCK_REALTIME, &t);
    say("full", mq_timedsend(q, "x", 2, 0, &t));
    say("too long", mq_send(q, text, 101, 0));
    say("too short", mq_receive(q, text, 50, NULL));
    return q;
}

int main(int argc, char **argv)
{
    struct mq_attr attr = { .mq_flags = O_NONBLOCK };
    unsigned priority;
    char text[200];
    sem_t *go;
    mqd_t q;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1)
        return other();
    sem_unlink(sem_name);
    mq_unlink(queue_name);
    say("no semaphore", opened(sem_open(sem_name, 0)));
    go = sem_open(sem_name, O_CREAT | O_EXCL, 0600, 0);
    printf("%d\n", sem_open(sem_name, 0) == go);
    say("it is there", opened(sem_open(sem_name, O_CREAT | O_EXCL, 0600, 0)));
    q = make_queue();
    if (fork() == 0) {
        execl(argv[0], argv[0], "other", (char *)NULL);
        execl("/bin/named", "named", "other", (char *)NULL);
        perror("exec");
        _exit(1);
    }
    sem_wait(go);
    wait(NULL);
    mq_setattr(q, &attr, NULL);
    printf("%d ", (int)mq_receive(q, text, sizeof text, &priority));
    printf("%s %u\n", text, priority);
    say("empty", mq_receive(q, text, sizeof text, &priority));
    for (int i = 0; i < 2; i++) {
        say("unlink", sem_unlink(sem_name));
        say("unlink", mq_unlink(queue_name));
        say("close", mq_close(q));
    }
    say("close", sem_close(go));
    return 0;
}
