/* workload_machine.c - the section "machine": harts, memory, costs. */
#include <formats/load.h>

#include <stdio.h>
#include <string.h>

enum { MAX_MHZ = 100000, MAX_FRAMES = 1 << 20, MAX_TLB = 1 << 16 };

static const char *const machine_keys[] = {
    "cpus", "mhz", "memory", "disk", "swap", "costs", "date", NULL
};
static const char *const memory_keys[] = { "frames", "tlb", "svadu", NULL };
static const char *const tlb_keys[] = { "entries", "ways", "replacement", NULL };
static const char *const tlb_replacements[] = { "fifo", "random", "lru", NULL };

static void load_cpus(struct loader *l, const cJSON *item, uint32_t mhz)
{
    struct cpu_config *cpus;
    uint32_t n = 1;

    if (cJSON_IsArray(item)) {
        l->cpus_wrong = !load_list(l, item, 1, HART_LIMIT);
        if (!l->cpus_wrong)
            n = (uint32_t)cJSON_GetArraySize(item);
    } else
        l->cpus_wrong = !load_u32(l, item, 1, HART_LIMIT, &n);
    cpus = load_array(l, struct cpu_config, n);
    if (!cpus)
        return;
    for (uint32_t i = 0; i < n; i++)
        cpus[i] = (struct cpu_config){ .mhz = mhz, .clock = i };
    if (cJSON_IsArray(item) && !l->cpus_wrong) {
        struct cpu_config *next = cpus;

        for (const cJSON *c = item->child; c; c = c->next)
            load_cpu(l, c, next++);
        load_clusters(l, item, cpus);
    }
    l->c->cpus = cpus;
    l->c->ncpus = n;
}

static bool power_of_two(struct loader *l, const cJSON *item, uint32_t max, uint32_t *out)
{
    uint32_t v = *out;

    if (!load_u32(l, item, 1, max, &v))
        return false;
    if (v & (v - 1))
        return load_error(l, item, ERR_INPUT, "%u is no power of two", v);
    *out = v;
    return true;
}

static void load_tlb(struct loader *l, const cJSON *tlb)
{
    struct memory_config *m = &l->c->memory;
    const cJSON *ways = load_field(tlb, "ways");
    unsigned replace = m->tlb_replace;
    bool ok;

    if (!tlb || !load_object(l, tlb, tlb_keys))
        return;
    ok = power_of_two(l, load_field(tlb, "entries"), MAX_TLB, &m->tlb_entries);
    if (!ways && m->tlb_ways > m->tlb_entries)
        m->tlb_ways = m->tlb_entries;
    ok = power_of_two(l, ways, MAX_TLB, &m->tlb_ways) && ok;
    if (ok && m->tlb_ways > m->tlb_entries)
        load_error(l, ways, ERR_INPUT, "more ways (%u) than entries (%u)", m->tlb_ways,
                   m->tlb_entries);
    load_choice(l, load_field(tlb, "replacement"), tlb_replacements, &replace);
    m->tlb_replace = (enum tlb_replace)replace;
}

static void load_memory(struct loader *l, const cJSON *memory)
{
    struct memory_config *m = &l->c->memory;

    *m = (struct memory_config){ .frames = 4096, .tlb_entries = 64, .tlb_ways = 4,
                                 .tlb_replace = TLB_FIFO };
    if (!memory || !load_object(l, memory, memory_keys))
        return;
    load_u32(l, load_field(memory, "frames"), 1, MAX_FRAMES, &m->frames);
    load_bool(l, load_field(memory, "svadu"), &m->svadu);
    load_tlb(l, load_field(memory, "tlb"));
}

/* Days from 1970-01-01 to a date of the Gregorian calendar, by counting leap days. */
static int64_t days_to(unsigned year, unsigned month, unsigned day)
{
    static const unsigned before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    unsigned past = month > 2 ? year : year - 1;        /* years whose February is over */
    unsigned leaps = past / 4 - past / 100 + past / 400 - 477;  /* 477 of them before 1970 */

    return (int64_t)(year - 1970) * 365 + leaps + before[month - 1] + day - 1;
}

static bool is_date(unsigned year, unsigned month, unsigned day)
{
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    unsigned most = month == 2 ? 28 + leap : month == 4 || month == 6 || month == 9 ||
                                             month == 11 ? 30 : 31;

    return year >= 1970 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= most;
}

/* ISO 8601: 2026-01-31, or with T12:00:00, always UTC, a Z behind it or not. */
static void load_date(struct loader *l, const cJSON *item, ns_t *out)
{
    unsigned year, month, day, hour = 0, minute = 0, second = 0;
    const char *text = NULL;
    int end = 0, n;

    if (!item || !load_string(l, item, 32, &text))
        return;
    n = sscanf(text, "%4u-%2u-%2u%n", &year, &month, &day, &end);
    if (n == 3 && end == 10 && text[end] == 'T') {
        int more = 0;

        n = sscanf(text + end, "T%2u:%2u:%2u%n", &hour, &minute, &second, &more) == 3 &&
            more == 9 ? 3 : 0;
        end += more;
        end += text[end] == 'Z';
    }
    if (n != 3 || end < 10 || text[end] || text[strspn(text, "0123456789-T:Z")] || !is_date(year, month, day) || hour > 23 ||
        minute > 59 || second > 59) {
        load_error(l, item, ERR_INPUT, "\"%s\" is no date (1970 .. 2199, as \"2026-01-31\" "
                   "or \"2026-01-31T12:00:00Z\")", text);
        return;
    }
    *out = (((days_to(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
           * INT64_C(1000000000);
}

void load_machine(struct loader *l, const cJSON *machine)
{
    uint32_t mhz = 1000;

    if (machine && !load_object(l, machine, machine_keys))
        machine = NULL;
    load_u32(l, load_field(machine, "mhz"), 1, MAX_MHZ, &mhz);
    load_cpus(l, load_field(machine, "cpus"), mhz);
    load_memory(l, load_field(machine, "memory"));
    load_disk(l, load_field(machine, "disk"));
    load_swap(l, load_field(machine, "swap"));
    load_costs(l, load_field(machine, "costs"));
    load_date(l, load_field(machine, "date"), &l->c->date);
}
