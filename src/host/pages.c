/* pages.c - memory for machines, straight from the host's pager. */
#include <host/pages.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, ENTRIES = 512, SHARED = 8,
       SMALL = 64 << 10, WARM_HEAP = 56 << 10, WARM_STACK = 44 << 10 };

/* Shared blocks are files without a name; their holes are what was never touched. */
static struct shared { uint8_t *base; size_t size; int fd; } shared[SHARED];

void *pages_map(size_t size)
{
    void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return mem == MAP_FAILED ? NULL : mem;
}

/* A fault costs ten times what a page costs that is brought in among many. */
void pages_warm(void)
{
    char *heap = malloc(1), here;
    char *stack = &here - ((uintptr_t)&here & (PAGE - 1));

    if (heap)                   /* wishes; without them it is just slower */
        (void)madvise(heap - ((uintptr_t)heap & (PAGE - 1)), WARM_HEAP, MADV_POPULATE_WRITE);
    (void)madvise(stack - WARM_STACK, WARM_STACK, MADV_POPULATE_WRITE);
    free(heap);
}

void *pages_map_shared(size_t size)
{
    struct shared *s = shared;

    if (size <= SMALL) {        /* not worth a file: all of it counts as touched */
        void *small = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        return small == MAP_FAILED ? NULL : small;
    }
    while (s < shared + SHARED && s->base)
        s++;
    int fd = s < shared + SHARED ? memfd_create("ossim", MFD_CLOEXEC) : -1;
    if (fd < 0)
        return NULL;
    void *mem = ftruncate(fd, (off_t)size) ? MAP_FAILED
              : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);

    if (mem == MAP_FAILED) {
        close(fd);
        return NULL;
    }
    *s = (struct shared){ mem, size, fd };
    return mem;
}

static const struct shared *shared_with(const void *mem)
{
    const uint8_t *p = mem;

    for (int i = 0; i < SHARED; i++)
        if (shared[i].base && p >= shared[i].base && p < shared[i].base + shared[i].size)
            return &shared[i];
    return NULL;
}

static void forget_shared(const struct shared *s)
{
    close(s->fd);
    shared[s - shared] = (struct shared){ .base = NULL };
}

void *pages_map_large(size_t size)
{
    void *mem = pages_map(size);

    if (mem)                    /* a wish; without, it is just slower */
        (void)madvise(mem, size, MADV_HUGEPAGE);
    return mem;
}

void pages_unmap(void *mem, size_t size)
{
    if (mem && shared_with(mem))
        forget_shared(shared_with(mem));
    if (mem)
        munmap(mem, size);
}

/* The pagemap of this process; a child's is another. -1: there is none to read. */
static int pagemap(void)
{
    static int fd = -1;
    static pid_t whose;

    if (whose != getpid()) {
        if (fd >= 0)
            close(fd);
        whose = getpid();
        fd = sysconf(_SC_PAGESIZE) == PAGE
            ? open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC) : -1;
    }
    return fd;
}

void pages_fence(void *page)
{
    mprotect(page, PAGE, PROT_READ);
}

void pages_clear(void *mem, size_t size)
{
    mprotect(mem, size, PROT_READ | PROT_WRITE);
    memset(mem, 0, size);
}

static void touched_shared(const struct shared *s, const uint8_t *base, size_t npages,
                           uint8_t *map)
{
    off_t first = base - s->base, end = first + (off_t)(npages * PAGE), at = first, hole;

    memset(map, 0, npages);
    while (at < end && (at = lseek(s->fd, at, SEEK_DATA)) >= 0 && at < end) {
        hole = lseek(s->fd, at, SEEK_HOLE);
        if (hole < 0 || hole > end)
            hole = end;
        memset(map + (at - first) / PAGE, 1, (size_t)(hole - at + PAGE - 1) / PAGE);
        at = hole;
    }
}

/* "pagemap, from the userspace perspective" (Linux): bit 63 is set for a page in memory,
 * bit 62 for one in swap. mincore() does not know of swapped ones. */
void pages_touched(const uint8_t *base, size_t npages, uint8_t *map)
{
    uint64_t entry[ENTRIES];
    size_t first = (uintptr_t)base / PAGE;
    const struct shared *s = shared_with(base);
    int fd = s ? -1 : pagemap();

    if (s) {
        touched_shared(s, base, npages, map);
        return;
    }
    memset(map, 1, npages);
    for (size_t at = 0, n; fd >= 0 && at < npages; at += n) {
        n = npages - at < ENTRIES ? npages - at : ENTRIES;
        size_t bytes = n * sizeof *entry;
        if (pread(fd, entry, bytes, (off_t)((first + at) * sizeof *entry)) != (ssize_t)bytes)
            return;
        for (size_t i = 0; i < n; i++)
            map[at + i] = entry[i] >> 62 != 0;
    }
}
