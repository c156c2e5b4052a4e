/* sh_lines.h - a part of sh.c: where the text of commands comes from, a file or a person. */
#ifndef SH_LINES_H
#define SH_LINES_H

/* 0: it is not complete. */
static int run_if_complete(const char *text)
{
    char *mark = pool_top;
    struct node *n = parse(text);
    int complete = trouble != INCOMPLETE;

    if (trouble == WRONG)
        status = 2;
    else if (complete)
        run(n);
    pool_top = mark;
    return complete;
}

static void run_text(const char *text)
{
    if (!run_if_complete(text)) {
        fputs("sh: the end of a command is missing\n", stderr);
        status = 2;
    }
}

static void prompt_with(const char *prompt)
{
    fputs(prompt, stdout);
    fflush(stdout);
}

/* A byte at a time: what follows is for the commands, which read the same file. The bytes that
 * there are now, with the newline; 0: the end; -1: interrupted. */
static int read_line(int fd, char *line, int size)
{
    static char early;          /* typed right behind the Ctrl-C that ended the line before */
    int n = 0;
    char c;

    if (early) {
        line[n++] = early;
        early = '\0';
    }
    while (n < size - 1) {
        ssize_t got = interrupted ? -1 : read(fd, &c, 1);

        if (interrupted) {
            early = got == 1 && c != '\n' ? c : '\0';
            return -1;
        }
        if (got < 0 && errno == EINTR) {
            traps_run();
            continue;
        }
        if (got <= 0)
            break;
        line[n++] = c;
        if (c == '\n')
            break;
    }
    line[n] = '\0';
    return n;
}

/* !! and !word stand for lines that were typed before. 0: there is none. */
static int recall(char *line, int size)
{
    size_t n = strcspn(line, " \n");
    unsigned i = nhistory;

    if (line[0] != '!' || line[1] == ' ' || line[1] == '\n')
        return 1;
    while (i > 0 && i + HISTORY > nhistory) {
        const char *old = history[--i % HISTORY];

        if (line[1] == '!' || !strncmp(old, line + 1, n - 1) ||
            (isdigit((unsigned char)line[1]) && (unsigned)atoi(line + 1) == i + 1)) {
            snprintf(line, (size_t)size, "%s\n", old);
            fputs(line, stdout);
            return 1;
        }
    }
    fprintf(stderr, "sh: %.*s: there was no such line\n", (int)n, line);
    return 0;
}

static void remember(const char *line)
{
    char **to = &history[nhistory % HISTORY];

    if (line[strspn(line, " \t\n")] == '\0')
        return;
    free(*to);
    *to = strndup(line, strlen(line) - 1);
    nhistory += *to != NULL;
}

/* What a person typed may not be meant so. 0: it is not to be run. */
static int typed(char *line, int size)
{
    if (strchr(line, '\033')) {
        fputs("sh: arrow keys are not known here; !! is the last line, history shows them all\n", stderr);
        return 0;
    }
    if (!recall(line, size))
        return 0;
    remember(line);
    return 1;
}

static void between_lines(void)
{
    leave = go_round = interrupted = 0;
    if (control)
        look_after_jobs();
    else
        while (waitpid(-1, NULL, WNOHANG) > 0 && !last_behind)
            ;
}

/* Lines until they are whole commands, which are run, until the file ends. */
static void run_lines(int fd, char *text, int prompt)
{
    int n = 0, got;

    for (;;) {
        if (!n)
            between_lines();
        if (prompt)
            prompt_with(n ? "> " : "$ ");
        got = read_line(fd, text + n, TEXT - n);
        if (got < 0) {
            interrupted = 0;
            n = 0;
            prompt_with("\n");
            continue;
        }
        if (!got || n + got == TEXT - 1)
            break;
        if (prompt && control && !n && !typed(text, TEXT))
            continue;
        n = run_if_complete(text) ? 0 : n + got;
        if (prompt && interrupted == SELF) {
            status = 128 + SIGINT;
            prompt_with("\n");
        }
        if (prompt)
            interrupted = 0;
        if (stops() && !prompt)
            return;
    }
    if (n) {
        fprintf(stderr, "sh: the end of a command is missing\n");
        status = 2;
    }
}

static int run_fd(int fd, int prompt)
{
    static int depth;
    char *text = malloc(TEXT);

    if (!text || depth == DEPTH) {
        fputs("sh: scripts within scripts, too deep\n", stderr);
        free(text);
        return 1;
    }
    depth++;
    run_lines(fd, text, prompt);
    depth--;
    free(text);
    return status;
}

static int run_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), high;

    if (fd < 0) {
        fprintf(stderr, "sh: %s: %s\n", path, strerror(errno));
        return 127;
    }
    if ((high = fcntl(fd, F_DUPFD_CLOEXEC, 10)) >= 0) {         /* 3 to 9 are the script's own */
        close(fd);
        fd = high;
    }
    run_fd(fd, 0);
    close(fd);
    return status;
}

#endif
