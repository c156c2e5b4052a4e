/* refs_options.c - the command line of `ossim refs`. */
#include <cmd/refs.h>

#include <cmd/cmd.h>
#include <cmd/options.h>
#include <getopt.h>
#include <cmd/plugged.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: ossim refs FILE|P,P,P... --replacement R,R --frames N,N,A..B [options]\n"
    "\n"
    "Faults of a page-reference string. FILE has one page number a line (w before it: a\n"
    "write; # comments), or is valgrind's lackey output (--trace-mem=yes), or 64-bit\n"
    "little-endian records (top bit: a write); - is stdin. Frames are empty at first,\n"
    "and every miss counts.\n"
    "\n"
    "  --replacement R,R   policies, as in `ossim list replacement`, or ./mine.c\n"
    "                      (default fifo,lru,opt)\n"
    "  --frames N,A..B     sizes; A..B*2 doubles, A..B+16 goes in steps (default 3)\n"
    "  --page-size BYTES   numbers are addresses: this many bytes make a page\n"
    "  --page-table F,F    frames of pages 0, 1...: where the addresses are in memory\n"
    "  --working-set T,T   pages used in the last T references: mean size, faults\n"
    "  --at N,N            and which they are after the N-th reference\n"
    "  --pff T,T           page-fault frequency: after T references without a fault, what\n"
    "                      was not used goes at the next one\n"
    "  --victims           the pages that went, in order\n"
    "  --seed N            of policies that draw\n"
    "  --json FILE         results as JSON; - is stdout\n"
    "  --csv FILE          results as CSV; - is stdout\n"
    "  --plot DIR          curve of the miss ratio by size, as CSV, SVG and PNG\n"
    "  --quiet             no table\n"
    "  --help\n";

static bool bad(const char *option, const char *value, const char *expected)
{
    fprintf(stderr, "ossim refs: error: %s: '%s' will not do (expected %s)\n", option, value,
            expected);
    return false;
}

/* --- policies --- */

static bool add_policy(struct refs_options *o, char *spec)
{
    struct diag diag = { .line = 0 };

    if (o->npolicies == REFS_POLICIES) {
        fprintf(stderr, "ossim refs: error: --replacement: more than %d policies\n",
                REFS_POLICIES);
        return false;
    }
    if (replacement_find(spec, "", 1, &o->policy[o->npolicies], &diag)) {
        if (diag.file[0])
            diag_print(&diag);
        else
            fprintf(stderr, "ossim refs: error: --replacement: %s\n", diag.text);
        return false;
    }
    o->spec[o->npolicies] = strdup(spec);
    return o->spec[o->npolicies++];
}

static bool add_policies(struct refs_options *o, const char *list)
{
    char *copy = strdup(list), *save = NULL;
    bool ok = copy && *copy;

    for (char *p = copy; ok && (p = strtok_r(p, ",", &save)); p = NULL)
        ok = add_policy(o, p);
    if (ok && o->npolicies == 0)
        ok = bad("--replacement", list, "names with commas between them");
    free(copy);
    return ok;
}

/* --- sizes --- */

static bool add_size(struct refs_options *o, uint64_t n)
{
    if (o->nframes == REFS_SIZES)
        return false;
    if ((o->nframes & (o->nframes - 1)) == 0) {
        uint32_t *more = realloc(o->frames, sizeof *more * (o->nframes ? 2 * o->nframes : 1));

        if (!more)
            return false;
        o->frames = more;
    }
    o->frames[o->nframes++] = (uint32_t)n;
    return true;
}

static bool number(const char **text, uint64_t *n)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    *n = strtoull(*text, &end, 10);
    *text = end;
    return true;
}

/* N, A..B, A..B*K or A..B+K, up to a comma or the end. */
static bool add_range(struct refs_options *o, const char **text)
{
    uint64_t from, to, by = 1;
    bool times = false;

    if (!number(text, &from))
        return false;
    to = from;
    if (strncmp(*text, "..", 2) == 0) {
        *text += 2;
        if (!number(text, &to))
            return false;
        if (**text == '*' || **text == '+') {
            times = *(*text)++ == '*';
            if (!number(text, &by))
                return false;
        }
    }
    if (from < 1 || from > to || to >= REF_WRITE || by < (times ? 2 : 1))
        return false;
    for (uint64_t n = from; n <= to; n = times ? n * by : n + by)
        if (!add_size(o, n))
            return false;
    return true;
}

static bool add_sizes(struct refs_options *o, const char *list)
{
    const char *text = list;

    do
        if (!add_range(o, &text) || (*text && *text != ','))
            return bad("--frames", list, "N, A..B, A..B*2 or A..B+16, with commas between "
                                         "them; from 1; 65536 sizes at most");
    while (*text++ == ',');
    return true;
}

/* --- lists of numbers --- */

static bool add_numbers(struct numbers *out, const char *option, const char *list, uint64_t min)
{
    const char *text = list;
    uint64_t n;

    do
        if (out->n == REFS_NUMBERS || !number(&text, &n) || n < min || (*text && *text != ','))
            return bad(option, list, "whole numbers with commas between them");
        else
            out->v[out->n++] = n;
    while (*text++ == ',');
    return true;
}

/* --- all of it --- */

static bool positive(const char *option, const char *value, uint64_t *n)
{
    const char *end = value;

    return (number(&end, n) && !*end && *n > 0) || bad(option, value, "a whole number above 0");
}

static bool whole(const char *option, const char *value, uint64_t *n)
{
    const char *end = value;

    return (number(&end, n) && !*end) || bad(option, value, "a whole number");
}

static bool take(struct refs_options *o, int id)
{
    switch (id) {
    case 'r':
        return add_policies(o, optarg);
    case 'f':
        return add_sizes(o, optarg);
    case 'b':
        return positive("--page-size", optarg, &o->form.page_size);
    case 't':
        return add_numbers(&o->table, "--page-table", optarg, 0);
    case 'w':
        return add_numbers(&o->windows, "--working-set", optarg, 1);
    case 'a':
        return add_numbers(&o->at, "--at", optarg, 1);
    case 'F':
        return add_numbers(&o->pff, "--pff", optarg, 1);
    case 's':
        return whole("--seed", optarg, &o->seed);
    case 'j':
        o->json = optarg;
        return true;
    case 'c':
        o->csv = optarg;
        return true;
    case 'p':
        o->plot_dir = optarg;
        return true;
    case 'v':
        return o->victims = true;
    case 'q':
        return o->quiet = true;
    default:
        fputs("try: ossim refs --help\n", stderr);
        return false;
    }
}

static bool defaults(struct refs_options *o)
{
    bool other = o->windows.n || o->pff.n || o->table.n;

    if (o->at.n && !o->windows.n)
        return bad("--at", "it", "--working-set with it");
    if (o->table.n && !o->form.page_size)
        return bad("--page-table", "it", "--page-size with it");
    if (other && !o->npolicies && !o->nframes)
        return true;
    return (o->npolicies || add_policies(o, "fifo,lru,opt")) &&
           (o->nframes || add_sizes(o, "3"));
}

bool refs_options_parse(struct refs_options *o, int argc, char **argv, int *status)
{
    static const struct option all[] = {
        { "replacement", 1, 0, 'r' }, { "frames", 1, 0, 'f' }, { "page-size", 1, 0, 'b' },
        { "page-table", 1, 0, 't' }, { "working-set", 1, 0, 'w' }, { "at", 1, 0, 'a' },
        { "pff", 1, 0, 'F' }, { "seed", 1, 0, 's' }, { "json", 1, 0, 'j' }, { "csv", 1, 0, 'c' },
        { "plot", 1, 0, 'p' }, { "victims", 0, 0, 'v' }, { "quiet", 0, 0, 'q' },
        { "help", 0, 0, 'h' }, { 0 },
    };
    int id = 0;

    *o = (struct refs_options){ .seed = 0 };
    *status = EXIT_BAD_INPUT;
    argv[0] = "ossim refs";
    optind = 0;
    while ((id = getopt_long(argc, argv, "h", all, NULL)) != -1) {
        if (id == 'h') {
            fputs(usage, stdout);
            *status = EXIT_DONE;
            break;
        }
        if (!take(o, id))
            break;
    }
    if (id == -1 && optind + 1 == argc && defaults(o)) {
        o->file = argv[optind];
        return true;
    }
    if (id == -1 && optind + 1 != argc)
        fprintf(stderr, "ossim refs: error: expected one file or list of pages, not %d\n",
                argc - optind);
    refs_options_free(o);
    return false;
}

void refs_options_free(struct refs_options *o)
{
    for (unsigned i = 0; i < o->npolicies; i++)
        free(o->spec[i]);
    free(o->frames);
    *o = (struct refs_options){ .seed = 0 };
}
