/* sh.c - a small shell: pipes, redirection, & ; && ||, variables, quotes, $(command), $((sum)),
 * patterns (*.c), if, case, while, until, for, ( ), { }, <<, functions, traps, cd, scripts, jobs; "help" lists them.
 *
 *   sh [-efux] [-i] [SCRIPT [ARGUMENT...]]      sh [-efux] -c 'COMMANDS' [NAME [ARGUMENT...]]
 *
 * What is left out is said. The shape is that of every
 * textbook: make a tree of a line, fork, connect, exec, wait. With -i on a terminal each pipeline
 * is a job, a process group of its own: Ctrl-C, Ctrl-Z, jobs, fg, bg.
 */
#include "sh_jobs.h"
#include "sh_parse.h"
#include "sh_functions.h"

#include <sys/stat.h>

enum { TEXT = 16384, DEPTH = 8, PIPES = 32, SAVED = 16, HISTORY = 50 };

extern char **environ;

static int leave, go_round;     /* how many loops to leave; one to begin anew */
static int exits, shows;        /* set -e: a command that fails ends the shell; -x: what is run */
static int asked;               /* one may fail here: it is a condition */
static char *history[HISTORY];
static unsigned nhistory;

static void run(const struct node *n);
static int run_file(const char *path);

static int stops(void)
{
    return leave || go_round || returning || interrupted;
}

/* --- redirections --- */

/* A pipe with the text in it, to read from. -1: the text is too long for a pipe. */
static int here_text(const struct redirection *r)
{
    const struct word *w = &r->body;
    int raw = memchr(r->to.at, '\'', r->to.n) || memchr(r->to.at, '"', r->to.n) ||
              memchr(r->to.at, '\\', r->to.n);
    char *text = take_text(w->at, w->n), *to = text;
    int end[2];

    for (const char *p = w->at; r->strips && p < w->at + w->n; p++)
        if (*p != '\t' || (p != w->at && p[-1] != '\n' && p[-1] != '\t') || (to != text && to[-1] != '\n'))
            *to++ = *p;
    if (r->strips)
        *to = '\0';
    if (!raw)
        text = expand_text(text, strlen(text));
    if (pipe2(end, O_NONBLOCK))
        return -1;
    size_t n = strlen(text);
    int whole = write(end[1], text, n) == (ssize_t)n;
    close(end[1]);
    fcntl(end[0], F_SETFL, 0);
    if (whole)
        return end[0];
    close(end[0]);
    fputs("sh: <<: the text is too long\n", stderr);
    return -1;
}

static int stands_at(int from, int fd)
{
    if (from >= 0 && from != fd) {
        dup2(from, fd);
        close(from);
    }
    return from >= 0;
}

static int connect_to(const struct redirection *r, const char *name)
{
    int to = r->same ? (isdigit((unsigned char)*name) ? dup(atoi(name)) : -1) : open(name, r->flags, 0666);

    if (r->same && !strcmp(name, "-")) {
        close(r->fd);
        return 1;
    }
    if (to < 0) {
        fprintf(stderr, "sh: %s: %s\n", name, r->same ? "no such descriptor" : strerror(errno));
        return 0;
    }
    return stands_at(to, r->fd);
}

static int redirected(const struct redirection *r)
{
    fflush(stdout);
    for (; r; r = r->next)
        if (r->here ? !stands_at(here_text(r), r->fd) : !connect_to(r, expand_one(r->to.at, r->to.n)))
            return 0;
    return 1;
}

/* The shell's own descriptors, while a command of its own has others. */
struct saved { int fd[SAVED], copy[SAVED], n; };

static void save(const struct redirection *r, struct saved *s)
{
    for (s->n = 0; r && s->n < SAVED; r = r->next, s->n++) {
        s->fd[s->n] = r->fd;
        s->copy[s->n] = fcntl(r->fd, F_DUPFD_CLOEXEC, 10);
    }
}

static void restore(struct saved *s)
{
    fflush(stdout);
    while (s->n-- > 0) {
        if (s->copy[s->n] < 0)
            close(s->fd[s->n]);
        else {
            dup2(s->copy[s->n], s->fd[s->n]);
            close(s->copy[s->n]);
        }
    }
}

/* --- other programs --- */

static pid_t fork_for_output(int *from)
{
    int end[2];
    pid_t pid;

    *from = -1;
    if (pipe(end))
        return -1;
    if ((pid = fork()) == 0) {
        end_control();
        traps_end();
        dup2(end[1], 1);
        close(end[0]);
        close(end[1]);
        return 0;
    }
    close(end[1]);
    *from = end[0];
    return pid;
}

static void become(int argc, char **argv)
{
    struct stat st;
    char path[512];

    snprintf(path, sizeof path, "%s%s", strchr(argv[0], '/') ? "" : "/bin/", argv[0]);
    execve(path, argv, environment());
    int error = errno;
    if (error == ENOEXEC) {
        script_args = argv;
        nscript_args = argc;
        exit(run_file(path));
    }
    if (error == EACCES && !stat(path, &st) && S_ISDIR(st.st_mode))
        error = EISDIR;
    fprintf(stderr, "sh: %s: %s\n", argv[0], error == ENOENT ? "not found" : strerror(error));
    exit(error == ENOENT ? 127 : 126);
}

#include "sh_own.h"

/* --- simple commands --- */

/* Is it NAME=VALUE? How long the name is; 0: it is none. */
static size_t is_assignment(const struct word *w)
{
    size_t n = name_length(w->at);

    return n < w->n && w->at[n] == '=' ? n : 0;
}

/* Those in front of a command are for other programs, too. What is behind them. */
static const struct word *assign(const struct word *w, int export)
{
    size_t n;

    for (; w && (n = is_assignment(w)); w = w->next) {
        variable_set(w->at, n, expand_one(w->at + n + 1, w->n - n - 1));
        if (export)
            variable_named(w->at, n)->exported = 1;
    }
    return w;
}

static char **expand_words(const struct word *w, int *argc)
{
    char **argv;

    expansion_failed = 0;
    for (nfields = 0; w; w = w->next)
        expand(w->at, w->n);
    *argc = nfields;
    argv = take((size_t)(nfields + 2) * sizeof *argv);      /* a NULL, and see name_jobs */
    memcpy(argv, fields, (size_t)nfields * sizeof *argv);
    return argv;
}

/* In a process of its own. */
static void simple_child(const struct node *n, int argc, char **argv)
{
    int result;

    assign(n->words, 1);
    if (!redirected(n->redirections))
        exit(1);
    if (!argc)
        exit(0);
    if (function_named(argv[0]))
        shell_exit(call(function_named(argv[0]), argc, argv));
    if (own_command(argc, argv, &result))
        shell_exit(result);
    become(argc, argv);
}

static void child(const struct node *n)
{
    int argc;

    if (n->kind == SIMPLE) {
        const struct word *w = n->words;

        while (w && is_assignment(w))
            w = w->next;
        char **argv = expand_words(w, &argc);
        if (expansion_failed)
            exit(2);
        simple_child(n, argc, argv);
    }
    loops = 0;
    if (!redirected(n->redirections))
        exit(1);
    run(n->kind == SUBSHELL ? n->a : n);
    shell_exit(status);
}

/* --- pipelines --- */

struct pipeline { pid_t pid[PIPES]; int n, in, behind; };

/* The next process of the pipeline; 0: one is it. */
static pid_t start(struct pipeline *p, int more)
{
    int end[2] = { 0, 1 };
    pid_t pid;

    fflush(stdout);
    if (more && pipe(end)) {
        perror("sh: pipe");
        return -1;
    }
    if ((pid = fork()) < 0)
        perror("sh: fork");
    if (control && pid >= 0)
        join_group(pid, p->n ? p->pid[0] : 0, p->behind);
    if (pid == 0) {
        if (!control && p->behind && !p->n)
            p->in = open("/dev/null", O_RDONLY);        /* what follows is not for it */
        end_control();
        traps_end();
        if (p->in > 0) {
            dup2(p->in, 0);
            close(p->in);
        }
        if (more) {
            dup2(end[1], 1);
            close(end[0]);
            close(end[1]);
        }
        return 0;
    }
    if (p->in > 0)
        close(p->in);
    if (more)
        close(end[1]);
    p->in = more ? end[0] : 0;
    if (pid > 0)
        p->pid[p->n++] = pid;
    return pid;
}

/* They were all started. */
static void await(struct pipeline *p, const struct node *n)
{
    int how;

    if (p->in > 0)
        close(p->in);
    if (!p->n) {
        status = 1;
        return;
    }
    if (p->behind)
        last_behind = p->pid[p->n - 1];
    if (control)
        job_begin(p->pid, p->n, p->behind, n->begin, (size_t)(n->end - n->begin));
    for (int i = p->n - 1; !control && !p->behind && i >= 0; i--)
        if (await_child(p->pid[i], &how, 0) == p->pid[i] && i == p->n - 1)
            status = result_of(how);
    if (p->behind)
        status = 0;
}

static void run_forked(const struct node *n, int behind)
{
    struct pipeline p = { .behind = behind };
    const struct node *one = n;
    pid_t pid;

    for (; one->kind == PIPE && p.n < PIPES - 1; one = one->b) {
        if ((pid = start(&p, 1)) == 0)
            child(one->a);
        if (pid < 0)
            break;
    }
    if (one->kind != PIPE && start(&p, 0) == 0)
        child(one);
    await(&p, n);
}

/* set -x */
static void show_words(int argc, char **argv)
{
    if (!shows || !argc)
        return;
    fflush(stdout);
    fputs("+", stderr);
    for (int i = 0; i < argc; i++)
        fprintf(stderr, " %s", argv[i]);
    fputs("\n", stderr);
}

/* A word stands for nothing: what needs it is a mistake that ends a script. */
static void does_not_run(void)
{
    status = 2;
    if (!control)
        shell_exit(status);
}

static void run_simple(const struct node *n)
{
    const struct word *w = n->words;
    struct pipeline p = { 0 };
    struct saved saved;
    int argc, result = 0;

    while (w && is_assignment(w))
        w = w->next;
    int was = status;
    char **argv = expand_words(w, &argc);
    const struct job *stopped = NULL;
    const struct function *f = argc ? function_named(argv[0]) : NULL;
    show_words(argc, argv);
    if (expansion_failed) {
        does_not_run();
        return;
    }
    if (argc && !strcmp(argv[0], "kill") && !name_jobs(&argc, argv, &stopped))
        return;
    if (!argc || f || is_own(argv[0])) {
        int keep = argc && !strcmp(argv[0], "exec") && argc == 1;

        save(n->redirections, &saved);
        if (was == status && !argc)
            status = 0;         /* else it is that of a $(command) */
        assign(n->words, 0);
        if (expansion_failed)
            does_not_run();
        else if (!redirected(n->redirections))
            status = 1;
        else if (f)
            status = call(f, argc, argv);
        else if (argc && own_command(argc, argv, &result))
            status = result;
        if (!keep)
            restore(&saved);
        return;
    }
    if (start(&p, 0) == 0)
        simple_child(n, argc, argv);
    await(&p, n);
    if (stopped && stopped->group)
        kill(-stopped->group, SIGCONT);
}

/* --- the tree --- */

/* Nothing ends here because it fails. */
static void ask(const struct node *n)
{
    asked++;
    run(n);
    asked--;
}

static void run_while(const struct node *n)
{
    int result = 0;

    loops++;
    while (!stops()) {
        ask(n->a);
        if (stops() || (status != 0) == (n->kind == WHILE))
            break;
        run(n->b);
        result = status;
        go_round = 0;
    }
    loops--;
    leave -= leave > 0;
    status = result;
}

static void run_for(const struct node *n)
{
    int argc;
    char **argv;

    if (n->over_args) {
        argv = script_args + 1;
        argc = nscript_args > 1 ? nscript_args - 1 : 0;
    } else
        argv = expand_words(n->words->next, &argc);
    loops++;
    status = 0;
    for (int i = 0; i < argc && !stops(); i++) {
        variable_set(n->words->at, n->words->n, argv[i]);
        run(n->b);
        go_round = 0;
    }
    loops--;
    leave -= leave > 0;
}

/* The first arm that one of its patterns fits; what is quoted in a pattern stands for itself. */
static void run_case(const struct node *n)
{
    const char *what = expand_one(n->words->at, n->words->n);

    status = 0;
    for (const struct node *arm = n->c; arm; arm = arm->c)
        for (const struct word *w = arm->words; w; w = w->next)
            if (!fnmatch(expand_pattern(w->at, w->n), what, 0)) {
                run(arm->b);
                return;
            }
}

static void run_compound(const struct node *n)
{
    struct saved saved;

    save(n->redirections, &saved);
    if (!redirected(n->redirections)) {
        restore(&saved);
        status = 1;
        return;
    }
    if (n->kind == IF) {
        ask(n->a);
        if (!stops() && (status == 0 || n->c)) {
            if (status == 0)
                run(n->b);
            else
                run(n->c);
        } else if (!stops())
            status = 0;
    } else if (n->kind == FOR)
        run_for(n);
    else if (n->kind == CASE)
        run_case(n);
    else if (n->kind == GROUP)
        run(n->a);
    else
        run_while(n);
    restore(&saved);
}

static void run(const struct node *n)
{
    char *mark = pool_top;

    if (!n || stops())
        return;
    switch (n->kind) {
    case SIMPLE:
        run_simple(n);
        break;
    case PIPE: case SUBSHELL:
        run_forked(n, 0);
        break;
    case BEHIND:
        run_forked(n->a, 1);
        break;
    case FUNCTION:
        function_set(take_text(n->words->at, n->words->n), n->a->begin, (size_t)(n->a->end - n->a->begin));
        status = 0;
        break;
    case NOT:
        ask(n->a);
        status = !status;
        break;
    case THEN:
        run(n->a);
        run(n->b);
        break;
    case AND: case OR:
        ask(n->a);
        if ((n->kind == AND) == (status == 0))
            run(n->b);
        break;
    default:
        run_compound(n);
        break;
    }
    traps_run();
    if (exits && !asked && status && (n->kind == SIMPLE || n->kind == PIPE || n->kind == SUBSHELL) && !stops())
        shell_exit(status);
    pool_top = mark;
}

#include "sh_lines.h"

int main(int argc, char **argv)
{
    int prompt = argc > 1 && !strcmp(argv[1], "-i"), commands = 0;

    shell_pid = getpid();
    variables_from(environ);
    argv += prompt;
    argc -= prompt;
    while (argc > 1 && !commands && argv[1][0] == '-' && argv[1][1]) {
        size_t last = strlen(argv[1]) - 1;

        commands = argv[1][last] == 'c';
        if (commands)
            argv[1][last] = '\0';
        if (!set_options(argv[1])) {
            fputs("usage: sh [-efux] [-i] [SCRIPT [ARGUMENT...]], sh [-efux] -c COMMANDS\n", stderr);
            return 2;
        }
        argv++;
        argc--;
    }
    script_args = argv + (argc > 1);
    nscript_args = argc - (argc > 1);
    if (commands) {
        script_args = argc > 2 ? argv + 2 : argv;
        nscript_args = argc > 2 ? argc - 2 : 1;
        status = argc > 1 ? 0 : 2;
        if (argc > 1)
            run_text(argv[1]);
    } else if (argc > 1)
        run_file(argv[1]);
    else {
        if (prompt)
            begin_control();
        run_fd(0, prompt);
    }
    shell_exit(status);
}
