/* malloc.h - memory with an alignment, and how much there is at an address. */
#ifndef MALLOC_H
#define MALLOC_H
#include <stdlib.h>
void *memalign(size_t alignment, size_t n);
void *valloc(size_t n);
void *pvalloc(size_t n);
size_t malloc_usable_size(void *p);
#endif
