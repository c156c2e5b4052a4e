/* ossim/replace.h - what a replacement policy owes the cache it serves, and may rely on.
 *
 * A cache has slots: page frames, or buffers of disk blocks. A policy decides which slot
 * is given up when room is needed; what a slot holds it knows only as a key. One
 * instance serves one pool of slots: all of memory, or those of one process. The core
 * owns the memory: zeroed, flat, best linked by slot number, so that it can be copied and
 * rewound. An op may not allocate, do I/O or read a clock. The core checks every answer;
 * an impossible one is an event, and replaced by a good one: a policy may lose, never
 * corrupt.
 *
 * The life of a slot as a policy sees it:
 *
 *     insert --> [bits are set by references; touched, scan] --> victim --> remove
 *                                                                     \
 *                                       (dropped: freed, unmapped) --> remove
 *
 * What an operating system can know of references is the accessed bit and the dirty bit
 * of each page, at the times when it looks. Those are in a table that the core owns and
 * the policy reads; it clears the accessed bits. A policy that needs to be told of each
 * reference is an instrument (REPLACE_EXACT), not something to run on page frames; for
 * buffers, where every use is a call, it is as real as any. A core that cannot see each
 * reference calls `touched` for the accessed slots before each scan instead.
 *
 * A plug-in is one .c file that includes this header and ends with
 *
 *     const struct replace_ops ossim_replacement = { .abi = REPLACE_ABI, ... };
 */
#ifndef OSSIM_REPLACE_H
#define OSSIM_REPLACE_H

#include <ossim/sched.h>        /* for the table of parameters */
#include <ossim/types.h>

enum { REPLACE_ABI = 1 };       /* bumped when anything below changes */

/* A frame or a buffer: 0 .. nslots - 1. */
typedef uint32_t slot_t;
#define SLOT_NONE UINT32_MAX

#define REPLACE_NEVER UINT64_MAX        /* of replace_page.next: not used again */

enum replace_bit {
    REPLACE_ACCESSED = 1,       /* referenced since the policy cleared this */
    REPLACE_DIRTY = 2,          /* written since it was last clean; the core's alone */
    REPLACE_PINNED = 4,         /* may not be a victim now; the core's alone */
    REPLACE_CLEAN_SOON = 8,     /* the policy's wish that the slot be written back; the
                                 * core clears it when that is done, or not to be */
};

struct replace_bits {
    uint8_t *of;                /* by slot */
    /* Brings of[slot] up to date from where the hardware keeps the bits: an accessed bit
     * there moves here. NULL: the table is always up to date. */
    void (*gather)(void *self, slot_t slot);
    void *self;
};

struct replace_params {         /* constant for the whole run */
    slot_t nslots;              /* >= 1, over all pools */
    uint64_t nkeys;             /* keys are below this; 0: any number */
    ns_t interval;              /* ns between scans, >= 1: the parameter `interval`, or
                                 * what the core takes for it */
    ns_t time_unit;             /* ns; one reference, where there is no other time */
    uint64_t seed;              /* the only randomness an op may use */
    struct replace_bits bits;   /* init may keep a copy */
    void *slots;                /* slot_size bytes a slot, zeroed, shared by the pools (a
                                 * slot is in one at most); NULL if slot_size is 0.
                                 * Valid for the whole run: init may keep it. */
    struct sched_value value[SCHED_MAX_PARAMS];
};

struct replace_page {           /* what comes into a slot; gone when the op returns */
    uint64_t key;               /* the same page or block has always the same */
    uint64_t next;              /* REPLACE_FORESIGHT: number of the reference at which it
                                 * is used next, or REPLACE_NEVER */
    tid_t owner;                /* on whose behalf; TID_NONE: nobody's */
    bool ahead;                 /* read ahead: not referenced yet */
};

enum replace_why {
    REPLACE_EVICTED,            /* to make room: its key may come back */
    REPLACE_DROPPED,            /* its contents are no more: forget the key */
};

enum replace_flags {
    REPLACE_EXACT = 1,          /* needs `touched` at each reference: an instrument */
    REPLACE_FORESIGHT = 2,      /* needs `next`: only for strings known beforehand */
};

struct replace_ops {
    unsigned abi;               /* REPLACE_ABI */
    const char *name;           /* as a config file writes it: [a-z0-9-]+ */
    const char *source;         /* the book section or paper this follows */
    const char *about;          /* optional: one line for `ossim list replacement` */
    unsigned flags;             /* enum replace_flags */
    const struct policy_param *params;   /* optional: ends with name == NULL */

    /* Bytes of state for one pool, >= 1. Pure. */
    size_t (*state_size)(const struct replace_params *p);
    /* Optional. Bytes for each slot, shared by all pools. Pure. */
    size_t (*slot_size)(const struct replace_params *p);
    /* Turn zeroed memory into an empty pool. */
    void (*init)(void *pool, const struct replace_params *p);

    /* slot, in no pool, now holds page. Its bits are as the reference that brought it
     * in leaves them: accessed, unless `ahead`; dirty if it wrote. The policy may
     * clear the accessed bit: then that reference does not count. */
    void (*insert)(void *pool, slot_t slot, const struct replace_page *page, ns_t now);
    /* A slot to give up; it stays in until `remove`. incoming: what needs the room, or
     * NULL. SLOT_NONE iff all slots of the pool are pinned. */
    slot_t (*victim)(void *pool, const struct replace_page *incoming, ns_t now);
    /* slot leaves; it need not have been a victim. */
    void (*remove)(void *pool, slot_t slot, enum replace_why why, ns_t now);

    /* With REPLACE_EXACT. slot was referenced, after its insert. */
    void (*touched)(void *pool, slot_t slot, uint64_t next, ns_t now);
    /* Optional. Called every `interval`. */
    void (*scan)(void *pool, ns_t now);
    /* Optional. The pool may hold `capacity` slots from now on, >= 1; nslots before. */
    void (*resize)(void *pool, slot_t capacity);
    /* Optional, for views: in a few words where slot stands ("inactive", "counter 96"),
     * into buf[0 .. size-1], size >= 32, ended by a NUL. */
    void (*explain)(const void *pool, slot_t slot, char *buf, size_t size);
};

/* What a policy did wrong: `a` of EV_POLICY_FAULT. `b` is the bad answer. */
enum replace_fault {
    REPLACE_FAULT_NO_SUCH_SLOT = 16,    /* chose a slot that does not exist */
    REPLACE_FAULT_NOT_HERE,             /* chose one that is empty or in another pool */
    REPLACE_FAULT_PINNED,               /* chose one that may not be given up */
    REPLACE_FAULT_NONE,                 /* chose none though some could be */
    REPLACE_FAULT_CRASH,                /* the plug-in crashed or did not return */
    REPLACE_FAULT_BITS,                 /* cleared a bit that is the core's alone */
};

/* The bits of slot as they are now. */
static inline unsigned replace_bits_get(const struct replace_bits *b, slot_t slot)
{
    if (b->gather)
        b->gather(b->self, slot);
    return b->of[slot];
}

/* Was slot referenced since this was last asked? */
static inline bool replace_test_and_clear(const struct replace_bits *b, slot_t slot)
{
    bool accessed = replace_bits_get(b, slot) & REPLACE_ACCESSED;

    if (accessed)
        b->of[slot] = (uint8_t)(b->of[slot] & ~REPLACE_ACCESSED);
    return accessed;
}

static inline bool replace_pinned(const struct replace_bits *b, slot_t slot)
{
    return b->of[slot] & REPLACE_PINNED;
}

/* The value of parameter i, or `otherwise` if it has none. */
static inline int64_t replace_param_get(const struct replace_params *p, unsigned i,
                                        int64_t otherwise)
{
    return p->value[i].n ? p->value[i].v[0] : otherwise;
}

#endif
