/* results_time.c - power, frequency and steal time over time. */
#include <formats/members.h>

#include <stat/powerbook.h>

static void row(struct text *t, const struct powerbook *b, unsigned hart, unsigned n, bool watts)
{
    key(t, watts ? "watts" : "mhz", false);
    text_put(t, "[");
    for (unsigned i = 0; i < n; i++) {
        struct power_column c = powerbook_hart(b, hart, i);

        text_put(t, i ? ", " : "");
        text_number(t, watts ? c.watts : c.mhz);
    }
    text_put(t, "]");
}

static void harts(struct text *t, const struct results *r, unsigned n)
{
    key(t, "cpus", false);
    text_put(t, "[");
    for (unsigned h = 0; r->config->power && h < r->config->ncpus && !t->failed; h++) {
        text_put(t, h ? ",\n   {" : "\n   {");
        key(t, "cpu", true);
        text_count(t, h);
        row(t, r->over_time, h, n, true);
        row(t, r->over_time, h, n, false);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void guests(struct text *t, const struct results *r, unsigned n)
{
    const struct vm_config *vm = r->config->vm;

    key(t, "guests", false);
    text_put(t, "[");
    for (unsigned g = 0; vm && g < vm->nguests && !t->failed; g++) {
        text_put(t, g ? ",\n   {" : "\n   {");
        key(t, "guest", true);
        text_string(t, vm->guest[g].name);
        key(t, "steal", false);
        text_put(t, "[");
        for (unsigned i = 0; i < n; i++) {
            text_put(t, i ? ", " : "");
            text_time(t, powerbook_steal(r->over_time, g, i), r->config->time_unit);
        }
        text_put(t, "]}");
    }
    text_put(t, "]");
}

void results_over_time(struct text *t, const struct results *r)
{
    ns_t width;
    unsigned n;

    if (!r->over_time || !(n = powerbook_columns(r->over_time, &width)))
        return;
    text_put(t, " \"over_time\": {");
    key(t, "column", true);
    text_time(t, width, r->config->time_unit);
    harts(t, r, n);
    guests(t, r, n);
    text_put(t, "},\n");
}
