/* host/sandbox.h - a box for the compiler that reads a stranger's source.
 *
 * Layers, each used where the kernel has it: rlimits; no_new_privs; namespaces (user, mount,
 * PID, network, IPC, UTS) in which the file system is what is listed and nothing else, no /proc
 * and no /dev; Landlock, which allows the same paths; seccomp, which refuses the calls that
 * a compiler has no use for. What a box lacks is told, never passed over.
 *
 * What it does not promise: that a compiler is free of bugs; nor to hide from the source how
 * long it took.
 */
#ifndef HOST_SANDBOX_H
#define HOST_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

enum sandbox_layer {
    SANDBOX_RLIMITS,
    SANDBOX_NO_NEW_PRIVS,
    SANDBOX_MOUNTS,             /* namespaces: user and mount, with a root of its own */
    SANDBOX_PROCESSES,          /* namespaces: PID, IPC, UTS */
    SANDBOX_NETWORK,            /* a network namespace with nothing in it */
    SANDBOX_LANDLOCK,
    SANDBOX_SECCOMP,
    SANDBOX_LAYERS
};
const char *sandbox_layer_name(enum sandbox_layer layer);

/* The layers that are to be had here, as a set of bits: found out by entering a box in a
 * child. OSSIM_SANDBOX_WITHOUT="landlock,mounts" leaves some out, for tests. */
unsigned sandbox_probe(void);

/* From now on, children of this process that call sandbox_enter are boxed with these
 * layers (0: none, which is how a process begins). */
void sandbox_use(unsigned layers);
unsigned sandbox_layers(void);

enum { SANDBOX_PATHS = 12 };
struct sandbox_view {
    const char *read[SANDBOX_PATHS];    /* files and folders to read and run; NULL ends */
    const char *write;          /* a folder that may be written to, or NULL */
};

/* In a forked child: enter the box. It may fork once more; the process that returns is the
 * one inside, and its exit status becomes that of the first. False: a layer that was
 * promised failed, and nothing may be run. Without layers it does nothing. */
bool sandbox_enter(const struct sandbox_view *view);

/* For a process that will read what a stranger's source became: no files to write but
 * in one folder (or NULL), no programs to start, no network; reading stays. With the layers in use. */
bool sandbox_drop(const char *write);

#endif
