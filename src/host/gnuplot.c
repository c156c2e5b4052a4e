/* gnuplot.c - see gnuplot.h */
#include <host/gnuplot.h>

#include <host/place.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGS = 9 /* ARG1 to ARG9 */, NOT_THERE = 127 };

static _Noreturn void child_exec(const char *file, const char *const *args, int said)
{
    const char *argv[MAX_ARGS + 4] = { "gnuplot", "-c", file };
    int n = 3, null = open("/dev/null", O_RDWR);

    for (int i = 0; i < MAX_ARGS; i++)          /* a script may ask for one that is not there */
        argv[n++] = *args ? *args++ : "";
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    setenv("LC_ALL", "C.UTF-8", 1);
    /* ~/.gnuplot and GNUPLOT_LIB of the user would change our figures. */
    setenv("HOME", "/nonexistent", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(NOT_THERE);
}

/* Read all of fd; keep the beginning as one line. */
static void read_words(int fd, char *words, size_t size)
{
    char buf[512];
    size_t used = 0;
    ssize_t n;

    while ((n = read(fd, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
        for (ssize_t i = 0; i < n && used < size - 1; i++) {
            bool space = buf[i] == '\n' || buf[i] == ' ' || buf[i] == '\t';
            if (!space)
                words[used++] = buf[i];
            else if (used > 0 && words[used - 1] != ' ')
                words[used++] = ' ';
        }
    words[used] = '\0';
}

enum err gnuplot_run(const char *script, const char *const *args, struct diag *diag)
{
    char name[64], file[PATH_MAX], words[320];
    int fd[2], status = -1;

    snprintf(name, sizeof name, "plots/%s.gp", script);
    if (!place_find(name, file, sizeof file)) {
        snprintf(diag->text, sizeof diag->text, "cannot find %s (expected beside the "
                 "executable or under PREFIX/share/ossim)", name);
        return ERR_IO;
    }
    if (pipe2(fd, O_CLOEXEC) != 0) {
        snprintf(diag->text, sizeof diag->text, "cannot start gnuplot: %s", strerror(errno));
        return ERR_IO;
    }
    pid_t pid = fork();
    if (pid == 0)
        child_exec(file, args, fd[1]);
    close(fd[1]);
    read_words(fd[0], words, sizeof words);
    close(fd[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == NOT_THERE) {
        snprintf(diag->text, sizeof diag->text, "gnuplot is not installed, so no figures "
                 "were drawn; their data is there as CSV (on Debian: apt-get install "
                 "gnuplot-nox)");
        return ERR_UNSUPPORTED;
    }
    if (status != 0 || words[0]) {
        snprintf(diag->file, sizeof diag->file, "%.255s", file);
        snprintf(diag->text, sizeof diag->text, "gnuplot: %s", words[0] ? words : "failed");
        return ERR_IO;
    }
    return ERR_OK;
}
