/* tools.c - what a course on Unix writes itself: xv6's pingpong, primes, find and xargs, a
 * buffered reader as CS:APP's rio, a copy by mmap, jumps out of handlers, timers.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void pingpong(void)
{
    int there[2], back[2];
    char c = 'p';

    if (pipe(there) || pipe(back))
        exit(1);
    if (fork() == 0) {
        for (int i = 0; i < 3 && read(there[0], &c, 1) == 1; i++) {
            c++;
            write(back[1], &c, 1);
        }
        _exit(0);
    }
    for (int i = 0; i < 3; i++) {
        write(there[1], &c, 1);
        read(back[0], &c, 1);
        printf("pong %c\n", c);
    }
    wait(NULL);
    for (int i = 0; i < 2; i++)
        close(there[i]), close(back[i]);
}

/* McIlroy's sieve: one process for each prime, in a row. */
static void sieve(int from)
{
    int prime, n, next[2];

    if (read(from, &prime, sizeof prime) != sizeof prime)
        exit(0);
    printf("prime %d\n", prime);
    fflush(stdout);
    if (pipe(next))
        exit(1);
    if (fork() == 0) {
        close(next[1]);
        close(from);
        sieve(next[0]);
    }
    close(next[0]);
    while (read(from, &n, sizeof n) == sizeof n)
        if (n % prime)
            write(next[1], &n, sizeof n);
    close(next[1]);
    wait(NULL);
    exit(0);
}

static void primes(void)
{
    int first[2];

    fflush(stdout);
    if (pipe(first))
        exit(1);
    if (fork() == 0) {
        close(first[1]);
        sieve(first[0]);
    }
    close(first[0]);
    for (int i = 2; i <= 37; i++)
        write(first[1], &i, sizeof i);
    close(first[1]);
    wait(NULL);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void find(const char *path, const char *name)
{
    struct dirent **list = NULL;
    char next[256];
    struct stat st;
    int n = 0;
    DIR *d = opendir(path);
    struct dirent *e;

    if (!d)
        return;
    while ((e = readdir(d)) && n < 20) {
        list = realloc(list, (size_t)(n + 1) * sizeof *list);
        list[n] = malloc(sizeof *e);
        *list[n++] = *e;
    }
    closedir(d);
    qsort(list, (size_t)n, sizeof *list, (int (*)(const void *, const void *))by_name);
    for (int i = 0; i < n; i++) {
        const char *s = list[i]->d_name;

        snprintf(next, sizeof next, "%s/%s", path, s);
        if (strcmp(s, ".") && strcmp(s, "..") && !stat(next, &st)) {
            if (!strcmp(s, name))
                printf("found %s, %ld bytes\n", next, S_ISREG(st.st_mode) ? (long)st.st_size : -1);
            if (S_ISDIR(st.st_mode))
                find(next, name);
        }
        free(list[i]);
    }
    free(list);
}

static void make(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    fputs(text, f);
    fclose(f);
}

static void folders(void)
{
    mkdir("tree", 0755);
    mkdir("tree/a", 0755);
    mkdir("tree/a/b", 0755);
    make("tree/b", "one\n");
    make("tree/a/x", "");
    make("tree/a/b/b", "three\nlines\nhere\n");
    find("tree", "b");
    printf("rmdir %s\n", rmdir("tree/a") ? strerror(errno) : "?");
}

/* rio: whole counts, and lines, whatever the pieces in which they come. */
struct rio { int fd; ssize_t left; char *at, bytes[7]; };

static int rio_char(struct rio *r, char *c)
{
    while (r->left <= 0) {
        r->left = read(r->fd, r->bytes, sizeof r->bytes);
        if (r->left < 0 && errno == EINTR)
            continue;
        if (r->left <= 0)
            return 0;
        r->at = r->bytes;
    }
    *c = *r->at++;
    r->left--;
    return 1;
}

static void rio(void)
{
    struct rio r = { .fd = -1 };
    char line[64];
    int p[2], n = 0;

    fflush(stdout);
    if (pipe(p))
        exit(1);
    if (fork() == 0) {
        for (int i = 0; i < 4; i++) {
            n = snprintf(line, sizeof line, "line %d has %d bytes%s", i, 10 + i, i == 3 ? "" : "\n");
            for (int k = 0; k < n; k += 5) {
                write(p[1], line + k, (size_t)(n - k < 5 ? n - k : 5));
                usleep(100);
            }
        }
        _exit(0);
    }
    close(p[1]);
    r.fd = p[0];
    for (char c; rio_char(&r, &c);) {
        line[n++] = c;
        if (c == '\n')
            printf("%.*s", n, line), n = 0;
    }
    printf("%.*s (no newline)\n", n, line);
    close(p[0]);
    wait(NULL);
}

/* xargs: a command for each line. */
static void xargs(void)
{
    FILE *f = fopen("tree/a/b/b", "r");
    char line[32];

    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        fflush(stdout);
        if (fork() == 0) {
            char *args[] = { "echo", line, NULL };

            execvp("./no-such-command", args);
            printf("%s %s: %s\n", args[0], args[1], strerror(errno));
            fflush(stdout);
            _exit(3);
        }
        int status;
        wait(&status);
        printf("status %d\n", WEXITSTATUS(status));
    }
    fclose(f);
}

static void map_copy(void)
{
    int in = open("tree/a/b/b", O_RDONLY), out = open("tree/copy", O_RDWR | O_CREAT | O_TRUNC, 0644);
    struct stat st;
    char text[32] = "";

    fstat(in, &st);
    ftruncate(out, st.st_size);
    char *from = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, in, 0);
    char *to = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, out, 0);
    memcpy(to, from, (size_t)st.st_size);
    to[0] = 'T';
    msync(to, (size_t)st.st_size, MS_SYNC);
    printf("%d %.5s %.5s\n", (int)pread(out, text, sizeof text, 0), text, from);
    munmap(from, (size_t)st.st_size);
    munmap(to, (size_t)st.st_size);
    close(in);
    close(out);
}

static void clean(void)
{
    static const char *const names[] = { "tree/copy", "tree/a/b/b", "tree/a/x", "tree/b" };

    for (int i = 0; i < 4; i++)
        printf("unlink %d\n", unlink(names[i]));
    printf("rmdir %d\n", rmdir("tree/a/b") || rmdir("tree/a") || rmdir("tree"));
}

/* --- signals --- */

static volatile sig_atomic_t reaped, ticks;
static sigjmp_buf jump;

static void on_child(int signo)
{
    int saved = errno;

    (void)signo;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        reaped++;
    errno = saved;
}

static void children(void)
{
    struct sigaction act = { .sa_handler = on_child, .sa_flags = SA_RESTART };
    sigset_t block, old;

    sigaction(SIGCHLD, &act, NULL);
    sigemptyset(&block);
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, &old);
    for (int i = 0; i < 5; i++)
        if (fork() == 0) {
            usleep((useconds_t)(i * 300));
            _exit(i);
        }
    while (reaped < 5)
        sigsuspend(&old);
    sigprocmask(SIG_SETMASK, &old, NULL);
    int last = (int)wait(NULL);

    printf("reaped %d, and then %d %s\n", (int)reaped, last, strerror(errno));
    signal(SIGCHLD, SIG_DFL);
}

static void on_fault(int signo, siginfo_t *info, void *context)
{
    (void)context;
    siglongjmp(jump, info->si_addr == (void *)16 ? signo : 99);
}

static void jumps(void)
{
    struct sigaction act = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    sigset_t now;

    sigaction(SIGSEGV, &act, NULL);
    for (volatile int i = 0; i < 3; i++) {
        int came = sigsetjmp(jump, 1);

        if (!came)
            *(volatile int *)16 = 1;
        sigprocmask(SIG_BLOCK, NULL, &now);
        printf("from a fault: %d, blocked: %d\n", came, sigismember(&now, SIGSEGV));
    }
    signal(SIGSEGV, SIG_DFL);
}

static void on_tick(int signo)
{
    (void)signo;
    ticks++;
}

static void timers(void)
{
    struct itimerval it = { { 0, 2000 }, { 0, 2000 } };
    struct timespec t = { 0, 50000000 }, left = { 9, 9 };
    struct itimerspec spec = { { 0, 0 }, { 0, 3000000 } };
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
    timer_t id;

    signal(SIGALRM, on_tick);
    signal(SIGUSR1, on_tick);
    setitimer(ITIMER_REAL, &it, NULL);
    while (ticks < 5)
        pause();
    memset(&it, 0, sizeof it);
    setitimer(ITIMER_REAL, &it, NULL);
    printf("five ticks\n");
    timer_create(CLOCK_MONOTONIC, &event, &id);
    timer_settime(id, 0, &spec, NULL);
    int err = nanosleep(&t, &left);
    printf("nanosleep %d %s, some is left: %d\n", err, strerror(errno), left.tv_sec == 0 && left.tv_nsec > 0);
    timer_delete(id);
    printf("alarm %d\n", (int)alarm(10));
    printf("alarm %d\n", (int)alarm(0));
    printf("sleep %d\n", (int)sleep(0));
}

int main(void)
{
    pingpong();
    primes();
    folders();
    rio();
    xargs();
    map_copy();
    clean();
    fflush(stdout);
    children();
    jumps();
    timers();
    return 0;
}
