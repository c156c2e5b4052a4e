/* formats/text.h - putting text together for a writer. For this room's writers. */
#ifndef FORMATS_TEXT_H
#define FORMATS_TEXT_H

#include <formats/results.h>

/* A writer with a buffer in front, that remembers whether it has failed. */
struct text {
    struct text_out *out;
    bool failed;
    size_t n;
    char buf[4096];
};

void text_init(struct text *t, struct text_out *out);
/* For what is no JSON: one piece of at most 1023 bytes, cut off there. False: not written. */
__attribute__((format(printf, 2, 3)))
bool text_out_printf(struct text_out *out, const char *format, ...);
void text_put(struct text *t, const char *s);
void text_bytes(struct text *t, const char *s, size_t n);
void text_int(struct text *t, int64_t v);
/* A JSON integer: a string above 2^53. */
void text_count(struct text *t, uint64_t v);
/* A time in units; "null" for NS_MAX; a string if it is whole and above 2^53 units. */
void text_time(struct text *t, ns_t v, ns_t unit);
void text_number(struct text *t, double x);
/* As a JSON string with its quotes. */
void text_string(struct text *t, const char *s);
/* Bytes of the UTF-8 sequence at `text` (n > 0 bytes are left), 0 if it is invalid: no
 * overlong forms, surrogates, or anything past U+10FFFF (RFC 3629, section 4). */
unsigned utf8_length(const char *text, size_t n);
/* As a CSV field, quoted where it must be. */
void text_field(struct text *t, const char *s);
/* The name of a task as these results have it. Returns buf. */
const char *results_name(const struct results *r, const struct task_metrics *t, char *buf,
                         size_t size);
/* `, "name": value` of argument i of an event; nothing if it has none. */
void event_member(struct text *t, const struct event_words *w, const struct event *e,
                  unsigned i);
/* results_disk.c: the members "power_cuts" and "disk", if there is anything to say. */
void results_blackouts(struct text *t, const struct results *r);
void results_disk(struct text *t, const struct results *r);
/* results_races.c: "races", if somebody looked for them. */
void results_races(struct text *t, const struct results *r);
/* results_memory.c: the member "memory", likewise. */
void results_memory(struct text *t, const struct results *r);
/* results_time.c: the member "over_time", likewise. */
void results_over_time(struct text *t, const struct results *r);
/* Hand over what is left. False if anything failed. */
bool text_end(struct text *t);

#endif
