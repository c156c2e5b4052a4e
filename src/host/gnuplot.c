/* gnuplot.c - see gnuplot.h */
#include <host/gnuplot.h>

#include <host/litter.h>
#include <host/place.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGS = 9 /* ARG1 to ARG9 */, NOT_THERE = 127 };

/* --- figures are whole, or not there --- */

static const char *const kinds[] = { "png", "svg" };    /* style.gp, file_kinds */
enum { KINDS = sizeof kinds / sizeof *kinds, OUTPUT = 1 /* ARG2 */ };

/* They are drawn beside their place, under names that nobody looks at. */
struct figures {
    char base[PATH_MAX];
    char file[KINDS][PATH_MAX + 8];
    int litter[KINDS];
};

static bool figures_begin(struct figures *f, const char *base)
{
    const char *slash = strrchr(base, '/');
    const char *name = slash ? slash + 1 : base;
    int n = snprintf(f->base, sizeof f->base, "%.*s.%s", (int)(name - base), base, name);

    if (n < 0 || (size_t)n >= sizeof f->base)
        return false;
    for (unsigned i = 0; i < KINDS; i++) {
        snprintf(f->file[i], sizeof f->file[i], "%s.%s", f->base, kinds[i]);
        f->litter[i] = litter_add(f->file[i]);
    }
    return true;
}

/* All of them take their places, or none stays. */
static bool figures_end(struct figures *f, const char *base, bool good)
{
    char place[PATH_MAX + 8];

    for (unsigned i = 0; i < KINDS; i++) {
        snprintf(place, sizeof place, "%s.%s", base, kinds[i]);
        if (!good || rename(f->file[i], place) != 0) {
            good = good && errno == ENOENT;     /* not a kind that this script draws */
            unlink(f->file[i]);
        }
        litter_done(f->litter[i]);
    }
    return good;
}

/* --- running it --- */

static _Noreturn void child_exec(const char *file, const char *const *args, int said)
{
    const char *argv[MAX_ARGS + 4] = { "gnuplot", "-c", file };
    int n = 3, null = open("/dev/null", O_RDWR);

    for (int i = 0; i < MAX_ARGS; i++)          /* a script may ask for one that is not there */
        argv[n++] = *args ? *args++ : "";
    prctl(PR_SET_PDEATHSIG, SIGKILL);           /* who would put its figures in place? */
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
    const char *own[MAX_ARGS + 1] = { NULL };
    char name[64], file[PATH_MAX], words[320];
    struct figures figures;
    int fd[2], status = -1;

    for (int i = 0; i < MAX_ARGS && args[i]; i++)
        own[i] = args[i];

    snprintf(name, sizeof name, "plots/%s.gp", script);
    if (!place_find(name, file, sizeof file)) {
        snprintf(diag->text, sizeof diag->text, "cannot find %s (expected beside the "
                 "executable or under PREFIX/share/ossim)", name);
        return ERR_IO;
    }
    if (!figures_begin(&figures, args[OUTPUT])) {
        snprintf(diag->text, sizeof diag->text, "the path of the figures is too long");
        return ERR_IO;
    }
    own[OUTPUT] = figures.base;
    if (pipe2(fd, O_CLOEXEC) != 0) {
        figures_end(&figures, args[OUTPUT], false);
        snprintf(diag->text, sizeof diag->text, "cannot start gnuplot: %s", strerror(errno));
        return ERR_IO;
    }
    pid_t pid = fork();
    if (pid == 0)
        child_exec(file, own, fd[1]);
    close(fd[1]);
    read_words(fd[0], words, sizeof words);
    close(fd[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!figures_end(&figures, args[OUTPUT], status == 0 && !words[0]) && status == 0 && !words[0])
        snprintf(words, sizeof words, "cannot put the figure in its place: %s", strerror(errno));
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
