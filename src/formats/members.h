/* formats/members.h - members of JSON objects. For results*.c only. */
#ifndef FORMATS_MEMBERS_H
#define FORMATS_MEMBERS_H

#include <formats/text.h>

static inline void key(struct text *t, const char *name, bool first)
{
    text_put(t, first ? "\"" : ", \"");
    text_put(t, name);
    text_put(t, "\": ");
}

static inline void time_member(struct text *t, const char *name, ns_t v, ns_t unit)
{
    key(t, name, false);
    text_time(t, v, unit);
}

static inline void count_member(struct text *t, const char *name, uint64_t v)
{
    key(t, name, false);
    text_count(t, v);
}

static inline void number_member(struct text *t, const char *name, double v)
{
    key(t, name, false);
    text_number(t, v);
}

/* --- results_structure.c --- */

/* Members that sum up over all ways. */
void results_crossings(struct text *t, const struct results_structure *s, ns_t unit);
/* "structure": {...}, and "containment": [...] if there were faults; lines of their own. */
void results_structure_part(struct text *t, const struct results *r);

#endif
