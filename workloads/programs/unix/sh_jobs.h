/* sh_jobs.h - a part of sh.c: pipelines as jobs, which have the terminal by turns. The GNU C
 * Library's manual, "Implementing a Job Control Shell". */
#ifndef SH_JOBS_H
#define SH_JOBS_H

#include "sh_words.h"

#include <signal.h>

enum { JOBS = 16 };

static struct job {
    pid_t group;                /* 0: this place is free */
    int left;                   /* processes that have not ended */
    pid_t last;                 /* the pipeline's last, whose status counts */
    int result, stopped, behind;
    unsigned age;
    char text[80];
} jobs[JOBS];
static int control;             /* jobs are groups, and the terminal goes from one to another */
enum { JOB = 1, SELF };         /* the terminal has gone on to a new line; it has not */
static volatile sig_atomic_t interrupted;
enum { SIGNALS = 32 };          /* 0 is the shell's own end */
static volatile sig_atomic_t came[SIGNALS], any_came;       /* those that there is a trap for */

static void on_interrupt(int signo)
{
    (void)signo;
    interrupted = SELF;
}

static void on_signal(int signo)
{
    came[signo] = any_came = 1;
}

/* What a wait says that a trap's signal has ended. */
static int result_of_signal(void)
{
    int signo = 1;

    while (signo < SIGNALS - 1 && !came[signo])
        signo++;
    return 128 + signo;
}

static void job_signals(void (*how)(int))
{
    signal(SIGQUIT, how);
    signal(SIGTSTP, how);
    signal(SIGTTIN, how);
    signal(SIGTTOU, how);
}

static void begin_control(void)
{
    struct sigaction act = { .sa_handler = on_interrupt };      /* read() is to return */

    control = isatty(0);
    if (!control)
        return;
    sigaction(SIGINT, &act, NULL);
    job_signals(SIG_IGN);
    setpgid(0, 0);
    tcsetpgrp(0, getpid());
}

/* In a new process: it is no shell for a person. */
static void end_control(void)
{
    if (!control)
        return;
    control = 0;
    signal(SIGINT, SIG_DFL);
    job_signals(SIG_DFL);
}

/* In a new process, and for it in its parent: whoever comes first does it. */
static void join_group(pid_t pid, pid_t group, int behind)
{
    setpgid(pid, group);
    if (!behind)
        tcsetpgrp(0, group ? group : pid ? pid : getpid());
}

static int job_number(const struct job *j)
{
    return (int)(j - jobs) + 1;
}

static struct job *job_of(pid_t group)
{
    for (struct job *j = jobs; j < jobs + JOBS; j++)
        if (j->group == group)
            return j;
    return NULL;
}

/* Signals that are trapped do not end it. */
static pid_t await_child(pid_t pid, int *how, int options)
{
    pid_t got;

    while ((got = waitpid(pid, how, options)) < 0 && errno == EINTR)
        ;
    return got;
}

static int result_of(int how)
{
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + (WIFSTOPPED(how) ? WSTOPSIG(how) : WTERMSIG(how));
}

/* What waitpid said of a process of the job. */
static void note(struct job *j, pid_t pid, int how)
{
    j->stopped = WIFSTOPPED(how);
    if (j->stopped)
        return;
    j->left--;
    if (pid == j->last)
        j->result = result_of(how);
}

static void say_job(const struct job *j, const char *what)
{
    printf("[%d] %s  %s\n", job_number(j), what, j->text);
    fflush(stdout);
}

/* Until it ends or is stopped. */
static void await_job(struct job *j)
{
    int how, pid;

    while (j->left > 0 && !j->stopped && (pid = await_child(-j->group, &how, WUNTRACED)) > 0)
        note(j, pid, how);
    tcsetpgrp(0, getpgrp());
    if (j->stopped) {
        status = 128 + SIGTSTP;
        printf("\n");
        say_job(j, "stopped");
        return;
    }
    status = j->result;
    if (status > 128) {
        printf("\n");
        if (status == 128 + SIGINT)
            interrupted = JOB;  /* loops end, too */
    }
    j->group = 0;
}

/* Those that ended or were stopped behind. */
static void look_after_jobs(void)
{
    int how, pid;

    for (struct job *j = jobs; j < jobs + JOBS; j++) {
        if (!j->group)
            continue;
        while ((pid = waitpid(-j->group, &how, WNOHANG | WUNTRACED)) > 0)
            note(j, pid, how);
        if (j->left > 0)
            continue;
        say_job(j, "done   ");
        j->group = 0;
    }
}

/* Its processes are a job now. Behind, nobody waits for it. */
static void job_begin(const pid_t *pid, int n, int behind, const char *text, size_t length)
{
    static unsigned age;
    struct job *j = job_of(0);
    int how;

    if (!j) {
        if (!behind && await_child(pid[n - 1], &how, 0) == pid[n - 1])
            status = result_of(how);
        tcsetpgrp(0, getpgrp());
        return;
    }
    *j = (struct job){ .group = pid[0], .left = n, .last = pid[n - 1], .behind = behind, .age = ++age };
    while (length && isspace((unsigned char)text[length - 1]))
        length--;
    snprintf(j->text, sizeof j->text, "%.*s", (int)length, text);
    if (behind)
        printf("[%d] %d\n", job_number(j), (int)j->last);
    else
        await_job(j);
}

/* %1, %%, or, if wanted without a %, 1; NULL: the newest. None: it is said. */
static struct job *job_named(const char *which)
{
    struct job *j = NULL;

    if (which && *which == '%')
        which++;
    if (!which || !*which || *which == '%' || *which == '+') {
        for (struct job *k = jobs; k < jobs + JOBS; k++)
            if (k->group && (!j || k->age > j->age))
                j = k;
    } else if (isdigit((unsigned char)*which) && atoi(which) > 0 && atoi(which) <= JOBS)
        j = &jobs[atoi(which) - 1];
    else
        for (struct job *k = jobs; k < jobs + JOBS; k++)
            if (k->group && !strncmp(k->text, which, strlen(which)))
                j = k;
    if (j && j->group)
        return j;
    fprintf(stderr, "sh: %s%s: there is no such job\n", which ? "%" : "", which ? which : "fg, bg");
    status = 1;
    return NULL;
}

/* --- commands --- */

static int do_go_on(int argc, char **argv)
{
    int behind = argv[0][0] == 'b';
    struct job *j;

    if (!control) {
        fprintf(stderr, "sh: %s: there are no jobs without a terminal\n", argv[0]);
        return 1;
    }
    if (!(j = job_named(argc > 1 ? argv[1] : NULL)))
        return 1;
    printf("%s\n", j->text);
    fflush(stdout);
    j->stopped = 0;
    j->behind = behind;
    if (!behind)
        tcsetpgrp(0, j->group);
    kill(-j->group, SIGCONT);
    status = 0;
    if (!behind)
        await_job(j);
    return status;
}

static int do_jobs(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (struct job *j = jobs; j < jobs + JOBS; j++)
        if (j->group)
            say_job(j, j->stopped ? "stopped" : j->left ? "running" : "done   ");
    return 0;
}

static int await_one(const char *which)
{
    pid_t pid = *which == '%' ? 0 : (pid_t)atoi(which);
    struct job *j = pid ? NULL : job_named(which);
    int how = 0, got;

    for (struct job *k = jobs; pid && k < jobs + JOBS; k++)
        if (k->group && k->last == pid)
            j = k;
    if (j) {
        while (j->left > 0 && !j->stopped && (got = waitpid(-j->group, &how, WUNTRACED)) > 0)
            note(j, got, how);
        return j->left > 0 ? 128 + SIGTSTP : j->result;
    }
    if (pid && waitpid(pid, &how, 0) == pid)
        return result_of(how);
    return any_came ? result_of_signal() : 127;
}

/* wait: jobs first, or nobody would learn that they are over. */
static int do_wait(int argc, char **argv)
{
    int how, pid, result = 0;

    for (int i = 1; i < argc; i++)
        result = await_one(argv[i]);
    if (argc > 1)
        return result;
    for (struct job *j = jobs; j < jobs + JOBS; j++)
        while (j->group && j->left > 0 && !j->stopped &&
               (pid = waitpid(-j->group, &how, WUNTRACED)) > 0)
            note(j, pid, how);
    while (waitpid(-1, NULL, control ? WNOHANG : 0) > 0)
        ;
    return any_came ? result_of_signal() : 0;
}

/* kill %1: jobs are the shell's, so it says which processes those are, and lets one that is
 * stopped go on to its end. There is room for one word more. 0: a job is not there. */
static int name_jobs(int *argc, char **argv, const struct job **stopped)
{
    static char dashes[] = "--";

    *stopped = NULL;
    if (*argc > 1 && argv[1][0] == '%') {       /* -4711 alone would be a signal */
        memmove(argv + 2, argv + 1, (size_t)*argc * sizeof *argv);
        argv[1] = dashes;
        ++*argc;
    }
    for (int i = 1; i < *argc; i++) {
        struct job *j;

        if (argv[i][0] != '%')
            continue;
        if (!(j = job_named(argv[i])))
            return 0;
        argv[i] = take(16);
        snprintf(argv[i], 16, "-%d", (int)j->group);
        if (j->stopped)
            *stopped = j;
    }
    return 1;
}

#endif
