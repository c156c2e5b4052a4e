/* sh_functions.h - a part of sh.c: functions, and what traps do. */
#ifndef SH_FUNCTIONS_H
#define SH_FUNCTIONS_H

#include "sh_parse.h"

#include <signal.h>

static int returning;           /* to whom called the function, or read the script */
static int callers;             /* functions and scripts that one can return from */
static int loops;               /* around, in this function */
static char *traps[SIGNALS];    /* what is run; empty: nothing, it is ignored */

/* --- functions: a name, and a command as its text, which each call makes a tree of anew --- */

static struct function {
    struct function *next;
    char *body;
    char name[];
} *functions;

static struct function *function_named(const char *name)
{
    struct function *f = functions;

    while (f && strcmp(f->name, name))
        f = f->next;
    return f;
}

static void function_set(const char *name, const char *body, size_t n)
{
    struct function *f = function_named(name);

    if (!f && (f = calloc(1, sizeof *f + strlen(name) + 1))) {
        strcpy(f->name, name);
        f->next = functions;
        functions = f;
    }
    if (!f)
        exit(2);
    free(f->body);              /* calls have a copy */
    f->body = strndup(body, n);
}

static void function_unset(const char *name)
{
    for (struct function **from = &functions; *from; from = &(*from)->next)
        if (!strcmp((*from)->name, name)) {
            struct function *f = *from;

            *from = f->next;
            free(f->body);
            free(f);
            return;
        }
}

/* What variables were before they were `local`, the last first. */
static struct local {
    struct local *before;
    char *name, *value;         /* NULL: it was not there */
    int exported;
} *locals;

static void locals_end(struct local *until)
{
    while (locals != until) {
        struct local *l = locals;

        locals = l->before;
        variable_unset(l->name);
        if (l->value) {
            variable_set(l->name, strlen(l->name), l->value);
            variable_named(l->name, strlen(l->name))->exported = l->exported;
        }
        free(l->name);
        free(l->value);
        free(l);
    }
}

static int do_local(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t n = name_length(argv[i]);
        const struct variable *v = variable_named(argv[i], n);
        struct local *l = malloc(sizeof *l);

        if (!callers || !n || (argv[i][n] && argv[i][n] != '=') || !l) {
            fprintf(stderr, "sh: local: %s: %s\n", argv[i], callers ? "this is no name" : "this is no function");
            free(l);
            return 2;
        }
        *l = (struct local){ locals, strndup(argv[i], n), v && v->value ? strdup(v->value) : NULL, v && v->exported };
        locals = l;
        if (argv[i][n])
            variable_set(argv[i], n, argv[i] + n + 1);
    }
    return 0;
}

static int do_return(int argc, char **argv)
{
    if (!callers) {
        fputs("sh: return: there is nobody to return to\n", stderr);
        return 2;
    }
    returning = 1;
    return argc > 1 ? atoi(argv[1]) & 255 : status;
}

/* The shell's arguments are the call's, until it is over; $0 stays. */
static int call(const struct function *f, int argc, char **argv)
{
    char **args = script_args, *text = take_text(f->body, strlen(f->body));
    int nargs = nscript_args, around = loops;
    struct local *mine = locals;

    argv[0] = args && nargs ? args[0] : argv[0];
    script_args = argv;
    nscript_args = argc;
    loops = 0;
    callers++;
    status = 0;
    run_text(text);
    callers--;
    returning = 0;
    loops = around;
    script_args = args;
    nscript_args = nargs;
    locals_end(mine);
    return status;
}

/* --- traps --- */

/* EXIT, INT, SIGINT or 2. -1: it is none. */
static int signal_of(const char *name)
{
    char *end;
    long n = strtol(name, &end, 10);

    if (*name && !*end)
        return n >= 0 && n < SIGNALS ? (int)n : -1;
    if (!strcmp(name, "EXIT"))
        return 0;
    for (int i = 1; i < SIGNALS; i++) {
        const char *is = sigabbrev_np(i);

        if (is && !strcmp(name + (strncmp(name, "SIG", 3) ? 0 : 3), is))
            return i;
    }
    return -1;
}

/* text NULL: it does again what it does without a trap. */
static void trap_set(int signo, const char *text)
{
    struct sigaction act = { .sa_handler = !text ? SIG_DFL : *text ? on_signal : SIG_IGN };

    free(traps[signo]);
    traps[signo] = text ? strdup(text) : NULL;
    if (!text && signo == SIGINT && control)
        act.sa_handler = on_interrupt;
    if (signo)
        sigaction(signo, &act, NULL);
}

/* In a new process: what is caught is not caught there. */
static void traps_end(void)
{
    for (int i = 0; i < SIGNALS; i++)
        if (traps[i] && *traps[i])
            trap_set(i, NULL);
}

static void trap_run(int signo)
{
    int was = status;
    char *text = take_text(traps[signo], strlen(traps[signo]));

    run_text(text);
    status = was;
}

/* Between commands. */
static void traps_run(void)
{
    if (!any_came)
        return;
    any_came = 0;
    for (int i = 1; i < SIGNALS; i++)
        if (came[i]) {
            came[i] = 0;
            if (traps[i] && *traps[i])
                trap_run(i);
        }
}

static void shell_exit(int result)
{
    status = result;
    if (traps[0]) {
        char *text = traps[0];

        traps[0] = NULL;
        returning = 0;
        run_text(text);
    }
    fflush(stdout);
    exit(result);
}

static int do_trap(int argc, char **argv)
{
    int first = argc > 1 && !strcmp(argv[1], "--") ? 2 : 1, bad = 0;

    for (int i = 0; first >= argc && i < SIGNALS; i++)
        if (traps[i])
            printf("trap -- '%s' %s\n", traps[i], i ? sigabbrev_np(i) : "EXIT");
    for (int i = first + 1; i < argc; i++) {
        int signo = signal_of(argv[i]);

        if (signo < 0 || signo == SIGKILL || signo == SIGSTOP) {
            fprintf(stderr, "sh: trap: %s: this cannot be caught\n", argv[i]);
            bad = 1;
        } else
            trap_set(signo, strcmp(argv[first], "-") ? argv[first] : NULL);
    }
    return bad;
}

#endif
