/* suggest.c - did you mean? */
#include <formats/suggest.h>

#include <string.h>

enum { WORD = 32 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;

    return m < c ? m : c;
}

/* Edits between two words: insert, delete, replace, or swap two neighbours (optimal
 * string alignment; Damerau, "A Technique for Computer Detection and Correction of
 * Spelling Errors", CACM 1964). Words are shorter than WORD. */
static unsigned distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b);
    unsigned d[WORD + 1][WORD + 1];

    for (size_t i = 0; i <= na; i++)
        d[i][0] = (unsigned)i;
    for (size_t k = 0; k <= nb; k++)
        d[0][k] = (unsigned)k;
    for (size_t i = 1; i <= na; i++)
        for (size_t k = 1; k <= nb; k++) {
            unsigned differ = a[i - 1] != b[k - 1];

            d[i][k] = min3(d[i - 1][k] + 1, d[i][k - 1] + 1, d[i - 1][k - 1] + differ);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
                d[i - 2][k - 2] + 1 < d[i][k])
                d[i][k] = d[i - 2][k - 2] + 1;
        }
    return d[na][nb];
}

static size_t common(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

const char *suggest(const char *word, const char *const *names)
{
    unsigned best = 0;
    const char *found = NULL;
    size_t n = strlen(word);

    if (n == 0 || n >= WORD)
        return NULL;
    for (; *names; names++) {
        size_t same = common(word, *names);
        unsigned d;

        if (strlen(*names) >= WORD)
            continue;
        d = distance(word, *names);
        /* "burst" or "cpu_count" stands for a name that it contains or begins, "policy"
         * for one that goes on in another way */
        if (d > 2 && n >= 3 && (same == n || !(*names)[same] || (same >= 4 && same + 1 >= n)))
            d = 2;
        if (d <= (n + 2) / 3 && (!found || d < best)) {
            best = d;
            found = *names;
        }
    }
    return found;
}

const char *suggest_place(const char *key)
{
    static const char *const places[][2] = {
        { "cpus", "in machine" }, { "mhz", "in machine" }, { "memory", "in machine" },
        { "costs", "in machine" }, { "frames", "in machine.memory" },
        { "tlb", "in machine.memory" },
        { "scheduler", "in kernel" }, { "runqueues", "in kernel" }, { "locks", "in kernel" },
        { "smp_skew", "in kernel" }, { "timer_jitter", "in kernel" }, { "balance", "in kernel" }, { "governor", "in kernel" }, { "preemption", "in kernel" }, { "policy", "in kernel.scheduler" },
        { "quantum", "in kernel.scheduler" },
        { "bursts", "in a process" }, { "arrival", "in a process" }, { "period", "in a process" },
        { "deadline", "in a process" }, { "priority", "in a process" },
        { "jobs", "in a process" }, { "nice", "in a process" }, { "tickets", "in a process" },
        { "time_unit", "at the top level" }, { "seed", "at the top level" },
        { "processes", "at the top level" }, { "events", "at the top level" },
        { "stop", "at the top level" }, { "machine", "at the top level" },
        { "kernel", "at the top level" },
        { "lock", "in a step of bursts" }, { "unlock", "in a step of bursts" },
        { "send", "in a step of bursts" }, { "recv", "in a step of bursts" },
        { "io", "in a step of bursts" }, { "sleep", "in a step of bursts" },
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(key, places[i][0]) == 0)
            return places[i][1];
    return NULL;
}
