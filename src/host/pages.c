/* pages.c - memory for machines, straight from the host's pager. */
#include <host/pages.h>

#include <sys/mman.h>

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
