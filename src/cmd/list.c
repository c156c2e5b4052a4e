/* list.c - `ossim list WHAT`: the names that workloads and options may use. */
#include <cmd/cmd.h>

#include <cjson/cJSON.h>
#include <cmd/read.h>
#include <cmd/vocab.h>
#include <dirent.h>
#include <fs/drives.h>
#include <formats/workload.h>
#include <fs/iosched.h>
#include <host/file.h>
#include <mm/replace/registry.h>
#include <sched/registry.h>
#include <stat/names.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- policies --- */

static void print_param(const struct policy_param *row)
{
    char left[80];

    snprintf(left, sizeof left, "%s%s%s%s", row->name, row->choices ? "=" : "",
             row->choices ? row->choices : "", row->max_values > 1 ? "=A/B/..." : "");
    printf("    %-37s %-14s %s\n", left, row->def && *row->def ? row->def : "none",
           row->about ? row->about : "");
}

static int list_policies(void)
{
    const struct sched_ops *ops;

    puts("A policy is written name or name:param=value:param=value. Times are in the\n"
         "workload's unit, or with ns, us, ms or s. Below each: its parameters, defaults.\n");
    for (unsigned i = 0; (ops = sched_builtin(i)); i++) {
        printf("%-10s %s\n    %s\n", ops->name, ops->about, ops->source);
        for (const struct policy_param *row = ops->params; row && row->name; row++)
            print_param(row);
    }
    puts("\nA name with a / or a known suffix is a plug-in: ./mine.c, ./mine.so");
    return EXIT_DONE;
}

/* --- disks --- */

static int list_disk(void)
{
    const struct iosched_ops *ops;
    const struct drive_set *set;

    puts("Disk schedulers, written name or name:param=value:param=value, with defaults:\n");
    for (unsigned i = 0; (ops = iosched_builtin(i)); i++) {
        printf("%-12s %s\n    %s\n", ops->name, ops->about, ops->source);
        for (const struct policy_param *row = ops->params; row && row->name; row++)
            print_param(row);
    }
    puts("\nDrives:\n");
    for (unsigned i = 0; (set = drive_set(i)); i++)
        printf("%-12s %s\n    %s\n", set->name, set->about, set->source);
    return EXIT_DONE;
}

static int list_replacement(void)
{
    const struct replace_ops *ops;
    const char *word;

    puts("A policy is written name or name:param=value:param=value. Times are in the\n"
         "workload's unit, of `ossim refs` in references. \"exact\": told of each reference,\n"
         "which no real machine does for page frames; the others see accessed and dirty\n"
         "bits. \"foresight\": exact, and a run is made once before, to know its future.\n");
    for (unsigned i = 0; (ops = replace_builtin(i)); i++) {
        printf("%-10s %s%s", ops->name, ops->about,
               ops->flags & REPLACE_FORESIGHT ? " (foresight)"
               : ops->flags & REPLACE_EXACT   ? " (exact)" : "");
        for (unsigned k = 0; (word = replace_alias(ops, k)); k++)
            printf("; also %s", word);
        printf("\n    %s\n", ops->source);
        for (const struct policy_param *row = ops->params; row && row->name; row++)
            print_param(row);
    }
    return EXIT_DONE;
}

/* --- events --- */

static void print_argument(const char *name, enum event_arg type)
{
    char text[64];

    snprintf(text, sizeof text, !strcmp(name, arg_name(type)) ? "%s" : "%s (%s)",
             type == ARG_NONE ? "-" : name, arg_name(type));
    printf("%-32s ", type == ARG_NONE ? "-" : text);
}

static int list_events(void)
{
    puts("event          argument a                       argument b                       "
         "what happened");
    for (size_t i = 0; i < EV_COUNT; i++) {
        printf("%-14s ", event_info[i].name);
        for (unsigned n = 0; n < 2; n++)
            print_argument(event_info[i].args[n].name, event_info[i].args[n].type);
        printf("%s\n", event_info[i].what);
    }
    return EXIT_DONE;
}

/* --- system calls --- */

static int list_syscalls(void)
{
    static const struct { int number; const char *name, *args, *what; } call[] = {
#define SYSCALL(number, name, service, handler, args, what) { number, name, args, what },
#include <ossim/syscall.def>
#undef SYSCALL
#define ABI_CALL(id, number, name, handler, args, what) { number, name, args, what },
#include <ossim/abi.def>
    };

    printf("%-7s %-20s %-5s %s\n", "number", "name", "args", "what it does here");
    for (size_t i = 0; i < sizeof call / sizeof *call; i++)
        printf("%-7d %-20s %-5zu %s\n", call[i].number, call[i].name, strlen(call[i].args),
               call[i].what);
    return EXIT_DONE;
}

/* --- cost sets --- */

/* A file of a shipped folder; cJSON_Delete, NULL is fine. */
static cJSON *parse(const char *dir, const char *name)
{
    char path[4096];
    struct diag diag;
    uint8_t *text;
    size_t size;

    if (!path_join(path, sizeof path, dir, name) || file_read(path, &text, &size, &diag))
        return NULL;
    cJSON *json = cJSON_ParseWithLength((const char *)text, size);
    free(text);
    return json;
}

/* Its figures, "message 121, copy 10?": "?" behind each that no source is named for. n: how
 * many were printed before. */
static unsigned print_figures(const cJSON *o, unsigned n)
{
    static const char *const folders[] = { "costs", "crossing", "insn", NULL };
    const cJSON *cycles;

    for (const cJSON *e = o ? o->child : NULL; e; e = e->next) {
        for (unsigned i = 0; folders[i]; i++)
            if (strcmp(e->string, folders[i]) == 0)
                n = print_figures(e, n);
        cycles = cJSON_GetObjectItemCaseSensitive(e, "cycles");
        if (!cycles)
            cycles = cJSON_GetObjectItemCaseSensitive(e, "times");
        if (!cJSON_IsNumber(cycles))
            continue;
        const char *source = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(e, "source"));
        printf("%s%s %.0f%s", n++ ? ", " : "               cycles: ", e->string,
               cJSON_GetNumberValue(cycles), workload_cited(source) ? "" : "?");
    }
    return n;
}

/* What it is; what to look for in it stands in the file. */
static int said_first(const char *about)
{
    const char *teaching = strstr(about, " What to look for: ");

    return (int)(teaching ? teaching - about : (ptrdiff_t)strlen(about));
}

/* The sets of a shipped folder, each with its "about" and its figures. */
static int list_folder(const char *folder)
{
    char dir[4096];
    struct dirent **entry;
    int n = share_find(folder, dir, sizeof dir) ? scandir(dir, &entry, entry_is_json, alphasort)
                                                : 0;

    for (int i = 0; i < n; i++) {
        cJSON *json = parse(dir, entry[i]->d_name);
        const char *about = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "about"));

        about = about ? about : "";
        printf("%-14.*s %.*s\n", (int)strlen(entry[i]->d_name) - 5, entry[i]->d_name,
               said_first(about), about);
        if (print_figures(json, 0))
            putchar('\n');
        cJSON_Delete(json);
        free(entry[i]);
    }
    if (n > 0)
        free(entry);
    return EXIT_DONE;
}

static int list_costs(void)
{
    puts("ideal          every instruction takes one cycle, all else is free; the default");
    list_folder("costs");
    puts("?: no source is named for it");
    return EXIT_DONE;
}

/* --- structures --- */

static int list_structures(void)
{
    static const char *const models[][2] = {
        { "monolithic", "one address space: a call is a call; the default" },
        { "layered", "a call goes through every layer between the two, never upwards" },
        { "rings", "a gate with checks for every ring crossed" },
        { "microkernel", "messages to server processes with their own place in the run queue" },
        { "modular", "loaded at first use, then a call is a call" },
        { "hybrid", "each service in the kernel or as a server" },
        { "vm", "a machine for guests, each with a kernel of its own" },
    };

    puts("Models:");
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        printf("%-14s %s\n", models[i][0], models[i][1]);
    puts("Systems (their files say what is modelled, what is not, and who says so):");
    list_folder("structures");
    puts("?: no source is named for it; \"restart\" (1 ms), \"heartbeat\" (10 ms) and \"reboot\" (10 s)\n"
         "are defaults of no source where they are not given");
    return EXIT_DONE;
}

/* --- the table --- */

static const struct category {
    const char *name;
    int (*print)(void);         /* NULL: known, but of no version yet */
} categories[] = {
    { "policies", list_policies }, { "costs", list_costs }, { "syscalls", list_syscalls },
    { "events", list_events }, { "replacement", list_replacement }, { "disk", list_disk },
    { "structures", list_structures },
};
enum { NCATEGORIES = sizeof categories / sizeof *categories };

static void usage(FILE *out)
{
    fputs("usage: ossim list ", out);
    for (size_t i = 0; i < NCATEGORIES; i++)
        if (categories[i].print)
            fprintf(out, "%s%s", i ? "|" : "", categories[i].name);
    fputs("\n", out);
}

static void no_such_list(const char *word)
{
    const char *names[NCATEGORIES + 1] = { NULL };

    for (size_t i = 0; i < NCATEGORIES; i++)
        names[i] = categories[i].name;
    const char *nearest = word_meant(word, names);

    fprintf(stderr, "ossim list: error: there is no list of \"%s\"", word);
    if (nearest)
        fprintf(stderr, " (did you mean \"%s\"?)", nearest);
    fputc('\n', stderr);
}

int cmd_list(int argc, char **argv)
{
    if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        usage(stdout);
        return EXIT_DONE;
    }
    if (argc != 2) {
        usage(stderr);
        return EXIT_BAD_INPUT;
    }
    for (size_t i = 0; i < NCATEGORIES; i++) {
        if (strcmp(argv[1], categories[i].name) != 0)
            continue;
        if (categories[i].print)
            return categories[i].print();
        fprintf(stderr, "ossim list: error: this version has no %s to list\n", argv[1]);
        return EXIT_BAD_INPUT;
    }
    no_such_list(argv[1]);
    usage(stderr);
    return EXIT_BAD_INPUT;
}
