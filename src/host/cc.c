/* cc.c - see cc.h. */
#include <host/cc.h>

#include <host/child.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Blocks of 4096 bytes of what a compiler says. */
enum { MOST_MESSAGES = 64, MAX_SECONDS = 120 };

/* --- running --- */

static void child(const struct cc_call *c, int out)
{
    int err = open(c->messages, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int null = open("/dev/null", O_RDWR);

    dup2(null, STDIN_FILENO);
    dup2(out >= 0 ? out : null, STDOUT_FILENO);
    if (err >= 0)
        dup2(err, STDERR_FILENO);
    if (c->enter)
        c->enter(c->ctx);
    setenv("LC_ALL", "C", 1);   /* the place of the first error is looked for */
    execvp(c->argv[0], (char *const *)(uintptr_t)c->argv);
    _exit(errno == ENOENT || errno == EACCES ? CC_MISSING : CC_FAILED);
}

int cc_run(const struct cc_call *c)
{
    pid_t pid = child_fork(MAX_SECONDS);

    if (pid == 0)
        child(c, -1);
    return child_wait(pid);
}

int cc_run_into(const struct cc_call *c, struct cc_key *k, char *text, size_t size)
{
    char buf[16384];
    size_t used = 0;
    ssize_t n;
    int fd[2];
    pid_t pid;

    if (pipe2(fd, O_CLOEXEC) != 0)
        return CC_FAILED;
    pid = child_fork(MAX_SECONDS);
    if (pid == 0)
        child(c, fd[1]);
    close(fd[1]);
    while ((n = read(fd[0], buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0) {
            cc_key_add(k, buf, (size_t)n);
            for (ssize_t i = 0; i < n && used + 1 < size; i++)
                text[used++] = buf[i];
        }
    close(fd[0]);
    if (text)
        text[used] = '\0';
    return child_wait(pid);
}

/* --- names for results --- */

void cc_key_add(struct cc_key *k, const void *bytes, size_t n)
{
    const unsigned char *c = bytes;

    for (size_t i = 0; i < n; i++) {
        k->a = (k->a ^ c[i]) * UINT64_C(0x100000001b3);
        k->b = (k->b ^ (c[i] + 0x9eU)) * UINT64_C(0x100000001b3);
    }
}

void cc_key_add_words(struct cc_key *k, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n && words[i]; i++)
        cc_key_add(k, words[i], strlen(words[i]) + 1);
}

/* --- messages --- */

void cc_pass_on(const char *file, FILE *to)
{
    char buf[4096];
    size_t n;
    FILE *f = to ? fopen(file, "r") : NULL;

    if (!f)
        return;
    for (size_t left = MOST_MESSAGES; left && (n = fread(buf, 1, sizeof buf, f)) > 0; left--)
        fwrite(buf, 1, n, to);
    fflush(to);
    fclose(f);
}

/* FILE:LINE:COL: at the start of a line goes into *diag. */
static void take_place(char *line, char *colon, struct diag *diag)
{
    unsigned row, col;

    if (sscanf(colon, ":%u:%u:", &row, &col) != 2)
        return;
    *colon = '\0';
    snprintf(diag->file, sizeof diag->file, "%.255s", line);
    diag->line = row;
    diag->col = col;
}

enum cc_error cc_first_error(const char *file, struct diag *diag, char *text, size_t size)
{
    enum cc_error found = CC_NO_ERROR;
    char line[1024];
    FILE *f = fopen(file, "r");

    while (!found && f && fgets(line, sizeof line, f)) {
        char *at = strstr(line, "error: "), *colon = strchr(line, ':');
        const char *missing = strstr(line, "undefined reference");

        line[strcspn(line, "\n")] = '\0';
        if (missing) {
            snprintf(text, size, "%s", missing);
            found = CC_UNRESOLVED;
        } else if (at && colon && colon <= at) {
            snprintf(text, size, "%s", at + strlen("error: "));
            take_place(line, colon, diag);
            found = CC_ERROR;
        }
    }
    if (f)
        fclose(f);
    return found;
}
