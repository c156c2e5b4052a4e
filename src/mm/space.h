/* mm/space.h - the words for a process's memory: where things stand in it, the rights to a
 * page, and what comes of asking. What a space is made of, aspace.h knows, for mm and the
 * kernel's mem service alone.
 */
#ifndef MM_SPACE_H
#define MM_SPACE_H

#include <cpu/mmu.h>

#define USER_TOP        0xc0000000u
#define TRAMPOLINE_VA   (USER_TOP - PAGE_SIZE)
#define STACK_TOP       TRAMPOLINE_VA
/* Where no wall is between users and kernel: the pages of the services, to read and to
 * write, in the order of service.def. Not of the space's own regions. */
#define COMMON_VA       USER_TOP
#define STACK_LIMIT     0x800000u       /* 8 MiB: touching what is below is a fault */
#define STACK_GAP       0x100000u       /* 1 MiB that mmap keeps off the stack */
#define MMAP_TOP        (STACK_TOP - STACK_LIMIT - STACK_GAP)
#define USER_BOTTOM     PAGE_SIZE       /* page 0 is never mapped */

enum region_flags {
    REGION_READ = 1, REGION_WRITE = 2, REGION_EXEC = 4,         /* as PROT_* */
    REGION_PROT = 7,
    REGION_SHARED = 8,          /* forks see each other's writes */
    REGION_HEAP = 16, REGION_STACK = 32,
    REGION_KEPT_READABLE = 64,  /* of a file that was not opened for writing: it cannot become
                                 * writable */
};

/* Set in region.object of a file; the rest is what the kernel calls it. */
#define REGION_FILE 0x80000000u

/* Who made or changed a region, besides the calls of programs, by their numbers. */
enum { MM_BY_LOADER = 0xffff };

/* What came of a request. */
enum mm_result {
    MM_OK,
    MM_NO_MEMORY,               /* no frame, region or space is left */
    MM_NOT_MAPPED,              /* no region there */
    MM_NOT_ALLOWED,             /* the region's rights forbid it */
    MM_IO_ERROR,                /* the page could not be read */
    MM_PAST_END,                /* the file ends before it */
    MM_MISALIGNED,              /* whatever is there: an atomic access needs its alignment */
    MM_WAIT,                    /* nothing changed; ask again later */
};

struct aspace;                  /* a space */

#endif
