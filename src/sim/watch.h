/* sim/watch.h - policies that may crash, and memory for them.
 *
 * A port for those in the core that call the ops of a replacement policy or a disk
 * scheduler: of a plug-in, somebody outside wants to know which op is being called, and
 * where it may not write. Built-in policies have no watch, and cost a test of a pointer.
 */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include <sim/arena.h>
#include <stdbool.h>

struct op_watch {
    /* `op` (a literal) is about to be called, or has returned. */
    void (*enter)(void *self, const char *op);
    void (*leave)(void *self);
    /* `op` has asked for `size` bytes; need not return if that is more than `limit`. */
    void (*size)(void *self, const char *op, size_t size, size_t limit);
    /* A page of 4 KiB beside the policy's memory that nobody needs. */
    void (*fence)(void *self, void *page);
};

struct op_watched {
    const struct op_watch *ops; /* NULL: nobody watches */
    void *self;
};

static inline void watched_enter(const struct op_watched *w, const char *op)
{
    if (__builtin_expect(w->ops != NULL, 0))
        w->ops->enter(w->self, op);
}

static inline void watched_leave(const struct op_watched *w)
{
    if (__builtin_expect(w->ops != NULL, 0))
        w->ops->leave(w->self);
}

static inline void watched_size(const struct op_watched *w, const char *op, size_t size,
                                size_t limit)
{
    if (w->ops)
        w->ops->size(w->self, op, size, limit);
}

/* n pieces of `size` bytes, zeroed, *stride bytes apart; NULL when measuring, or if size is
 * 0. Unfenced they are 64-aligned if size is a multiple of that. Fenced, a piece ends at a
 * page's end, and there is a page more before the first and behind each: then size has to be
 * a multiple of PIECE_FENCED. */
enum { PIECE_ALIGN = 64, PIECE_FENCED = 16 };
uint8_t *pieces_take(struct arena *a, size_t size, size_t n, bool fenced, size_t *stride);
/* Tell the fences of n pieces that pieces_take gave. */
void pieces_fence(uint8_t *first, size_t size, size_t n, size_t stride,
                  void (*fence)(void *self, void *page), void *self);
/* `size` as pieces_take wants it. */
size_t pieces_size(size_t size, bool fenced);

#endif
