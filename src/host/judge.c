/* judge.c - see judge.h. */
#include <host/judge.h>

#include <host/place.h>
#include <host/preload/serve.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LANES = 3, PAGE = 4096, SAID = 1 << 16, WHY = JUDGE_WHY,
       PATIENCE = 60000 /* ms: ten thousand times what it takes, on a machine that is busy */ };

/* An e2fsck that waits in front of the image. */
struct server { pid_t pid; int ask, answer, out; };     /* out: what it prints */

/* A lane's image is a file in memory that has no name, and goes with this process. */
struct lane {
    char path[64];              /* by way of /proc */
    int fd;
    uint8_t *map;
    uint64_t size;
    struct server repair, look;
    bool busy, twice;
    uint32_t tag;
};

struct judge {
    struct lane lane[LANES];
    unsigned next;
    judge_said *say;
    void *ctx;
    const char *trouble;
    const char *program;        /* NULL: e2fsck, where it is installed */
    int patience;               /* ms */
    char library[4096];         /* preload/serve.c, built beside this program */
    char said[SAID];            /* by the last that answered */
    int status;
};

static bool is_expected(const char *line)
{
    static const char *const expected[] = {
        "Pass ", "recovering journal", " files (", "Clearing orphaned inode",
        "Truncating orphaned", "was not cleanly unmounted", "Setting free ",
        "FILE SYSTEM WAS MODIFIED",     /* by these */
    };

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (strstr(line, expected[i]))
            return true;
    return !*line;
}

/* ---- servers ---- */

static _Noreturn void become_e2fsck(const char *program, int out, const char *how,
                                    const char *image)
{
    static const char *const paths[] = { "/sbin/e2fsck", "/usr/sbin/e2fsck" };

    dup2(out, 1);
    dup2(out, 2);
    setenv("LC_ALL", "C", 1);
    if (program)
        execl(program, "e2fsck", how, image, (char *)NULL);
    for (size_t i = 0; !program && i < sizeof paths / sizeof *paths; i++)
        execl(paths[i], "e2fsck", how, image, (char *)NULL);
    _exit(127);
}

static _Noreturn void become_server(const struct judge *j, const struct server *s, int ask,
                                    int answer, const char *how, const char *image)
{
    dup2(ask, SERVE_ASK);
    dup2(answer, SERVE_ANSWER);
    setenv("LD_PRELOAD", j->library, 1);
    setenv(SERVE_ENV, image, 1);
    become_e2fsck(j->program, s->out, how, image);
}

static bool server_start(const struct judge *j, struct server *s, const char *how,
                         const char *image)
{
    int ask[2], answer[2];

    *s = (struct server){ .pid = -1, .ask = -1, .answer = -1 };
    s->out = memfd_create("said", MFD_CLOEXEC);
    if (s->out < 0 || fcntl(s->out, F_SETFL, O_APPEND) || pipe2(ask, O_CLOEXEC))
        return false;
    s->ask = ask[1];
    if (pipe2(answer, O_CLOEXEC)) {
        close(ask[0]);
        return false;
    }
    s->answer = answer[0];
    s->pid = fork();
    if (s->pid == 0)
        become_server(j, s, ask[0], answer[1], how, image);
    close(ask[0]);
    close(answer[1]);
    return s->pid > 0;
}

static void server_stop(struct server *s)
{
    if (s->ask >= 0)
        close(s->ask);
    if (s->answer >= 0)
        close(s->answer);
    if (s->out >= 0)
        close(s->out);
    if (s->pid > 0)
        waitpid(s->pid, NULL, 0);
    *s = (struct server){ .pid = -1, .ask = -1, .answer = -1, .out = -1 };
}

static bool server_begin(const struct server *s)
{
    return write(s->ask, "", 1) == 1;
}

/* In place: the image is called so wherever it is, and its version e2fsck says but once. */
static void make_alike(char *text, const char *path)
{
    size_t n = strlen(path), line = strcspn(text, "\n");
    char *to = text;

    if (!strncmp(text, "e2fsck 1.", 9))
        text += line + (text[line] == '\n');
    while (*text)
        if (!strncmp(text, path, n)) {
            memcpy(to, "image", 5);
            to += 5;
            text += n;
        } else {
            *to++ = *text++;
        }
    *to = '\0';
}

/* What a file in memory has in it; and nothing any more. */
static void take_text(int fd, const char *path, char *text, size_t room)
{
    ssize_t n = pread(fd, text, room - 1, 0);

    text[n < 0 || ftruncate(fd, 0) ? 0 : n] = '\0';
    make_alike(text, path);
}

static const char *first_surprise(const char *said, char *why)
{
    for (const char *end; *said; said = *end ? end + 1 : end) {
        end = said + strcspn(said, "\n");
        snprintf(why, WHY, "%.*s", (int)(end - said), said);
        if (!is_expected(why))
            return why;
    }
    *why = '\0';
    return why;
}

/* Is there an answer? It may take as long as nobody should have to wait. */
static bool server_answers(const struct judge *j, const struct server *s)
{
    struct pollfd p = { .fd = s->answer, .events = POLLIN };
    int n;

    do
        n = poll(&p, 1, j->patience);
    while (n < 0 && errno == EINTR);
    return n > 0;
}

/* It is no more, or will not be. False: it has never been an e2fsck. */
static bool server_died(struct judge *j, struct server *s, bool late, char *why)
{
    int st = 0;

    j->status = late ? JUDGE_LATE : JUDGE_DIED;
    if (late)
        kill(s->pid, SIGKILL);
    waitpid(s->pid, &st, 0);
    s->pid = -1;
    server_stop(s);
    if (WIFEXITED(st) && WEXITSTATUS(st) == 127)
        return false;
    if (late)
        snprintf(why, WHY, "no answer in %d ms", j->patience);
    else if (WIFSIGNALED(st))
        snprintf(why, WHY, "e2fsck died of signal %d", WTERMSIG(st));
    else
        snprintf(why, WHY, "e2fsck went away with status %d", WEXITSTATUS(st));
    return true;
}

static bool server_end(struct judge *j, const struct lane *l, struct server *s, char *why)
{
    bool late = !server_answers(j, s);
    int status;

    if (late || read(s->answer, &status, sizeof status) != sizeof status) {
        take_text(s->out, l->path, j->said, sizeof j->said);
        return server_died(j, s, late, why);
    }
    j->status = status;
    take_text(s->out, l->path, j->said, sizeof j->said);
    first_surprise(j->said, why);
    return true;
}

/* ---- lanes ---- */

static void lane_close(struct lane *l)
{
    if (!l->map)
        return;
    server_stop(&l->repair);
    server_stop(&l->look);
    munmap(l->map, l->size);
    close(l->fd);
    *l = (struct lane){ .fd = -1 };
}

static bool lane_open(struct lane *l, uint64_t size)
{
    if (l->map && l->size == size)
        return true;
    lane_close(l);
    l->look = l->repair = (struct server){ .pid = -1, .ask = -1, .answer = -1, .out = -1 };
    l->size = size;
    l->fd = memfd_create("judged", MFD_CLOEXEC);
    if (l->fd < 0)
        return false;
    void *map = ftruncate(l->fd, (off_t)size) ? MAP_FAILED
                : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd, 0);

    if (map == MAP_FAILED) {
        close(l->fd);
        return false;
    }
    l->map = map;
    snprintf(l->path, sizeof l->path, "/proc/%d/fd/%d", (int)getpid(), l->fd);
    return true;
}

/* Let one begin, which is started if need be. */
static bool lane_begin(const struct judge *j, struct lane *l, bool repair)
{
    struct server *s = repair ? &l->repair : &l->look;

    return (s->pid > 0 || server_start(j, s, repair ? "-fy" : "-fn", l->path)) &&
           server_begin(s);
}

/* Of the next image only what differs is copied. */
static void lane_put(struct lane *l, const uint8_t *image)
{
    for (uint64_t at = 0; at < l->size; at += PAGE) {
        size_t n = l->size - at < PAGE ? l->size - at : PAGE;

        if (memcmp(l->map + at, image + at, n))
            memcpy(l->map + at, image + at, n);
    }
}

static bool look_again(struct judge *j, struct lane *l, char *why)
{
    if (!lane_begin(j, l, false) || !server_end(j, l, &l->look, why))
        return false;
    if (j->status && !*why)
        snprintf(why, WHY, "status %d the second time", j->status);
    return true;
}

static const char no_e2fsck[] = "e2fsck does not run (is e2fsprogs installed?)";

static void lane_end(struct judge *j, struct lane *l)
{
    char why[WHY] = "";
    bool ok = server_end(j, l, &l->repair, why);

    l->busy = false;
    if (ok && !*why && (j->status > 1 || j->status < 0))
        snprintf(why, sizeof why, "status %d", j->status);
    if (ok && !*why && l->twice)
        ok = look_again(j, l, why);
    if (ok)
        j->say(j->ctx, l->tag, why);
    else
        j->trouble = no_e2fsck;
}

/* ---- the port ---- */

struct judge *judge_create(judge_said *said, void *ctx)
{
    struct judge *j = calloc(1, sizeof *j);

    if (!j)
        return NULL;
    j->say = said;
    j->ctx = ctx;
    j->patience = PATIENCE;
    signal(SIGPIPE, SIG_IGN);   /* of an e2fsck that is not there */
    if (!place_find("serve.so", j->library, sizeof j->library))
        j->trouble = "serve.so is not beside this program";
    return j;
}

void judge_destroy(struct judge *j)
{
    for (unsigned i = 0; j && i < LANES; i++)
        lane_close(&j->lane[i]);
    free(j);
}

void judge_begin(struct judge *j, const uint8_t *image, uint64_t size, bool twice, uint32_t tag)
{
    struct lane *l = &j->lane[j->next++ % LANES];

    if (!j->trouble && l->busy)
        lane_end(j, l);
    if (j->trouble)
        return;
    if (!lane_open(l, size)) {
        j->trouble = "e2fsck cannot be started";
        return;
    }
    lane_put(l, image);
    l->twice = twice;
    l->tag = tag;
    l->busy = lane_begin(j, l, true);
    if (!l->busy)
        j->trouble = no_e2fsck;
}

void judge_all(struct judge *j)
{
    for (unsigned i = 0; i < LANES; i++) {
        struct lane *l = &j->lane[j->next++ % LANES];

        if (!j->trouble && l->busy)
            lane_end(j, l);
    }
}

int judge_ask(struct judge *j, const uint8_t *image, uint64_t size, bool repair,
              char why[JUDGE_WHY])
{
    struct lane *l = &j->lane[0];

    judge_all(j);
    *why = '\0';
    if (!j->trouble && !lane_open(l, size))
        j->trouble = "e2fsck cannot be started";
    if (j->trouble)
        return JUDGE_DIED;
    lane_put(l, image);
    if (!lane_begin(j, l, repair) || !server_end(j, l, repair ? &l->repair : &l->look, why)) {
        j->trouble = no_e2fsck;
        return JUDGE_DIED;
    }
    return j->status;
}

const uint8_t *judge_left(const struct judge *j)
{
    return j->lane[0].map;
}

void judge_use(struct judge *j, const char *program, int patience_ms)
{
    j->program = program;
    j->patience = patience_ms;
}

const char *judge_trouble(const struct judge *j)
{
    return j->trouble;
}

int judge_last(const struct judge *j, char *text, unsigned room)
{
    snprintf(text, room, "%s", j->said);
    return j->status;
}

int judge_afresh(const uint8_t *image, uint64_t size, char *text, unsigned room)
{
    int fd = memfd_create("judged", MFD_CLOEXEC), out = memfd_create("said", MFD_CLOEXEC);
    int status = -1;
    char path[64];
    pid_t pid;

    *text = '\0';
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
    if (fd >= 0 && out >= 0 && write(fd, image, size) == (ssize_t)size &&
        !fcntl(out, F_SETFL, O_APPEND) && (pid = fork()) >= 0) {
        if (pid == 0)
            become_e2fsck(NULL, out, "-fy", path);
        if (waitpid(pid, &status, 0) == pid)
            status = WIFEXITED(status) && WEXITSTATUS(status) < 127 ? WEXITSTATUS(status) : -1;
        take_text(out, path, text, room);
    }
    if (fd >= 0)
        close(fd);
    if (out >= 0)
        close(out);
    return status;
}
