/* host/cc.h - a compiler as a child process: run, its words kept, its results named.
 *
 * What building plug-ins for this machine (compile.h) and programs for the simulated one
 * (guest_cc.h) share. It knows no flags and no places.
 */
#ifndef HOST_CC_H
#define HOST_CC_H

#include <ossim/err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses of our own: there is no such program; it could not be run, or was killed. */
enum { CC_MISSING = 127, CC_FAILED = 126 };

struct cc_call {
    const char *const *argv;    /* ends in NULL; argv[0] is looked for in PATH */
    const char *messages;       /* file that takes its stderr; made anew */
    /* In the child, before the program: a box to enter. NULL: none. May not return. */
    void (*enter)(const void *ctx);
    const void *ctx;
};

/* 128 bits that name a result: 64-bit FNV-1a, twice with different starts. */
struct cc_key { uint64_t a, b; };
#define CC_KEY_START { UINT64_C(0xcbf29ce484222325), 1 }

void cc_key_add(struct cc_key *k, const void *bytes, size_t n);
/* n words, or as many as there are before a NULL. */
void cc_key_add_words(struct cc_key *k, const char *const *words, size_t n);

/* Run it to its end; its exit status. What it prints is lost, or goes into the key, and the
 * first of it into `text` (which may be NULL), ended by NUL. */
int cc_run(const struct cc_call *c);
int cc_run_into(const struct cc_call *c, struct cc_key *k, char *text, size_t size);

/* Repeat a file of messages, as far as people read. `to` may be NULL. */
void cc_pass_on(const char *file, FILE *to);

/* What a file of messages says first: the text after "error: ", and its place, if it has
 * one, into *diag. CC_UNRESOLVED: it does not link, and text is the linker's. */
enum cc_error { CC_NO_ERROR, CC_ERROR, CC_UNRESOLVED };
enum cc_error cc_first_error(const char *file, struct diag *diag, char *text, size_t size);

#endif
