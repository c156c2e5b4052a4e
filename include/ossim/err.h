/* ossim/err.h - how a user's mistake travels upward.
 *
 * Guest mistakes are data (negative errno values), our own are CHECK(); this is
 * the third kind: a file, an option or a plug-in that the user gave is wrong.
 */
#ifndef OSSIM_ERR_H
#define OSSIM_ERR_H

enum err {
    ERR_OK = 0,
    ERR_USAGE,                  /* the command line is wrong */
    ERR_INPUT,                  /* a file's contents are wrong */
    ERR_IO,                     /* the host cannot read or write a file */
    ERR_LIMIT,                  /* valid, but more than ossim can hold */
    ERR_PLUGIN,                 /* a plug-in does not build, load or fit */
    ERR_UNSUPPORTED,            /* known, but not in this version */
};

/* Where the mistake is and what it is. Filled by whoever returns an error;
 * printed as FILE:LINE:COL: error: PATH: TEXT. Owned by the caller. */
struct diag {
    char file[256];             /* "" = no file (an option, say) */
    unsigned line, col;         /* from 1; 0 = unknown */
    char path[256];             /* JSON pointer, "" = none */
    char text[512];             /* what is wrong (what was expected) */
};

#endif
