/* cmd/refs.h - what `ossim refs` was asked for, and its answers. For refs*.c only. */
#ifndef CMD_REFS_H
#define CMD_REFS_H

#include <lab/refs.h>

enum { REFS_POLICIES = 64, REFS_SIZES = 1 << 16, REFS_NUMBERS = 4096 };

struct refs_options {
    const char *file;           /* or a list of pages */
    struct replace_config policy[REFS_POLICIES];
    char *spec[REFS_POLICIES];  /* as given; owned */
    unsigned npolicies;
    uint32_t *frames;           /* owned */
    size_t nframes;
    struct numbers { uint64_t v[REFS_NUMBERS]; size_t n; } windows, pff, at, table;
    struct refs_form form;
    uint64_t seed;
    bool victims, quiet;
    const char *json, *csv, *plot_dir;
};

struct text;

/* The command line. *status is what to end with if this returns false. */
bool refs_options_parse(struct refs_options *o, int argc, char **argv, int *status);
void refs_options_free(struct refs_options *o);

struct refs_answer {
    const struct refs_options *o;
    const struct refs *refs;
    const struct refs *addresses;       /* NULL unless there is a page table */
    const char *name;           /* of the string: its file, or "" */
    struct refs_run *run;       /* by policy, then by size */
    size_t nruns;
};

/* The parts about working sets, fault frequency and addresses (refs_ws.c). */
void refs_ws_print(const struct refs_answer *a);
void refs_ws_json(const struct refs_answer *a, struct text *t);

void refs_print(const struct refs_answer *a);
/* False: said on stderr. */
bool refs_write_json(const struct refs_answer *a, const char *path);
bool refs_write_csv(const struct refs_answer *a, const char *path);

#endif
