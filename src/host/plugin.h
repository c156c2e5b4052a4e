/* host/plugin.h - policies that students bring along, run natively: schedulers, replacement
 * policies, disk schedulers.
 *
 * A plug-in is trusted not to attack (grading has another way for that), but not
 * to be right. The core checks what it answers; this file sees to it that a crash
 * or an endless loop in it is reported with its name and the op, and that what
 * was measured up to then is not lost.
 *
 *     static void advance(void *ctx) { ... machine_run(...) ... }
 *
 *     if (!plugin_guard_run(advance, &x, &crash))
 *         complain("%s at %s", crash.text, time);     and exit with 1
 */
#ifndef HOST_PLUGIN_H
#define HOST_PLUGIN_H

#include <ossim/err.h>
#include <ossim/iosched.h>
#include <ossim/replace.h>
#include <ossim/sched.h>
#include <stdio.h>

/* What a plug-in may be, and the object that it exports then. */
enum plugin_kind {
    PLUGIN_SCHED,               /* const struct sched_ops ossim_policy */
    PLUGIN_REPLACE,             /* const struct replace_ops ossim_replacement */
    PLUGIN_IOSCHED,             /* const struct iosched_ops ossim_iosched */
};

/* Does a policy as written ("./mine.c:x=1", "native:./mine.so", "mine.c") name a
 * plug-in rather than a built-in policy? */
bool plugin_named(const char *spec);
/* ...and one that is to run as guest code? */
bool plugin_is_guest(const char *spec);

/* Where the list a,b,c of policies has its first end: the comma, or the end of the
 * text. A comma cannot be part of a path. */
const char *plugin_spec_end(const char *list);

/* One that is loaded; it lives until the process ends. Its ops are to be read: name, flags,
 * parameters, and which of them there are. They are called through ports that note which
 * (cmd/native.h). */
struct plugin {
    struct plugin *next;
    void *handle;               /* of dlopen: the same for the same file */
    enum plugin_kind kind;
    const char *name;           /* ops.name, where who watches can read it too */
    union {                     /* a copy of its own; by kind */
        struct sched_ops sched;
        struct replace_ops replace;
        struct iosched_ops iosched;
    } ops;
};

/* The file that a spec names, into path: relative to `dir` unless it is absolute ("" or
 * NULL: the working directory). Where its parameters begin in spec, behind the colon; NULL
 * if the path is too long. */
const char *plugin_path(const char *spec, const char *dir, char *path, size_t size);

/* Does the face of a policy of that kind make sense: ABI, name, the ops that every policy
 * must have, its table of parameters? ops: its exported object. ERR_PLUGIN and diag->text. */
enum err plugin_check_face(enum plugin_kind kind, const void *ops, struct diag *diag);
/* The name of the object that it exports: "ossim_policy". */
const char *plugin_symbol(enum plugin_kind kind);

/* Build the plug-in if need be, load it as one of that kind, and check its face. A relative path is relative to
 * `dir` ("" or NULL: the working directory). *params points into spec, behind the
 * colon ("" if there are none). The same file loaded twice is one plug-in. What the
 * compiler says goes to `messages` (may be NULL). ERR_IO, ERR_PLUGIN, ERR_LIMIT (no
 * memory); diag has file and, for a compiler error, line and column. Not for "guest:"
 * (cmd/guest.h). */
enum err plugin_load(enum plugin_kind kind, const char *spec, const char *dir,
                     FILE *messages, const struct plugin **plugin, const char **params,
                     struct diag *diag);

/* Is any plug-in loaded? Without one a guard is only a call. */
bool plugin_any(void);

struct plugin_crash {
    char policy[64];            /* its name */
    char op[24];                /* "pick"; "" = between two ops */
    int signal;                 /* SIGSEGV...; 0 = it did not return, or asked for
                                 * more memory than there is */
    char text[192];             /* "policy mine crashed (SIGSEGV) in pick" */
};

/* Call run(ctx). True if it returned. False if a plug-in crashed or kept an op for
 * longer than plugin_time_limit(): `run` was left in the middle, so of a machine that
 * it advanced only what the subscribers have collected may still be used, and
 * machine_now() and machine_stop() (under a guard of its own). machine_size() and
 * machine_init() ask the policy too: call them under a guard as well. A crash
 * outside any guard ends the process with a message and status 1. Not for use
 * from several threads; a guard within a guard is only a call. */
bool plugin_guard_run(void (*run)(void *ctx), void *ctx, struct plugin_crash *crash);

/* Seconds of wall-clock time that one op may take: 10, or $OSSIM_PLUGIN_SECONDS;
 * 0 = no limit, which is also so under a debugger. */
unsigned plugin_time_limit(void);

#endif
