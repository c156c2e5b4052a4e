/* mapped.c - files in memory: everything that must hold, by a program that says what does not.
 * Argument: how often the random part goes on. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, SIZE = 3 * PAGE + 100 };

static int failures;
static sigjmp_buf home;
static volatile int code;

#define CHECK(cond) \
    ((cond) ? (void)0 : (void)(failures++, printf("line %d: not so: %s\n", __LINE__, #cond)))

static void on_bus(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    code = info->si_code;
    siglongjmp(home, 1);
}

static char byte_of(int i)
{
    return (char)(i * 7 + i / 251);
}

static int make(const char *path, int size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    char buf[512];

    for (int at = 0; at < size; at += (int)sizeof buf) {
        int n = size - at < (int)sizeof buf ? size - at : (int)sizeof buf;

        for (int i = 0; i < n; i++)
            buf[i] = byte_of(at + i);
        CHECK(write(fd, buf, (size_t)n) == n);
    }
    return fd;
}

static char at(int fd, int where)
{
    char c = 0;

    CHECK(pread(fd, &c, 1, where) == 1);
    return c;
}

static void shared(void)
{
    int fd = make("/s", SIZE);
    char *m = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *n = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);

    CHECK(m != MAP_FAILED && n != MAP_FAILED && m != n);
    for (int i = 0; i < SIZE; i += 37)
        CHECK(m[i] == byte_of(i));
    CHECK(m[SIZE] == 0);                        /* the rest of the last page */
    m[5] = 'm';
    CHECK(n[5] == 'm' && at(fd, 5) == 'm');     /* at once, for all */
    CHECK(pwrite(fd, "w", 1, PAGE + 1) == 1);
    CHECK(m[PAGE + 1] == 'w' && n[PAGE + 1] == 'w');
    CHECK(msync(m, SIZE, MS_SYNC) == 0);
    CHECK(at(fd, 5) == 'm');
    m[2 * PAGE] = 'x';
    m[SIZE] = 'y';                              /* behind the end: nobody's */
    CHECK(munmap(m, SIZE) == 0);
    CHECK(munmap(n, SIZE) == 0);
    CHECK(at(fd, 2 * PAGE) == 'x');
    struct stat st;
    CHECK(fstat(fd, &st) == 0 && st.st_size == SIZE);
    close(fd);
}

static void private(void)
{
    int fd = make("/p", SIZE);
    char *m = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

    CHECK(m != MAP_FAILED && m[PAGE] == byte_of(PAGE));
    m[PAGE] = 'p';
    CHECK(at(fd, PAGE) == byte_of(PAGE));
    CHECK(munmap(m + PAGE, PAGE) == 0);
    CHECK(m[0] == byte_of(0) && m[2 * PAGE + 9] == byte_of(2 * PAGE + 9));
    m = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
    CHECK(m != MAP_FAILED && m[9] == byte_of(2 * PAGE + 9));
    close(fd);
    CHECK(m[10] == byte_of(2 * PAGE + 10));     /* it outlives the descriptor */
}

static void ends(void)
{
    int fd = make("/e", SIZE);
    char *m = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    struct sigaction act = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };

    sigaction(SIGBUS, &act, NULL);
    code = -1;
    if (!sigsetjmp(home, 1))
        CHECK(m[4 * PAGE] == 0);
    CHECK(code == BUS_ADRERR);
    CHECK(write(1, m + 4 * PAGE, 1) == -1 && errno == EFAULT);
    m[2 * PAGE] = 'z';
    CHECK(ftruncate(fd, PAGE + 10) == 0);
    code = -1;
    if (!sigsetjmp(home, 1))
        CHECK(m[2 * PAGE] == 0);
    CHECK(code == BUS_ADRERR);
    CHECK(m[PAGE + 9] == byte_of(PAGE + 9) && m[PAGE + 10] == 0);
    CHECK(ftruncate(fd, 3 * PAGE) == 0);
    CHECK(m[2 * PAGE] == 0 && m[PAGE + 10] == 0);
    CHECK(lseek(fd, 0, SEEK_END) == 3 * PAGE && write(fd, "tail", 4) == 4);
    CHECK(memcmp(m + 3 * PAGE, "tail", 4) == 0);
    munmap(m, 8 * PAGE);
    close(fd);
}

static void forked(void)
{
    int fd = make("/f", SIZE), status;
    char *s = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

    p[1] = 'a';
    if (fork() == 0) {
        s[PAGE] = 'c';
        p[1] = 'b';
        _exit(s[0] == byte_of(0) && p[2] == byte_of(2) ? 0 : 1);
    }
    CHECK(wait(&status) > 0 && status == 0);
    CHECK(s[PAGE] == 'c' && p[1] == 'a');
    if (fork() == 0) {
        s[2 * PAGE + 1] = 'd';
        _exit(0);
    }
    wait(&status);
    munmap(s, SIZE);
    munmap(p, SIZE);
    CHECK(at(fd, PAGE) == 'c' && at(fd, 2 * PAGE + 1) == 'd');
    close(fd);
}

static void refused(void)
{
    int fd = make("/r", 100), only = open("/r", O_RDONLY), out = open("/r", O_WRONLY), ends[2];
    char *m;

    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, out, 0) == MAP_FAILED && errno == EACCES);
    CHECK(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, only, 0) == MAP_FAILED && errno == EACCES);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, 77, 0) == MAP_FAILED && errno == EBADF);
    CHECK(pipe(ends) == 0);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ends[0], 0) == MAP_FAILED && errno == ENODEV);
    m = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, only, 0);
    CHECK(m != MAP_FAILED && mprotect(m, PAGE, PROT_READ | PROT_WRITE) == -1 && errno == EACCES);
    CHECK(msync(m + 1, 1, MS_SYNC) == -1 && errno == EINVAL);
    CHECK(msync(m, PAGE, MS_SYNC | MS_ASYNC) == -1 && errno == EINVAL);
    CHECK(msync(m, 1 << 20, MS_SYNC) == -1 && errno == ENOMEM);
    CHECK(msync(m, PAGE, MS_ASYNC) == 0);
    m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, only, 0);
    CHECK(m != MAP_FAILED);
    m[0] = 1;
    close(fd), close(only), close(out);
    unlink("/r");
    CHECK(m[1] == byte_of(1));
}

/* A copy of the file in an array; whatever is done to one is done to the other. */
static void random_part(int times)
{
    enum { PAGES = 12, BYTES = PAGES * PAGE };
    static char copy[BYTES];
    int fd = make("/x", BYTES);
    char *m[2] = { NULL, NULL }, buf[600];

    for (int i = 0; i < BYTES; i++)
        copy[i] = byte_of(i);
    srand(3);
    for (int t = 0; t < times; t++) {
        int which = rand() % 2, where = rand() % (BYTES - 600), n = 1 + rand() % 600;

        if (!m[which])
            m[which] = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        switch (rand() % 6) {
        case 0:
            memset(buf, t, (size_t)n);
            memcpy(copy + where, buf, (size_t)n);
            CHECK(pwrite(fd, buf, (size_t)n, where) == n);
            break;
        case 1: case 2:
            memset(m[which] + where, t, (size_t)n);
            memset(copy + where, t, (size_t)n);
            break;
        case 3:
            CHECK(pread(fd, buf, (size_t)n, where) == n && !memcmp(buf, copy + where, (size_t)n));
            break;
        case 4:
            CHECK(!memcmp(m[which] + where, copy + where, (size_t)n));
            break;
        default:
            if (rand() % 4 == 0) {
                munmap(m[which], BYTES);
                m[which] = NULL;
            } else if (rand() % 2)
                CHECK(msync(m[which], BYTES, MS_SYNC) == 0);
            break;
        }
    }
    for (int i = 0; i < 2; i++)
        if (m[i])
            munmap(m[i], BYTES);
    for (int i = 0; i < BYTES; i += 600)
        CHECK(pread(fd, buf, BYTES - i < 600 ? BYTES - i : 600, i) > 0 &&
              !memcmp(buf, copy + i, BYTES - i < 600 ? BYTES - i : 600));
    close(fd);
}

int main(int argc, char **argv)
{
    shared();
    private();
    ends();
    forked();
    refused();
    random_part(argc > 1 ? atoi(argv[1]) : 300);
    int fd = open("/left", O_RDWR | O_CREAT, 0644);
    CHECK(ftruncate(fd, PAGE) == 0);
    char *m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    strcpy(m, "written by nobody but the end of the program\n");
    printf("%d failures\n", failures);
    return failures != 0;
}
