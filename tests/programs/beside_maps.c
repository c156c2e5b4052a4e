/* beside_maps.c - a file that is mapped is one file, however it is read and written: by others, by
 * calls, after it was cut or has grown. Run as root in an empty folder of an ext2 file system. */
#include "beside.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

enum { PAGE = 4096, SIZE = 3 * PAGE };

static sigjmp_buf back;
static char buf[SIZE];

static void on_fault(int signo)
{
    siglongjmp(back, signo);
}

/* The byte, or minus the signal that reading, or writing, it brings. */
static long touch(volatile char *at, int value)
{
    int signo = sigsetjmp(back, 1);

    errno = 0;
    if (signo)
        return -signo;
    if (value)
        *at = (char)value;
    return *at;
}
#define LOOK(at) SAY(touch(at, 0))

static char *map(int fd, size_t size, int how)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, how, fd, 0);
}

static long byte_of(int fd, off_t at)
{
    return pread(fd, buf, 1, at) == 1 ? buf[0] : -1;
}

/* Parent and child see what the other does, by the mapping and by calls; a private page does not. */
static void two_processes(void)
{
    int fd = open("m", O_RDWR | O_CREAT | O_TRUNC, 0644), there[2], done[2];
    char *shared, *own;

    part("two processes");
    memset(buf, 'a', SIZE);
    SAY(write(fd, buf, SIZE));
    shared = map(fd, SIZE, MAP_SHARED);
    own = map(fd, SIZE, MAP_PRIVATE);
    own[PAGE] = 'P';
    pipe(there), pipe(done);
    if (fork() == 0) {
        int other = open("m", O_RDWR);

        read(there[0], buf, 1);
        SAY(byte_of(other, 0));
        LOOK(shared);
        SAY(pwrite(other, "WW", 2, PAGE));
        shared[2 * PAGE] = 'C';
        own[1] = 'z';
        write(done[1], "x", 1);
        _exit(0);
    }
    shared[0] = 'S';
    write(there[1], "x", 1);
    read(done[0], buf, 1);
    LOOK(shared + PAGE);
    LOOK(shared + 2 * PAGE);
    LOOK(own + PAGE);
    LOOK(own + PAGE + 1);
    LOOK(own + 1);
    SAY(byte_of(fd, 2 * PAGE));
    SAY(wait(NULL) > 0);
    munmap(shared, SIZE), munmap(own, SIZE);
    close(fd);
}

/* What is behind the end is no page, and no byte of the file when it grows again. */
static void sizes(void)
{
    int fd = open("m", O_RDWR);
    char *shared = map(fd, SIZE + PAGE, MAP_SHARED), *own = map(fd, SIZE, MAP_PRIVATE);

    part("cut, and grown");
    SAY(touch(shared + SIZE, 'x'));
    own[PAGE] = 'P';
    SAY(ftruncate(fd, 5000));
    LOOK(shared + 2 * PAGE);
    LOOK(own + 2 * PAGE);
    LOOK(own + PAGE);
    LOOK(shared + 4999);
    LOOK(shared + 5001);
    SAY(touch(shared + 5001, 'T'));
    SAY(ftruncate(fd, SIZE));
    LOOK(shared + 5001);
    SAY(byte_of(fd, 5001));
    LOOK(shared + 2 * PAGE);
    SAY(ftruncate(fd, 5000));
    SAY(touch(shared + 5001, 'T'));
    SAY(pwrite(fd, "x", 1, 6000));
    LOOK(shared + 5001);
    LOOK(shared + 6000);
    SAY(byte_of(fd, 5001));
    SAY(msync(shared, SIZE, MS_SYNC));
    SAY(ftruncate(fd, 0));
    LOOK(shared);
    SAY(ftruncate(fd, PAGE));
    LOOK(shared);
    SAY(touch(shared + 1, 'Q'));
    SAY(byte_of(fd, 1));
    SAY(unlink("m"));
    close(fd);
    SAY(touch(shared + 2, 'U'));
    LOOK(shared + 1);
    munmap(shared, SIZE + PAGE);
}

static void appending(void)
{
    int fd = open("n", O_RDWR | O_CREAT, 0644), more = open("n", O_WRONLY | O_APPEND);
    char *shared;

    part("appended");
    SAY(write(fd, "hello", 5));
    shared = map(fd, PAGE, MAP_SHARED);
    LOOK(shared + 4);
    LOOK(shared + 5);
    SAY(write(more, "world", 5));
    LOOK(shared + 9);
    SAY(touch(shared, 'H'));
    SAY(fsync(fd));
    munmap(shared, PAGE);
    SAY(size_of("n"));
    SAY(pread(fd, buf, 100, 0));
    SAY(memcmp(buf, "Helloworld", 10));
    close(fd), close(more);
}

static void (*const parts[])(void) = {
    two_processes, sizes, appending,
};

int main(void)
{
    signal(SIGBUS, on_fault);
    return in_order(parts, sizeof parts / sizeof *parts);
}
