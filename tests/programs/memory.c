/* memory.c - heap, mappings, rights, and copies on write. */
#include "sys.h"

static long map(long va, long size, int prot, int flags)
{
    return SYS(NR_mmap, va, size, prot, flags, -1, 0);
}

static int faults(void (*fn)(volatile char *), volatile char *p)
{
    int status = 0;
    long pid = fork_();

    if (pid == 0) {
        fn(p);
        exit_(0);
    }
    wait_for(pid, &status);
    return status;
}

static void load(volatile char *p) { (void)*p; }
static void store(volatile char *p) { *p = 1; }
static void jump(volatile char *p) { ((void (*)(void))p)(); }

static void heap(void)
{
    long start = SYS(NR_brk, 0);

    WANT(SYS(NR_brk, start + 10000), start + 10000);
    char *p = (char *)start;
    for (int i = 0; i < 10000; i++)
        WANT(p[i], 0);
    p[9999] = 5;
    WANT(SYS(NR_brk, start), start);
    WANT(SYS(NR_brk, start + 10000), start + 10000);
    WANT(p[9999], 0);           /* given back means zeroed again */
    WANT(SYS(NR_brk, 16), start + 10000);
    WANT(SYS(NR_brk, start), start);
}

static void mappings(void)
{
    long a = map(0, 5 * 4096, 3, 0x22), b;
    volatile char *p = (char *)a;

    WANT(a < 0 && a > -4096, 0);
    p[0] = 1;
    p[3 * 4096] = 3;
    WANT(SYS(NR_munmap, a + 4096, 4096), 0);
    WANT(faults(load, p + 4096), SIGSEGV);
    WANT(p[3 * 4096], 3);
    WANT(SYS(NR_mprotect, a, 8192, 1), -ENOMEM);        /* a hole */
    WANT(SYS(NR_mprotect, a + 8192, 8192, 1), 0);
    WANT(faults(load, p + 3 * 4096), 0);
    WANT(faults(store, p + 3 * 4096), SIGSEGV);
    WANT(SYS(NR_mprotect, a + 8192, 8192, 3), 0);
    p[3 * 4096] = 4;
    WANT(faults(jump, p + 3 * 4096), SIGSEGV);
    b = map(a, 4096, 3, 0x100022);      /* NOREPLACE */
    WANT(b, -EEXIST);
    b = map(a, 4096, 3, 0x32);          /* FIXED */
    WANT(b, a);
    WANT(p[0], 0);
    WANT(SYS(NR_munmap, a, 5 * 4096), 0);
    WANT(SYS(NR_munmap, a + 1, 4096), -EINVAL);
    WANT(map(0, 0, 3, 0x22), -EINVAL);
    WANT(map(0, 4096, 3, 0x20), -EINVAL);
    WANT(map(0, 0x7fffffff, 3, 0x22), -ENOMEM);
    WANT(SYS(NR_mmap, 0, 4096, 3, 2, 77, 0), -EBADF);
}

static void none_at_all(void)
{
    long a = map(0, 4096, 0, 0x22);
    volatile char *p = (char *)a;

    WANT(faults(load, p), SIGSEGV);
    WANT(SYS(NR_mprotect, a, 4096, 3), 0);
    *p = 7;
    WANT(SYS(NR_mprotect, a, 4096, 0), 0);
    WANT(faults(load, p), SIGSEGV);
    WANT(SYS(NR_write, 1, a, 1), -EFAULT);
    WANT(SYS(NR_mprotect, a, 4096, 1), 0);
    WANT(*p, 7);
    SYS(NR_munmap, a, 4096);
}

static void copy_on_write(void)
{
    static volatile int words[3000];
    int status = 0;

    for (int i = 0; i < 3000; i++)
        words[i] = i;
    long pid = fork_();
    if (pid == 0) {
        for (int i = 0; i < 3000; i += 2)
            words[i] = -i;
        sleep_ms(2);
        for (int i = 0; i < 3000; i++)
            WANT(words[i], i % 2 ? i : -i);
        exit_(0);
    }
    for (int i = 1; i < 3000; i += 2)
        words[i] = i + 100000;
    wait_for(pid, &status);
    WANT(status, 0);
    for (int i = 0; i < 3000; i++)
        WANT(words[i], i % 2 ? i + 100000 : i);
}

static void shared(void)
{
    volatile int *p = (int *)map(0, 3 * 4096, 3, 0x21);
    int status = 0;

    p[0] = 1;
    long pid = fork_();
    if (pid == 0) {
        p[0]++;
        p[2048] = 9;            /* a page that nobody had touched */
        exit_(0);
    }
    wait_for(pid, &status);
    WANT(p[0], 2);
    WANT(p[2048], 9);
}

/* A pipe's data arrives in a page that is still shared with the parent. */
static void kernel_copies_too(void)
{
    static char buf[8192] = { 1 };
    int fd[2], status = 0;

    WANT(SYS(NR_pipe2, fd, 0), 0);
    long pid = fork_();
    if (pid == 0) {
        SYS(NR_write, fd[1], "abc", 3);
        WANT(SYS(NR_read, fd[0], buf, 3), 3);
        WANT(buf[2], 'c');
        exit_(0);
    }
    wait_for(pid, &status);
    WANT(status, 0);
    WANT(buf[0], 1);
    WANT(buf[2], 0);
}

static void rights(void)
{
    extern int main(void);

    WANT(faults(store, (volatile char *)main), SIGSEGV);        /* text is read-only */
    WANT(faults(load, (volatile char *)0), SIGSEGV);
    WANT(faults(load, (volatile char *)0xbffff000), 0);         /* the return page */
    WANT(faults(store, (volatile char *)0xbffff000), SIGSEGV);
    WANT(faults(load, (volatile char *)0xc0000000), SIGSEGV);
    WANT(SYS(NR_read, 0, main, 1) == 1, 0);
}

int main(void)
{
    heap();
    mappings();
    none_at_all();
    copy_on_write();
    shared();
    kernel_copies_too();
    rights();
    print("ok\n");
    return 0;
}
