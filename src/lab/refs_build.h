/* lab/refs_build.h - a reference string being made. For refs*.c only. */
#ifndef LAB_REFS_BUILD_H
#define LAB_REFS_BUILD_H

#include <lab/refs.h>

struct refs_build {
    struct refs *r;
    size_t room;                /* entries of r->ref */
    uint32_t *table;            /* page + 1, by hash of its number; 0: empty */
    uint32_t table_bits, number_room;
    bool failed;                /* no memory, or too long */
};

void refs_build_start(struct refs_build *b, struct refs *r);
void refs_build_add(struct refs_build *b, uint64_t number, bool write);
/* Frees what is not part of the string. False if anything failed: r is empty. */
bool refs_build_end(struct refs_build *b);

#endif
