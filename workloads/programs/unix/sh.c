/* sh.c - a small shell: pipes, redirection, & ; && ||, variables, quotes, cd, scripts.
 *
 *   sh [-i] [SCRIPT [ARGUMENT...]]      sh -c 'COMMANDS'
 *
 * Left out: functions, if and loops, here-documents, globbing, job control. The shape is
 * that of every textbook: parse a line, fork, connect, exec, wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE = 4096, WORDS = 128 };

extern char **environ;

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
    while ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_' ||
           (n && *s >= '0' && *s <= '9')) {
        if (n < sizeof name - 1)
            name[n++] = *s;
        s++;
    }
    name[n] = '\0';
    *p = s;
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

struct command {
    char *argv[WORDS];
    int argc;
    char *in, *out, *err;
    int append;
};

static int redirect(struct command *c)
{
    int fd = 1;
    char **to;

    if (at[0] == '2' && at[1] == '>') {
        fd = 2;
        at++;
    }
    if (*at == '<')
        to = &c->in;
    else
        to = fd == 2 ? &c->err : &c->out;
    at++;
    if (at[-1] == '>' && *at == '>') {
        c->append = 1;
        at++;
    }
    *to = word();
    if (!*to)
        fprintf(stderr, "sh: a file's name is missing\n");
    return *to != NULL;
}

/* A command up to an operator. 0: it is wrong. */
static int parse(struct command *c)
{
    memset(c, 0, sizeof *c);
    for (;;) {
        while (*at == ' ' || *at == '\t')
            at++;
        if (*at == '<' || *at == '>' || (at[0] == '2' && at[1] == '>')) {
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

static int connect_to(const char *path, int flags, int fd)
{
    int to = open(path, flags, 0666);

    if (to < 0) {
        fprintf(stderr, "sh: %s: %s\n", path, strerror(errno));
        return 0;
    }
    dup2(to, fd);
    close(to);
    return 1;
}

static int redirected(const struct command *c)
{
    int out = O_WRONLY | O_CREAT | (c->append ? O_APPEND : O_TRUNC);

    return (!c->in || connect_to(c->in, O_RDONLY, 0)) &&
           (!c->out || connect_to(c->out, out, 1)) &&
           (!c->err || connect_to(c->err, out, 2));
}

static int run_file(const char *path);

static void become(struct command *c)
{
    char path[256];

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

static int assign(const char *w)
{
    const char *eq = strchr(w, '=');
    char name[64];

    if (!eq || eq == w || (size_t)(eq - w) >= sizeof name || strchr(w, '/') == w)
        return 0;
    memcpy(name, w, (size_t)(eq - w));
    name[eq - w] = '\0';
    for (char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_' ||
              (p != name && *p >= '0' && *p <= '9')))
            return 0;
    setenv(name, eq + 1, 1);
    return 1;
}

/* 1: it was one. */
static int builtin(const struct command *c)
{
    const char *name = c->argv[0];

    if (!strcmp(name, "cd")) {
        const char *to = c->argc > 1 ? c->argv[1] : "/";

        status = chdir(to) != 0;
        if (status)
            fprintf(stderr, "sh: cd: %s: %s\n", to, strerror(errno));
    } else if (!strcmp(name, "exit"))
        exit(c->argc > 1 ? atoi(c->argv[1]) : status);
    else if (!strcmp(name, "wait")) {
        while (wait(NULL) > 0)
            ;
        status = 0;
    } else if (!strcmp(name, "export"))
        status = c->argc > 1 && !assign(c->argv[1]);
    else if (!strcmp(name, ".") && c->argc > 1)
        status = run_file(c->argv[1]);
    else if (c->argc == 1 && assign(name))
        status = 0;
    else
        return 0;
    return 1;
}

/* --- pipelines --- */

static pid_t start(struct command *c, int in, int out, int unused)
{
    pid_t pid = fork();

    if (pid)
        return pid;
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

static void await(pid_t last)
{
    int how;

    if (waitpid(last, &how, 0) == last)
        status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

/* One pipeline; `at` stands behind it. 0: it is wrong. */
static int pipeline(int skip)
{
    struct command c;
    pid_t pid[32];
    int n = 0, in = 0, end[2];

    for (;;) {
        if (!parse(&c))
            return 0;
        int more = at[0] == '|' && at[1] != '|';
        int behind = at[0] == '&' && at[1] != '&';

        if (!c.argc && !c.in && !c.out && (more || n)) {
            fprintf(stderr, "sh: a command is missing\n");
            return 0;
        }
        at += more;
        if (skip) {
            if (!more)
                return 1;
            continue;
        }
        if (!more && !n && !behind && c.argc && !c.in && !c.out && !c.err && builtin(&c))
            return 1;
        if (!c.argc && !c.in && !c.out)
            return 1;
        if (more && pipe(end)) {
            perror("sh: pipe");
            return 0;
        }
        pid[n++] = start(&c, in, more ? end[1] : 1, more ? end[0] : 0);
        if (in)
            close(in);
        if (more)
            close(end[1]);
        in = more ? end[0] : 0;
        if (more && n < 32)
            continue;
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
        ssize_t got = read(fd, &c, 1);

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
    return argc > 1 ? run_file(argv[1]) : run_fd(0, prompt);
}
