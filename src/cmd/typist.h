/* cmd/typist.h - standard input, typed at the console of one process.
 *
 * Input is read when somebody in the machine waits for it; from a terminal also as it
 * comes, and then virtual time does not run ahead of that of the wall while all sleep.
 * The terminal may be raw: all keys are the machine's, but two (TYPIST_LEAVE, TYPIST_NEXT).
 */
#ifndef CMD_TYPIST_H
#define CMD_TYPIST_H

#include <machine/machine.h>
#include <signal.h>

enum { TYPIST_LEAVE = ']' & 31, TYPIST_NEXT = '^' & 31 };

struct typist {
    struct machine *machine;    /* borrowed */
    uint32_t process;           /* whose console it is */
    bool terminal;              /* standard input is one */
    bool raw;                   /* ...and gives keys rather than lines */
    bool fast;                  /* sleeps take no time of the host's */
    void (*next)(void *ctx);    /* TYPIST_NEXT was pressed; may be NULL */
    void *ctx;
    const volatile sig_atomic_t *called;        /* set by a signal: typing waits no longer; may
                                                 * be NULL */
    bool over;                  /* there will be no more input */
    bool left;                  /* TYPIST_LEAVE was pressed */
    /* Its own: */
    bool early;                 /* a line is there that nobody has asked for */
    bool begun;                 /* the writer of a pipe had its time to begin */
    unsigned steps;
};

/* Is standard input a terminal? */
bool typist_has_terminal(void);
/* Can something be read, or the end of it, within so much time? */
bool typist_readable(ns_t wait);
/* Up to room > 0 bytes that were typed, for the machine; waits for them. 0: the end of them,
 * or a key that is not the machine's, or a signal that ends the run. */
size_t typist_take(struct typist *t, char *buf, size_t room);
/* What is there, or the end; waits for it. Nothing if it has no room. */
void typist_feed(struct typist *t);
/* One turn: type what is to be typed now, then let the machine go on a little. idle: nobody
 * is interested in sleeps any more. False: the run is over. */
bool typist_turn(struct typist *t, bool idle);

#endif
