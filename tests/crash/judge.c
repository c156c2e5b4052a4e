/* judge.c - see judge.h. */
#include "judge.h"

#include "preload/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LANES = 3, PAGE = 4096, SAID = 1 << 16 };

static bool is_expected(const char *line)
{
    static const char *const expected[] = {
        "e2fsck 1.", "Pass ", "recovering journal", " files (", "Clearing orphaned inode",
        "Truncating orphaned", "was not cleanly unmounted", "Setting free ",
        "FILE SYSTEM WAS MODIFIED",     /* by these */
    };

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (strstr(line, expected[i]))
            return true;
    return !*line;
}

/* ---- a process that waits in front of the image ---- */

struct server { pid_t pid; int ask, answer, out; };     /* out: what it prints */

/* A lane's image is a file in memory that has no name, and goes with this process. */
static struct lane {
    char path[64];              /* by way of /proc */
    int fd;
    uint8_t *map;
    uint64_t size;
    struct server repair, look;
    bool busy, twice;
    uint32_t tag;
} lanes[LANES];
static unsigned next_lane;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "crash: %s\n", what);
    exit(2);
}

/* preload/serve.c, built beside this program. */
static const char *library(void)
{
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "serve.so");

    if (n < 0)
        fail("/proc is not there");
    path[n] = '\0';
    strcpy(strrchr(path, '/') + 1, "serve.so");
    return path;
}

static _Noreturn void become_e2fsck(const struct server *s, int ask, int answer, const char *how,
                                    const char *image)
{
    dup2(ask, SERVE_ASK);
    dup2(answer, SERVE_ANSWER);
    dup2(s->out, 1);
    dup2(s->out, 2);
    setenv("LD_PRELOAD", library(), 1);
    setenv("LD_BIND_NOW", "1", 1);
    setenv("LC_ALL", "C", 1);
    setenv(SERVE_ENV, image, 1);
    execl("/sbin/e2fsck", "e2fsck", how, image, (char *)NULL);
    execl("/usr/sbin/e2fsck", "e2fsck", how, image, (char *)NULL);
    _exit(127);
}

static void server_start(struct server *s, const char *how, const char *image)
{
    int ask[2], answer[2];

    s->out = memfd_create("said", MFD_CLOEXEC);
    if (s->out < 0 || fcntl(s->out, F_SETFL, O_APPEND) || pipe2(ask, O_CLOEXEC) ||
        pipe2(answer, O_CLOEXEC))
        fail("no pipes");
    s->pid = fork();
    if (s->pid == 0)
        become_e2fsck(s, ask[0], answer[1], how, image);
    close(ask[0]);
    close(answer[1]);
    s->ask = ask[1];
    s->answer = answer[0];
}

static void server_stop(struct server *s)
{
    close(s->ask);
    close(s->answer);
    close(s->out);
    waitpid(s->pid, NULL, 0);
}

static void server_begin(struct server *s)
{
    if (write(s->ask, "", 1) != 1)
        fail("e2fsck does not run");
}

/* Its exit status, or -1; its first line that was not expected. */
static int server_end(struct server *s, char *why, size_t size)
{
    static char said[SAID];
    int status;

    if (read(s->answer, &status, sizeof status) != sizeof status)
        fail("e2fsck does not run (is e2fsprogs installed?)");
    ssize_t n = pread(s->out, said, sizeof said - 1, 0);

    said[n < 0 ? 0 : n] = '\0';
    for (char *line = strtok(said, "\n"); line && !*why; line = strtok(NULL, "\n"))
        if (!is_expected(line))
            snprintf(why, size, "%s", line);
    if (ftruncate(s->out, 0))
        fail("no memory");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- lanes ---- */

static void lane_close(struct lane *l)
{
    if (!l->map)
        return;
    server_stop(&l->repair);
    if (l->look.pid)
        server_stop(&l->look);
    munmap(l->map, l->size);
    close(l->fd);
    *l = (struct lane){ 0 };
}

static void lane_open(struct lane *l, uint64_t size)
{
    if (l->map && l->size == size)
        return;
    lane_close(l);
    l->size = size;
    l->fd = memfd_create("crash", MFD_CLOEXEC);
    if (l->fd < 0 || ftruncate(l->fd, (off_t)size))
        fail("no memory");
    l->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd, 0);
    if (l->map == MAP_FAILED)
        fail("no memory");
    snprintf(l->path, sizeof l->path, "/proc/%d/fd/%d", (int)getpid(), l->fd);
    signal(SIGPIPE, SIG_IGN);   /* of an e2fsck that is not there */
    server_start(&l->repair, "-fy", l->path);
}

/* Of the next image only what differs is copied. */
static void lane_put(struct lane *l, const uint8_t *image)
{
    for (uint64_t at = 0; at < l->size; at += PAGE)
        if (memcmp(l->map + at, image + at, PAGE))
            memcpy(l->map + at, image + at, PAGE);
}

static void lane_end(struct lane *l, judge_said *said, void *ctx)
{
    char why[256] = "";
    int status = server_end(&l->repair, why, sizeof why);

    l->busy = false;
    if (!*why && (status > 1 || status < 0))
        snprintf(why, sizeof why, "status %d", status);
    if (!*why && l->twice) {
        if (!l->look.pid)
            server_start(&l->look, "-fn", l->path);
        server_begin(&l->look);
        if ((status = server_end(&l->look, why, sizeof why)) && !*why)
            snprintf(why, sizeof why, "status %d the second time", status);
    }
    said(ctx, l->tag, why);
}

void judge_begin(const uint8_t *image, uint64_t size, bool twice, uint32_t tag, judge_said *said,
                 void *ctx)
{
    struct lane *l = &lanes[next_lane++ % LANES];

    if (l->busy)
        lane_end(l, said, ctx);
    lane_open(l, size);
    lane_put(l, image);
    l->twice = twice;
    l->tag = tag;
    l->busy = true;
    server_begin(&l->repair);
}

void judge_all(judge_said *said, void *ctx)
{
    for (unsigned i = 0; i < LANES; i++) {
        struct lane *l = &lanes[next_lane++ % LANES];

        if (l->busy)
            lane_end(l, said, ctx);
    }
}

void judge_close(void)
{
    for (unsigned i = 0; i < LANES; i++)
        lane_close(&lanes[i]);
}
