/* similar.c - see similar.h. */
#include <host/similar.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE = 256 * 1024, SECONDS = 5, FILES_A_SECOND = 10 };

/* Some sources keep sim_c busy for ever: its time is limited by how many there are. */
static void child(const char **argv, int out, size_t n)
{
    rlim_t seconds = SECONDS + n / FILES_A_SECOND;
    const struct rlimit limit = { seconds, seconds };
    int null = open("/dev/null", O_RDWR);

    setrlimit(RLIMIT_CPU, &limit);

    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* "A consists for 93 % of B material" */
static bool read_line(char *line, const char **a, const char **b, unsigned *percent)
{
    char *for_text = strstr(line, " consists for "), *of;

    if (!for_text || sscanf(for_text, " consists for %u", percent) != 1 ||
        !(of = strstr(for_text, " % of ")))
        return false;
    *for_text = '\0';
    *a = line;
    *b = of + strlen(" % of ");
    char *end = strstr(of, " material");
    if (end)
        *end = '\0';
    return end;
}

bool similar_find(const char *const *files, size_t n, unsigned percent,
                  void (*found)(void *ctx, const char *a, const char *b, unsigned percent),
                  void *ctx)
{
    const char **argv = calloc(n + 8, sizeof *argv);
    char least[16], line[9000];
    int fd[2], status = -1;
    size_t k = 0;

    if (!argv || pipe2(fd, O_CLOEXEC) != 0) {
        free(argv);
        return false;
    }
    snprintf(least, sizeof least, "%u", percent);
    argv[k++] = "sim_c";
    argv[k++] = "-p";
    argv[k++] = "-e";
    argv[k++] = "-t";
    argv[k++] = least;
    for (size_t i = 0; i < n; i++) {
        struct stat st;

        if (stat(files[i], &st) == 0 && st.st_size <= LARGE)
            argv[k++] = files[i];
    }
    pid_t pid = fork();
    if (pid == 0)
        child(argv, fd[1], n);
    close(fd[1]);
    FILE *in = fdopen(fd[0], "r");
    while (in && fgets(line, sizeof line, in)) {
        const char *a, *b;
        unsigned p;

        if (read_line(line, &a, &b, &p))
            found(ctx, a, b, p);
    }
    if (in)
        fclose(in);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    free(argv);
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
