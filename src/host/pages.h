/* host/pages.h - zeroed, page-aligned memory for machines. */
#ifndef HOST_PAGES_H
#define HOST_PAGES_H

#include <stddef.h>
#include <stdint.h>

/* size bytes, zeroed, that cost nothing until they are touched. NULL: no memory. */
void *pages_map(size_t size);
/* The same, and a child's stores are ours: what it leaves behind can be read. */
void *pages_map_shared(size_t size);
/* The same for what will be filled soon and from the start on: it comes in large pieces,
 * where the system has them, since bringing in page by page costs more than filling it. */
void *pages_map_large(size_t size);
/* Brings in at once what of heap and stack even a small run touches. Call it first. */
void pages_warm(void);
void pages_unmap(void *mem, size_t size);

/* Let nobody write to the page of 4 KiB; reading it stays. Not for memory whose owner has
 * larger pages, or that is not aligned: then nothing happens. */
void pages_fence(void *page);
/* Zeroes again, fences gone. */
void pages_clear(void *mem, size_t size);

/* map[i] = 0 for each of npages pages of 4 KiB from base that was certainly never touched,
 * else 1. base is page aligned. */
void pages_touched(const uint8_t *base, size_t npages, uint8_t *map);

#endif
