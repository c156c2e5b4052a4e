/* cmd/options.h - the options that commands share, as one struct.
 *
 * A command gives its extra options, if any, and gets back what was asked for.
 * What is wrong with the command line has been said on stderr.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <ossim/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_SETS = 64, OPTIONS_POLICIES = 64, OPTIONS_CC = 64,
       OPTIONS_STRUCTURES = 32, OPTIONS_FRAMES = 64, OPTIONS_FAULTS = 32, OPTIONS_CURVES = 16 };

/* Which of the shared options a command takes; others are refused. */
enum options_for {
    OPTIONS_RUN = 1,            /* run, and the TUI */
    OPTIONS_COMPARE = 2,
    OPTIONS_LOAD = 4,           /* commands that only read a workload */
    OPTIONS_GRADE = 16,         /* with OPTIONS_LOAD: many submissions at a time */
    OPTIONS_EXEC = 8,           /* exec: the first word that is no option ends them */
};

struct options {
    /* Changes to the workload, in order: path "/kernel/scheduler", value JSON text
     * (or a bare word, which then is a string). --sched (of run), --cpus, --frames
     * and --seed are among them. Owned by the struct. */
    struct option_set { char *path, *value; } set[OPTIONS_SETS];
    unsigned nsets;
    char *policies[OPTIONS_POLICIES];   /* --sched, split at its commas; owned */
    unsigned npolicies;
    unsigned faults;            /* --faults of compare; OPTIONS_FAULTS unless given */
    char *structures[OPTIONS_STRUCTURES];       /* --structure of compare; owned */
    unsigned nstructures;
    char *replacements[OPTIONS_POLICIES];       /* --replacement of compare; owned */
    unsigned nreplacements;
    uint32_t frames[OPTIONS_FRAMES];            /* --frames of compare */
    unsigned nframes;
    const char *vary, *curves[OPTIONS_CURVES];  /* --vary, or NULL, and --curve of compare */
    unsigned ncurves;
    const char *json, *csv, *events, *trace, *plot_dir, *stdout_dir;    /* or NULL */
    const char *trace_insn;     /* or NULL */
    const char *disk_out, *files_out;   /* or NULL */
    const char *console;        /* --console: a process's name, or "" for the likely one; NULL */
    const char *until;          /* as written; a time of the workload's unit; or NULL */
    bool has_seeds;
    uint64_t seed_first, seed_last;     /* --seeds A..B */
    unsigned gdb_port;          /* 0: none */
    unsigned snapshots_mib;     /* for going back on the screens; 0: as usual */
    unsigned jobs;              /* 0: as many as there are processors */
    bool fast;                  /* exec: sleeps take no time of the host's */
    bool races;                 /* look for data races... */
    unsigned races_shown;       /* ...and print so many */
    bool audit, ascii, quiet, no_color;
    const char *with;           /* further programs of exec, C.c,D.c; or NULL */
    const char *abi;            /* of exec's program; or NULL */
    char *cc[OPTIONS_CC];       /* -I -D -U -O -l of exec; owned */
    unsigned ncc;
    const char **files;         /* what is left of argv */
    unsigned nfiles;
};

/* One option more, for one command. */
struct option_extra {
    const char *name;           /* NULL ends the table */
    bool has_value;
    const char *meaning;        /* "FILE" or NULL */
    const char *about;          /* for --help */
    const char **value;         /* set to the value, or to "" for a switch */
};

struct option_help {
    const char *usage;          /* "run WORKLOAD.json [options]" */
    const char *about;          /* a line or more */
};

/* Read the command line (argv[0] is the command). *status is what the process should
 * end with if this returns false: --help and --version were answered, or something
 * is wrong. extra may be NULL. */
bool options_parse(struct options *o, int argc, char **argv, unsigned takes,
                   const struct option_extra *extra, const struct option_help *help,
                   int *status);
void options_free(struct options *o);

/* The number of an option, 1 to max; else an error is told. */
bool options_count(const char *command, const char *option, const char *value, uint64_t max,
                   unsigned *out);

/* May the output have colour / box characters? (stdout a terminal, NO_COLOR, TERM;
 * what LC_ALL, LC_CTYPE or LANG names behind its dot.) Nothing here depends on the C
 * library's locale, which stays "C": others write 2.5 as 2,5. */
bool options_color(const struct options *o);
bool options_utf8(const struct options *o);

/* FILE:LINE:COL: error: PATH: TEXT on stderr. */
void diag_print(const struct diag *d);

#define OSSIM_VERSION "0.1.0"

#endif
