/* sh.c - a small shell: pipes, redirection, & ; && ||, variables, quotes, cd, scripts, jobs.
 *
 *   sh [-i] [SCRIPT [ARGUMENT...]]      sh -c 'COMMANDS'
 *
 * Left out: functions, if and loops, here-documents, globbing. The shape is that of every
 * textbook: parse a line, fork, connect, exec, wait. With -i on a terminal each pipeline is
 * a job, a process group of its own: Ctrl-C, Ctrl-Z, jobs, fg, bg (the GNU C Library's
 * manual, "Implementing a Job Control Shell").
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE = 4096, WORDS = 128, JOBS = 16 };

extern char **environ;

static struct job {
    pid_t group;                /* 0: this place is free */
    int left;                   /* processes that have not ended */
    pid_t last;                 /* the pipeline's last, whose status counts */
    int result, stopped;
    char text[80];
} jobs[JOBS];
static int control;             /* jobs are groups, and the terminal goes from one to another */
static volatile sig_atomic_t interrupted;

static int status;              /* of the last command: $? */
static char **script_args;      /* $1, $2 ... */
static int nscript_args;
static char text[2 * LINE];     /* what words are made of */
static char *room;
static const char *at;          /* in the line */

/* --- words --- */

static const char *variable(const char **p)
{
    static char name[64], number[16];
    const char *s = *p;
    size_t n = 0;

    if (*s == '?' || *s == '$') {
        snprintf(number, sizeof number, "%d", *s == '?' ? status : (int)getpid());
        *p = s + 1;
        return number;
    }
    if (*s >= '0' && *s <= '9') {
        int i = *s - '0';

        *p = s + 1;
        return i < nscript_args ? script_args[i] : "";
    }
    int braces = *s == '{';

    for (s += braces; (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_' ||
                      (n && *s >= '0' && *s <= '9'); s++)
        if (n < sizeof name - 1)
            name[n++] = *s;
    name[n] = '\0';
    *p = s + (braces && *s == '}');
    const char *value = n ? getenv(name) : "$";
    return value ? value : "";
}

static void put(char c)
{
    if (room < text + sizeof text - 1)
        *room++ = c;
}

/* The next word, expanded; NULL at an operator or the end. */
static char *word(void)
{
    char *start = room, quote = 0;
    int any = 0;

    while (*at == ' ' || *at == '\t')
        at++;
    if (*at == '#')
        at += strlen(at);
    for (; *at && (quote || !strchr(" \t|&;<>\n", *at)); ) {
        any = 1;
        if (quote ? *at == quote : (*at == '\'' || *at == '"')) {
            quote = quote ? 0 : *at;
            at++;
        } else if (*at == '\\' && quote != '\'' && at[1]) {
            put(at[1]);
            at += 2;
        } else if (*at == '$' && quote != '\'') {
            at++;
            for (const char *v = variable(&at); *v; v++)
                put(*v);
        } else
            put(*at++);
    }
    put('\0');
    return any ? start : NULL;
}

/* --- commands --- */

struct redirection {            /* in their order: > f 2>&1 is not 2>&1 > f */
    int fd, flags;
    char *to;                   /* a file's name, or a descriptor's number */
    int same;                   /* it is a number */
};

struct command {
    char *argv[WORDS];
    int argc;
    struct redirection redirections[8];
    int nredirections;
};

static int at_redirection(void)
{
    return *at == '<' || *at == '>' || (at[0] == '2' && at[1] == '>');
}

static int redirect(struct command *c)
{
    struct redirection *r = &c->redirections[c->nredirections];

    if (c->nredirections == sizeof c->redirections / sizeof *r) {
        fprintf(stderr, "sh: too many redirections\n");
        return 0;
    }
    *r = (struct redirection){ .fd = *at == '<' ? 0 : *at == '2' ? 2 : 1 };
    at += *at == '2';
    if (*at++ == '<')
        r->flags = O_RDONLY;
    else {
        r->flags = O_WRONLY | O_CREAT | (*at == '>' ? O_APPEND : O_TRUNC);
        at += *at == '>';
    }
    r->same = *at == '&';
    at += r->same;
    r->to = word();
    if (!r->to)
        fprintf(stderr, "sh: a file's name is missing\n");
    c->nredirections++;
    return r->to != NULL;
}

/* A command up to an operator. 0: it is wrong. */
static int parse(struct command *c)
{
    memset(c, 0, sizeof *c);
    for (;;) {
        while (*at == ' ' || *at == '\t')
            at++;
        if (at_redirection()) {
            if (!redirect(c))
                return 0;
            continue;
        }
        char *w = c->argc < WORDS - 1 ? word() : NULL;
        if (!w)
            return 1;
        c->argv[c->argc++] = w;
    }
}

static int connect_to(const struct redirection *r)
{
    int to = r->same ? dup(atoi(r->to)) : open(r->to, r->flags, 0666);

    if (to < 0) {
        fprintf(stderr, "sh: %s: %s\n", r->to, strerror(errno));
        return 0;
    }
    dup2(to, r->fd);
    close(to);
    return 1;
}

static int redirected(const struct command *c)
{
    for (int i = 0; i < c->nredirections; i++)
        if (!connect_to(&c->redirections[i]))
            return 0;
    return 1;
}

/* --- jobs --- */

static void on_interrupt(int signo)
{
    (void)signo;
    interrupted = 1;
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

/* What waitpid said of a process of the job. */
static void note(struct job *j, pid_t pid, int how)
{
    j->stopped = WIFSTOPPED(how);
    if (j->stopped)
        return;
    j->left--;
    if (pid == j->last)
        j->result = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
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

    while (j->left > 0 && !j->stopped && (pid = waitpid(-j->group, &how, WUNTRACED)) > 0)
        note(j, pid, how);
    tcsetpgrp(0, getpgrp());
    if (j->stopped) {
        status = 128 + SIGTSTP;
        printf("\n");
        say_job(j, "stopped");
        return;
    }
    status = j->result;
    if (status > 128)
        printf("\n");
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

/* wait: jobs first, or nobody would learn that they are over. */
static void await_all(void)
{
    int how, pid;

    for (struct job *j = jobs; j < jobs + JOBS; j++)
        while (j->group && j->left > 0 && !j->stopped &&
               (pid = waitpid(-j->group, &how, WUNTRACED)) > 0)
            note(j, pid, how);
    while (waitpid(-1, NULL, control ? WNOHANG : 0) > 0)
        ;
    status = 0;
}

/* fg and bg: the job with that number, or the newest. */
static void go_on(const char *which, int behind)
{
    struct job *j = NULL;
    int n = which ? atoi(which + (*which == '%')) : 0;

    if (n > 0 && n <= JOBS)
        j = &jobs[n - 1];
    for (struct job *k = jobs; !n && k < jobs + JOBS; k++)
        if (k->group)
            j = k;
    if (!j || !j->group) {
        fprintf(stderr, "sh: there is no such job\n");
        status = 1;
        return;
    }
    printf("%s\n", j->text);
    fflush(stdout);
    j->stopped = 0;
    if (!behind)
        tcsetpgrp(0, j->group);
    kill(-j->group, SIGCONT);
    status = 0;
    if (!behind)
        await_job(j);
}

/* 1: it was about jobs. */
static int job_builtin(const struct command *c)
{
    const char *name = c->argv[0];

    if (!control || c->argc > 2)
        return 0;
    if (!strcmp(name, "fg") || !strcmp(name, "bg")) {
        go_on(c->argv[1], *name == 'b');
        return 1;
    }
    if (strcmp(name, "jobs"))
        return 0;
    for (struct job *j = jobs; j < jobs + JOBS; j++)
        if (j->group)
            say_job(j, j->stopped ? "stopped" : j->left ? "running" : "done   ");
    status = 0;
    return 1;
}

static int run_file(const char *path);

/* --- variables and other programs --- */

/* Is it NAME=VALUE? How long the name is; 0: it is none. */
static size_t is_assignment(const char *w)
{
    size_t n = 0;

    while ((w[n] >= 'a' && w[n] <= 'z') || (w[n] >= 'A' && w[n] <= 'Z') || w[n] == '_' ||
           (n && w[n] >= '0' && w[n] <= '9'))
        n++;
    return w[n] == '=' && n < 64 ? n : 0;
}

static int assign(const char *w)
{
    size_t n = is_assignment(w);
    char name[64];

    if (!n)
        return 0;
    memcpy(name, w, n);
    name[n] = '\0';
    setenv(name, w + n + 1, 1);
    return 1;
}

/* NAME=VALUE before a command is for that command. */
static void become(struct command *c)
{
    char path[256];

    for (; c->argc > 1 && assign(c->argv[0]); c->argc--)
        memmove(c->argv, c->argv + 1, (size_t)c->argc * sizeof *c->argv);

    snprintf(path, sizeof path, "%s%s", strchr(c->argv[0], '/') ? "" : "/bin/", c->argv[0]);
    execve(path, c->argv, environ);
    if (errno == ENOEXEC) {
        script_args = c->argv;
        nscript_args = c->argc;
        exit(run_file(path));
    }
    fprintf(stderr, "sh: %s: %s\n", c->argv[0],
            errno == ENOENT ? "not found" : strerror(errno));
    exit(errno == ENOENT ? 127 : 126);
}

/* --- what the shell does itself --- */

/* 1: the command was nothing else, and they are done. */
static int assignments(const struct command *c)
{
    for (int i = 0; i < c->argc; i++)
        if (!is_assignment(c->argv[i]))
            return 0;
    for (int i = 0; i < c->argc; i++)
        assign(c->argv[i]);
    status = 0;
    return 1;
}

/* 1: it was one. */
static int builtin(const struct command *c)
{
    const char *name = c->argv[0];

    if (!strcmp(name, "cd")) {
        const char *home = getenv("HOME"), *to = c->argc > 1 ? c->argv[1] : home ? home : "/";

        status = chdir(to) != 0;
        if (status)
            fprintf(stderr, "sh: cd: %s: %s\n", to, strerror(errno));
    } else if (!strcmp(name, "pwd")) {
        char here[256];

        status = !getcwd(here, sizeof here);
        puts(status ? strerror(errno) : here);
    } else if (!strcmp(name, "true") || !strcmp(name, ":") || !strcmp(name, "false"))
        status = *name == 'f';
    else if (!strcmp(name, "exit"))
        exit(c->argc > 1 ? atoi(c->argv[1]) : status);
    else if (job_builtin(c))
        return 1;
    else if (!strcmp(name, "wait"))
        await_all();
    else if (!strcmp(name, "export"))
        status = c->argc > 1 && !assign(c->argv[1]);
    else if (!strcmp(name, ".") && c->argc > 1)
        status = run_file(c->argv[1]);
    else
        return assignments(c);
    return 1;
}

/* --- pipelines --- */

static pid_t start(struct command *c, int in, int out, int unused, pid_t group, int behind)
{
    pid_t pid = fork();

    if (control && pid >= 0)
        join_group(pid, group, behind);
    if (pid)
        return pid;
    if (control) {
        control = 0;
        signal(SIGINT, SIG_DFL);
        job_signals(SIG_DFL);
    }
    if (in > 0) {
        dup2(in, 0);
        close(in);
    }
    if (out > 1) {
        dup2(out, 1);
        close(out);
    }
    if (unused > 0)
        close(unused);
    if (!redirected(c))
        exit(1);
    if (!c->argc || builtin(c))
        exit(c->argc ? status : 0);
    become(c);
    return 0;
}

/* Does the pipeline that `at` stands in end in &? Its first process wants to know. */
static int behind_all(void)
{
    char quote = 0;

    for (const char *p = at; *p; p++) {
        if (quote)
            quote = *p == quote ? 0 : quote;
        else if (*p == '\'' || *p == '"')
            quote = *p;
        else if (*p == ';' || (p[0] == '|' && p[1] == '|'))
            return 0;
        else if (*p == '&' && (p == at || p[-1] != '>'))
            return p[1] != '&';
    }
    return 0;
}

static void await(pid_t last)
{
    int how;

    if (waitpid(last, &how, 0) == last)
        status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

/* Its processes are a job now; what is shown of it is text. */
static void hand_over(const pid_t *pid, int n, int behind, const char *begin)
{
    struct job *j = job_of(0);

    if (!j) {
        await(pid[n - 1]);
        tcsetpgrp(0, getpgrp());
        return;
    }
    *j = (struct job){ .group = pid[0], .left = n, .last = pid[n - 1] };
    while (*begin == ' ')
        begin++;
    snprintf(j->text, sizeof j->text, "%.*s", (int)(at - begin), begin);
    if (behind)
        printf("[%d] %d\n", job_number(j), (int)j->last);
    else
        await_job(j);
}

/* One pipeline; `at` stands behind it. 0: it is wrong. */
static int pipeline(int skip)
{
    struct command c;
    pid_t pid[32];
    int n = 0, in = 0, end[2];
    const char *begin = at;

    for (;;) {
        if (!parse(&c))
            return 0;
        int more = at[0] == '|' && at[1] != '|';
        int behind = at[0] == '&' && at[1] != '&';

        int joined = (at[0] == '&' && at[1] == '&') || (at[0] == '|' && at[1] == '|');

        if (!c.argc && !c.nredirections && (more || n || behind || joined)) {
            fprintf(stderr, "sh: a command is missing\n");
            return 0;
        }
        at += more;
        if (skip) {
            if (!more)
                return 1;
            continue;
        }
        if (!more && !n && !behind && c.argc && !c.nredirections && builtin(&c))
            return 1;
        if (!c.argc && !c.nredirections)
            return 1;
        if (more && pipe(end)) {
            perror("sh: pipe");
            return 0;
        }
        pid[n] = start(&c, in, more ? end[1] : 1, more ? end[0] : 0, n ? pid[0] : 0,
                       behind_all());
        n++;
        if (in)
            close(in);
        if (more)
            close(end[1]);
        in = more ? end[0] : 0;
        if (more && n < 32)
            continue;
        if (control) {
            hand_over(pid, n, behind, begin);
            return 1;
        }
        if (!behind)
            await(pid[n - 1]);
        for (int i = 0; !behind && i < n - 1; i++)
            waitpid(pid[i], NULL, 0);
        return 1;
    }
}

static void run_line(const char *line)
{
    int skip = 0;

    at = line;
    room = text;
    for (;;) {
        if (!pipeline(skip)) {
            status = 2;
            return;
        }
        if (at[0] == '&' && at[1] == '&') {
            at += 2;
            skip = status != 0;
        } else if (at[0] == '|' && at[1] == '|') {
            at += 2;
            skip = status == 0;
        } else if (*at == ';' || *at == '&') {
            at++;
            skip = 0;
        } else
            return;
    }
}

/* --- where lines come from --- */

/* A byte at a time: what follows is for the commands, which read the same file. */
static int read_line(int fd, char *line)
{
    size_t n = 0;
    char c;

    for (;;) {
        ssize_t got = interrupted ? -1 : read(fd, &c, 1);

        if (got < 0 && interrupted) {
            interrupted = 0;
            n = 0;
            fputs("\n$ ", stdout);
            fflush(stdout);
            continue;
        }
        if (got <= 0)
            break;
        if (c == '\n') {
            line[n] = '\0';
            return 1;
        }
        if (n < LINE - 1)
            line[n++] = c;
    }
    line[n] = '\0';
    return n > 0;
}

static int run_fd(int fd, int prompt)
{
    static int depth;
    char *line = malloc(LINE);

    if (!line || depth == 8)
        return 1;
    depth++;
    for (;;) {
        if (control)
            look_after_jobs();
        else
            while (waitpid(-1, NULL, WNOHANG) > 0)
                ;
        if (prompt) {
            fputs("$ ", stdout);
            fflush(stdout);
        }
        if (!read_line(fd, line))
            break;
        run_line(line);
    }
    depth--;
    free(line);
    return status;
}

static int run_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        fprintf(stderr, "sh: %s: %s\n", path, strerror(errno));
        return 127;
    }
    run_fd(fd, 0);
    close(fd);
    return status;
}

int main(int argc, char **argv)
{
    int prompt = argc > 1 && !strcmp(argv[1], "-i");

    argv += prompt;
    argc -= prompt;
    script_args = argv + 1;
    nscript_args = argc - 1;
    if (argc > 2 && !strcmp(argv[1], "-c")) {
        run_line(argv[2]);
        return status;
    }
    if (argc > 1)
        return run_file(argv[1]);
    if (prompt)
        begin_control();
    return run_fd(0, prompt);
}
