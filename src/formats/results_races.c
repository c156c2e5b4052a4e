/* results_races.c - data races of programs: a part of the results. */
#include <formats/members.h>

#include <inttypes.h>
#include <stdio.h>

static void text_member(struct text *t, const char *name, const char *value)
{
    key(t, name, false);
    if (value)
        text_string(t, value);
    else
        text_put(t, "null");
}

static void address_member(struct text *t, const char *name, uint32_t address)
{
    char hex[16];

    snprintf(hex, sizeof hex, "0x%08" PRIx32, address);
    text_member(t, name, hex);
}

static void source(struct text *t, const char *file, uint32_t line)
{
    if (!file)
        return;
    text_member(t, "file", file);
    count_member(t, "line", line);
}

static void one_access(struct text *t, const struct results_access *a)
{
    text_put(t, "{");
    key(t, "kind", true);
    text_string(t, a->kind);
    if (a->size)
        count_member(t, "size", a->size);
    text_member(t, "task", a->task);
    count_member(t, "thread", (uint64_t)a->thread);
    address_member(t, "pc", a->pc);
    text_member(t, "symbol", a->symbol);
    if (a->symbol)
        count_member(t, "offset", a->offset);
    source(t, a->file, a->line);
    if (a->from_file) {
        key(t, "called_from", false);
        text_put(t, "{");
        key(t, "file", true);
        text_string(t, a->from_file);
        count_member(t, "line", a->from_line);
        text_put(t, "}");
    }
    text_put(t, "}");
}

void results_races(struct text *t, const struct results *r)
{
    if (!r->races)
        return;
    text_put(t, " \"races\": [");
    for (unsigned i = 0; i < r->nraces; i++) {
        const struct results_race *race = &r->races[i];
        char hex[16];

        snprintf(hex, sizeof hex, "0x%08" PRIx32, race->address);
        text_put(t, i ? ",\n  {" : "\n  {");
        key(t, "address", true);
        text_string(t, hex);
        text_member(t, "symbol", race->symbol);
        if (race->symbol)
            count_member(t, "offset", race->offset);
        count_member(t, "times", race->times);
        text_put(t, ",\n   \"accesses\": [");
        one_access(t, &race->access[0]);
        text_put(t, ",\n                ");
        one_access(t, &race->access[1]);
        text_put(t, "]}");
    }
    text_put(t, "],\n");
}
