/* stat/race_shadow.h - what is remembered of each word of memory that threads share.
 *
 * A page of cells is made when its page of memory is first used. A word has one cell as
 * long as only whole words are used there, and one for each byte from then on: so two
 * threads that use neighbouring bytes do not seem to meet. 32 bytes a word, 160 split.
 */
#ifndef STAT_RACE_SHADOW_H
#define STAT_RACE_SHADOW_H

#include <stdbool.h>
#include <stdint.h>

/* A thread's index and the value of its own clock in one number; 0: never. */
typedef uint64_t race_epoch;
enum { RACE_CLOCK_BITS = 44 };  /* below; 20 above for the index */

enum race_word {                /* flags of a word */
    WORD_SPLIT = 1,             /* `more` is a group of four cells, one a byte */
    WORD_SYNC = 2,              /* atomic instructions were used on it */
    WORD_KERNEL = 4,            /* the kernel writes it when a thread ends */
    CELL_SHARED = 8,            /* several have read since the last write: `more` is a set */
};

struct race_cell {
    race_epoch write, read;     /* the last of each */
    uint32_t write_site, read_site;
    uint32_t more;              /* number of a set of readers, or of a group of cells */
    uint32_t flags;             /* enum race_word */
};

/* Who has read a cell since it was written; one entry for each index. */
struct race_readers {
    struct race_reader { race_epoch epoch; uint32_t site; } *at;
    uint32_t n, room, next_free;
};

struct race_shadow;

/* NULL: no memory. */
struct race_shadow *shadow_create(void);
void shadow_destroy(struct race_shadow *s);

/* The cell of the word that va is in. NULL: no memory. Stays where it is until it is
 * forgotten. */
struct race_cell *shadow_word(struct race_shadow *s, uint32_t space, uint32_t va);
/* The four cells of a word, which is split now. NULL: no memory. Until the next split. */
struct race_cell *shadow_bytes(struct race_shadow *s, struct race_cell *word);
/* The readers of a cell, which is shared now; its one reader is the first. NULL: no memory.
 * Until the next one is made. */
struct race_readers *shadow_readers(struct race_shadow *s, struct race_cell *c);
/* Nobody has read it. */
void shadow_unread(struct race_shadow *s, struct race_cell *c);
/* Nothing has happened yet at from .. to - 1 (whole words). */
void shadow_forget(struct race_shadow *s, uint32_t space, uint32_t from, uint64_t to);

#endif
