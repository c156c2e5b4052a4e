/* sched/phrase.h - a few words about a task, for `explain`; the core has no printf. */
#ifndef SCHED_PHRASE_H
#define SCHED_PHRASE_H

#include <ossim/types.h>
#include <sched/fifo.h>

struct phrase { char *at, *end; };      /* end: where the NUL must fit */

static inline struct phrase phrase_in(char *buf, size_t size)
{
    *buf = '\0';
    return (struct phrase){ buf, buf + size - 1 };
}

static inline void phrase_text(struct phrase *p, const char *text)
{
    while (*text && p->at < p->end)
        *p->at++ = *text++;
    *p->at = '\0';
}

static inline void phrase_number(struct phrase *p, int64_t n)
{
    char digits[24], *d = digits + sizeof digits - 1;
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    *d = '\0';
    do
        *--d = (char)('0' + u % 10);
    while (u /= 10);
    if (n < 0)
        *--d = '-';
    phrase_text(p, d);
}

/* n / whole with up to three decimals, the rest cut off; whole >= 1. */
static inline void phrase_ratio(struct phrase *p, int64_t n, int64_t whole)
{
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n, w = (uint64_t)whole;
    uint64_t part = (uint64_t)((unsigned __int128)(u % w) * 1000 / w);
    char decimals[] = { '.', (char)('0' + part / 100), (char)('0' + part / 10 % 10),
                        (char)('0' + part % 10), '\0' };

    if (n < 0)
        phrase_text(p, "-");
    phrase_number(p, (int64_t)(u / w));
    for (int i = 3; i > 0 && decimals[i] == '0'; i--)
        decimals[i] = '\0';
    if (decimals[1])
        phrase_text(p, decimals);
}

/* 1st, 2nd, 3rd, 4th ... 11th */
static inline void phrase_ordinal(struct phrase *p, uint32_t n)
{
    static const char *const suffix[] = { "th", "st", "nd", "rd" };

    phrase_number(p, n);
    phrase_text(p, suffix[n % 10 > 3 || n / 10 % 10 == 1 ? 0 : n % 10]);
}

/* Which place in its list: counted up to a thousand, lest looking be dear. */
static inline void phrase_place(struct phrase *p, const struct fifo_link *links, tid_t tid)
{
    uint32_t n = 1;

    for (; n < 1000 && links[tid].prev != TID_NONE; n++)
        tid = links[tid].prev;
    if (links[tid].prev == TID_NONE)
        phrase_ordinal(p, n);
    else
        phrase_text(p, "behind 999 others");
}

#endif
