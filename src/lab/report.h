/* lab/report.h - the printed report of a run, and what it says went wrong. */
#ifndef LAB_REPORT_H
#define LAB_REPORT_H

#include <formats/results.h>
#include <machine/peek.h>
#include <stat/audit.h>
#include <stat/incident.h>
#include <stdio.h>

struct guests_books;

struct report {
    const struct results *results;
    struct machine *machine;
    const struct incidents *incidents;
    struct audit *audit;        /* NULL: not asked for */
    unsigned broken;            /* laws that were, when there is an audit */
    const struct guests_books *books;   /* of its guests; NULL: none were kept */
    const char *crash;          /* what a plug-in did, or NULL */
    unsigned races_shown;       /* so many of the results' data races are told */
    const char *races_doubt;    /* races_doubt(), or NULL */
    bool interrupted;
    bool utf8, colour;
    unsigned width;             /* columns, >= 40 */
};

void report_print(const struct report *r, FILE *out);

/* chart.c: one row per hart, one per task if they are few, and an axis. */
void chart_print(const struct report *r, FILE *out);

/* verdict.c: what went wrong, a line each, behind `prefix`. Returns how many lines; 0:
 * the run is as it should be. out may be NULL: only count. */
unsigned verdict_print(const struct report *r, const char *prefix, FILE *out);

/* "program A ended with status 3": did configured task i end badly, being a program? Then
 * buf (VERDICT_PROGRAM bytes are enough) says how. Of the report it takes machine and
 * results, of these config, metrics, end, and fault if there is one. */
enum { VERDICT_PROGRAM = 1024 };
bool verdict_program(const struct report *r, size_t i, char *buf, size_t size);

struct policy_failure;          /* machine/failure.h */
/* "mine.c:41: in pick: read of address 0x8 (not mapped) at TIME" in buf (320 bytes are
 * enough but for long paths). Returns buf. */
const char *failure_text(const struct policy_failure *f, const char *time, char *buf,
                         size_t size);

/* A time for people: exact if it is short, else three decimals. Returns buf. */
const char *short_time(ns_t t, ns_t unit, char *buf, size_t size);
/* The same with its unit: "12.5 ms". Returns buf (64 bytes are enough). */
const char *time_with_unit(const struct config *c, ns_t t, char *buf, size_t size);
/* A mean in ns likewise; "-" for NAN. */
const char *short_mean(double ns, ns_t unit, char *buf, size_t size);
/* Is one of the processes a program? */
bool any_program(const struct config *c);
/* Columns that UTF-8 text takes, when every character takes one. */
size_t text_columns(const char *s);

#endif
