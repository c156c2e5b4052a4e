/* lab/races_inside.h - the places of accesses, and what is found: for races*.c only. */
#ifndef LAB_RACES_INSIDE_H
#define LAB_RACES_INSIDE_H

#include <lab/races.h>
#include <stat/race.h>

enum { RACES_KEPT = 1000 };     /* pairs of lines; further ones are only counted */

enum site_kind { SITE_READ, SITE_WRITE, SITE_ATOMIC_READ, SITE_ATOMIC_WRITE, SITE_ATOMIC_BOTH,
                 SITE_CALL_READ, SITE_CALL_WRITE };

/* Where in a program an access is made. */
struct site {
    const struct program_config *image;         /* NULL: no program that we know */
    uint32_t pc, from;          /* from: the call, if pc is in the library; 0 */
    uint8_t kind, size;         /* enum site_kind; bytes, 0: as many as a call moves */
    uint32_t next;              /* in its bucket, + 1 */
};

enum { SITE_BUCKETS = 1 << 12, SPOTS = 1 << 14 };

/* What an instruction is, remembered by its address. */
struct spot {
    const struct program_config *image;
    uint32_t pc, word;          /* word 0: nothing is remembered here */
    bool atomic;                /* a load or store that a fence makes atomic */
    bool lined;                 /* it has a source line, so it is no library's */
    uint32_t site;              /* if it is lined */
};

struct sites {
    struct site *at;
    uint32_t n, room;
    uint32_t bucket[SITE_BUCKETS];
    struct spot spot[SPOTS];
    bool failed;                /* no memory */
};

/* The number of this place; the same for the same. */
uint32_t site_number(struct sites *s, struct site what);
/* Has pc of the program a source line? */
bool site_lined(const struct program_config *image, uint32_t pc);

struct found {
    struct results_race *race;  /* RACES_KEPT */
    unsigned n;
    uint64_t left_out;          /* for want of room */
    struct pair { uint32_t a, b; unsigned race; } *pair;        /* sites seen; race: + 1, 0:
                                                                 * not to be reported */
    uint32_t npairs, pairs_room;
};

/* The race of these two, with thread names to be filled in by the caller the first time
 * (then true is returned, and *race is the new one). */
bool found_add(struct found *f, const struct sites *s, const struct race_pair *p,
               struct results_race **race);
void found_free(struct found *f);

#endif
