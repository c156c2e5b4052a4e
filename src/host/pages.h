/* host/pages.h - zeroed, page-aligned memory for machines. */
#ifndef HOST_PAGES_H
#define HOST_PAGES_H

#include <stddef.h>

/* size bytes, zeroed, that cost nothing until they are touched. NULL: no memory. */
void *pages_map(size_t size);
void pages_unmap(void *mem, size_t size);

#endif
