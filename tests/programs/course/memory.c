/* memory.c - the heap and maps, shared and not. OSTEP, "Memory API". */
#include "common.h"
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

int main(void)
{
    void *p[200];
    unsigned seed = 3;
    size_t n;

    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 200; i++) {
            n = (size_t)rand_r(&seed) % 3000;
            p[i] = malloc(n);
            assert(((uintptr_t)p[i] & 7) == 0);
            memset(p[i], i, n);
        }
        for (int i = 0; i < 200; i++)
            free(p[(i * 77) % 200]);
    }
    int *z = calloc(1000, sizeof *z), sum = 0;
    for (int i = 0; i < 1000; i++)
        sum += z[i];
    printf("zeros %d\n", sum);
    for (int i = 0; i < 1000; i++)
        z[i] = i;
    z = realloc(z, 50000 * sizeof *z);
    for (int i = 0; i < 1000; i++)
        sum += z[i];
    printf("kept %d\n", sum);
    free(z);
    volatile size_t huge = (size_t)-100;
    assert(malloc(huge) == NULL);
    printf("too much: %s\n", strerror(errno));
    void *aligned;
    assert(posix_memalign(&aligned, 256, 100) == 0);
    printf("aligned %d\n", ((uintptr_t)aligned & 255) == 0);
    free(aligned);

    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert(shared != MAP_FAILED && private != MAP_FAILED);
    if (fork() == 0) {
        *shared = 1;
        *private = 1;
        _exit(0);
    }
    wait(NULL);
    printf("shared %d private %d\n", *shared, *private);
    int status;
    if (fork() == 0) {
        mprotect(private, 4096, PROT_READ);
        *private = 2;
        _exit(0);
    }
    wait(&status);
    printf("read only: %d\n", WIFSIGNALED(status));
    munmap(shared, 4096);
    char *old = sbrk(0), *grown = sbrk(8192);
    printf("break %d %d\n", grown == old, (int)((char *)sbrk(0) - old));
    printf("page %ld\n", sysconf(_SC_PAGESIZE));
    return 0;
}
