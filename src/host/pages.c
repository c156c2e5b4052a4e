/* pages.c - memory for machines, straight from the host's pager. */
#include <host/pages.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, ENTRIES = 512 };

void *pages_map(size_t size)
{
    void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return mem == MAP_FAILED ? NULL : mem;
}

void pages_unmap(void *mem, size_t size)
{
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

/* "pagemap, from the userspace perspective" (Linux): bit 63 is set for a page in memory,
 * bit 62 for one in swap. mincore() does not know of swapped ones. */
void pages_touched(const uint8_t *base, size_t npages, uint8_t *map)
{
    uint64_t entry[ENTRIES];
    size_t first = (uintptr_t)base / PAGE;
    int fd = pagemap();

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
