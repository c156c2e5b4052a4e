/* sh_own.h - a part of sh.c: the commands that it does itself, since they change the shell. */
#ifndef SH_OWN_H
#define SH_OWN_H

static int do_cd(int argc, char **argv)
{
    const char *home = value_of("HOME", 4), *to = argc > 1 ? argv[1] : home ? home : "/";
    char here[512];
    int back = !strcmp(to, "-");

    if (back && !(to = value_of("OLDPWD", 6))) {
        fputs("sh: cd: there was no folder before\n", stderr);
        return 1;
    }
    if (!getcwd(here, sizeof here))
        here[0] = '\0';
    if (chdir(to)) {
        fprintf(stderr, "sh: cd: %s: %s\n", to, strerror(errno));
        return 1;
    }
    if (back)
        puts(to);
    variable_set("OLDPWD", 6, here);
    if (getcwd(here, sizeof here))
        variable_set("PWD", 3, here);
    return 0;
}

static int do_pwd(int argc, char **argv)
{
    char here[512];

    (void)argc, (void)argv;
    if (!getcwd(here, sizeof here)) {
        perror("sh: pwd");
        return 1;
    }
    puts(here);
    return 0;
}

static int do_true(int argc, char **argv)
{
    (void)argc;
    return argv[0][0] == 'f';
}

static int do_exit(int argc, char **argv)
{
    char *end = "";
    long n = argc > 1 ? strtol(argv[1], &end, 10) : status;

    if (*end) {
        fprintf(stderr, "sh: exit: %s is no number\n", argv[1]);
        return 2;
    }
    shell_exit((int)n);
    return 0;
}

static int do_export(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t n = name_length(argv[i]);

        if (!n || (argv[i][n] && argv[i][n] != '=')) {
            fprintf(stderr, "sh: export: %s is no name\n", argv[i]);
            return 1;
        }
        if (argv[i][n])
            variable_set(argv[i], n, argv[i] + n + 1);
        variable_made(argv[i], n)->exported = 1;
    }
    for (const struct variable *v = variables; argc < 2 && v; v = v->next)
        if (v->exported && v->value)
            printf("%s=%s\n", v->name, v->value);
    return 0;
}

/* $1 and on, until they are set anew; $0 stays. */
static void set_args(int argc, char **argv)
{
    char **args = calloc((size_t)argc + 1, sizeof *args);

    if (!args)
        exit(2);
    args[0] = script_args && nscript_args ? script_args[0] : "sh";
    for (int i = 1; i < argc; i++)
        args[i] = strdup(argv[i]);
    script_args = args;         /* the old ones stay: a loop, or a caller, may go over them */
    nscript_args = argc;
}

static int do_eval(int argc, char **argv)
{
    size_t n = 0, size = 1;

    for (int i = 1; i < argc; i++)
        size += strlen(argv[i]) + 1;
    char *text = take(size);
    for (int i = 1; i < argc; i++)
        n += (size_t)sprintf(text + n, "%s%s", argv[i], i + 1 < argc ? " " : "");
    status = 0;
    run_text(text);
    return status;
}

/* -e, +fux ... 0: one of them is not known. */
static int set_options(const char *letters)
{
    for (const char *p = letters + 1; *p; p++) {
        int *which = *p == 'e' ? &exits : *p == 'f' ? &no_patterns : *p == 'u' ? &wants_set : *p == 'x' ? &shows : NULL;

        if (!which) {
            fprintf(stderr, "sh: set: %s: e, f, u and x are known here\n", letters);
            return 0;
        }
        *which = *letters == '-';
    }
    return 1;
}

static int do_set(int argc, char **argv)
{
    int i = 1;

    for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1] && strcmp(argv[i], "--"); i++)
        if (!set_options(argv[i]))
            return 2;
    if (i < argc) {
        i += !strcmp(argv[i], "--");
        set_args(argc - i + 1, argv + i - 1);
    }
    for (const struct variable *v = variables; argc == 1 && v; v = v->next)
        if (v->value)
            printf("%s=%s\n", v->name, v->value);
    return 0;
}

static int do_unset(int argc, char **argv)
{
    int first = argc > 1 && !strcmp(argv[1], "-f") ? 2 : 1;

    for (int i = first; i < argc; i++)
        if (first == 2 || !variable_named(argv[i], strlen(argv[i])))
            function_unset(argv[i]);
        else
            variable_unset(argv[i]);
    return 0;
}

static int do_source(int argc, char **argv)
{
    char **args = script_args;
    int nargs = nscript_args;

    if (argc < 2) {
        fputs("usage: . SCRIPT [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (argc > 2) {
        script_args = argv + 1;
        nscript_args = argc - 1;
    }
    callers++;
    int result = run_file(argv[1]);
    callers--;
    returning = 0;
    script_args = args;
    nscript_args = nargs;
    return result;
}

static int do_shift(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 1;

    if (n < 0 || n >= nscript_args)
        return n != 0;
    script_args[n] = script_args[0];
    script_args += n;
    nscript_args -= n;
    return 0;
}

static int do_leave(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 1;

    if (!loops) {
        fprintf(stderr, "sh: %s: there is no loop around\n", argv[0]);
        return 1;
    }
    if (argv[0][0] == 'b')
        leave = n > loops ? loops : n > 0 ? n : 1;
    else {
        leave = n > loops ? loops - 1 : n > 1 ? n - 1 : 0;
        go_round = 1;
    }
    return 0;
}

/* A line, word by word into the variables; the last has the rest. */
static int do_read(int argc, char **argv)
{
    char line[1024], c = '\0', *p = line;
    size_t n = 0;
    ssize_t got = 0;

    while (n < sizeof line - 1 && (got = read(0, &c, 1)) == 1 && c != '\n')
        line[n++] = c;
    while (n && isspace((unsigned char)line[n - 1]))
        n--;
    line[n] = '\0';
    for (int i = 1; i < argc; i++) {
        p += strspn(p, " \t");
        size_t len = i == argc - 1 ? strlen(p) : strcspn(p, " \t");
        char was = p[len];

        p[len] = '\0';
        variable_set(argv[i], strlen(argv[i]), p);
        p[len] = was;
        p += len;
    }
    return got != 1;
}

static int do_umask(int argc, char **argv)
{
    mode_t old = umask(0);

    umask(argc > 1 ? (mode_t)strtol(argv[1], NULL, 8) : old);
    if (argc < 2)
        printf("%04o\n", (unsigned)old);
    return 0;
}

static int do_exec(int argc, char **argv)
{
    if (argc < 2)
        return 0;               /* its redirections stay */
    end_control();
    fflush(stdout);
    become(argc - 1, argv + 1);
    return 126;
}

static int do_history(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (unsigned i = nhistory > HISTORY ? nhistory - HISTORY : 0; i < nhistory; i++)
        printf("%4u  %s\n", i + 1, history[i % HISTORY]);
    return 0;
}

/* --- test, and [ --- */

static int test_file(char what, const char *path)
{
    struct stat st;

    if (what == 'r' || what == 'w' || what == 'x')
        return !access(path, what == 'r' ? R_OK : what == 'w' ? W_OK : X_OK);
    if (what == 'L' || what == 'h')
        return !lstat(path, &st) && S_ISLNK(st.st_mode);
    if (stat(path, &st))
        return 0;
    return what == 'e' || (what == 'f' && S_ISREG(st.st_mode)) || (what == 'd' && S_ISDIR(st.st_mode)) ||
           (what == 'p' && S_ISFIFO(st.st_mode)) || (what == 's' && st.st_size > 0);
}

/* -1: it is no comparison. */
static int test_two(const char *a, const char *op, const char *b)
{
    static const char *const numeric[] = { "-eq", "-ne", "-lt", "-le", "-gt", "-ge" };
    long x = strtol(a, NULL, 10), y = strtol(b, NULL, 10);
    const int result[] = { x == y, x != y, x < y, x <= y, x > y, x >= y };

    if (!strcmp(op, "=") || !strcmp(op, "=="))
        return !strcmp(a, b);
    if (!strcmp(op, "!="))
        return strcmp(a, b) != 0;
    for (size_t i = 0; i < sizeof numeric / sizeof *numeric; i++)
        if (!strcmp(op, numeric[i]))
            return result[i];
    return -1;
}

static int test_one(int n, char **a)
{
    if (n && !strcmp(a[0], "!"))
        return !test_one(n - 1, a + 1);
    if (n == 0)
        return 0;
    if (n == 1)
        return *a[0] != '\0';
    if (n == 2 && a[0][0] == '-' && a[0][1] && !a[0][2] && strchr("nz", a[0][1]))
        return (a[0][1] == 'z') == !*a[1];
    if (n == 2 && a[0][0] == '-' && a[0][1] && !a[0][2] && strchr("rwxefdpsLh", a[0][1]))
        return test_file(a[0][1], a[1]);
    return n == 3 ? test_two(a[0], a[1], a[2]) : -1;
}

static int do_test(int argc, char **argv)
{
    int result;

    if (argv[0][0] == '[' && (argc < 2 || strcmp(argv[--argc], "]"))) {
        fputs("sh: [: its ] is missing\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "-a") || !strcmp(argv[i], "-o")) {
            fprintf(stderr, "sh: %s: no %s here: use && and ||\n", argv[0], argv[i]);
            return 2;
        }
    if ((result = test_one(argc - 1, argv + 1)) < 0) {
        fprintf(stderr, "sh: %s: this is no question\n", argv[0]);
        return 2;
    }
    return !result;
}

/* --- all of them --- */

static int do_help(int argc, char **argv);
static int do_type(int argc, char **argv);

static const struct { const char *name; int (*run)(int argc, char **argv); } own[] = {
    { ".", do_source }, { ":", do_true }, { "[", do_test }, { "bg", do_go_on }, { "break", do_leave },
    { "cd", do_cd }, { "continue", do_leave }, { "eval", do_eval }, { "exec", do_exec }, { "exit", do_exit },
    { "export", do_export }, { "false", do_true }, { "fg", do_go_on }, { "help", do_help },
    { "history", do_history }, { "jobs", do_jobs }, { "local", do_local }, { "pwd", do_pwd },
    { "read", do_read }, { "return", do_return }, { "set", do_set }, { "shift", do_shift }, { "source", do_source }, { "test", do_test },
    { "trap", do_trap }, { "true", do_true }, { "type", do_type }, { "umask", do_umask }, { "unset", do_unset },
    { "wait", do_wait },
};
enum { OWN = sizeof own / sizeof *own };

static int own_number(const char *name)
{
    int i = 0;

    while (i < OWN && strcmp(own[i].name, name))
        i++;
    return i;
}

static int is_own(const char *name)
{
    return own_number(name) < OWN;
}

/* 1: it was one, and *result is its status. */
static int own_command(int argc, char **argv, int *result)
{
    int i = own_number(argv[0]);

    if (i == OWN)
        return 0;
    *result = own[i].run(argc, argv);
    fflush(stdout);
    return 1;
}

static int do_type(int argc, char **argv)
{
    char path[512];
    int bad = 0;

    for (int i = 1; i < argc; i++) {
        snprintf(path, sizeof path, "%s%s", strchr(argv[i], '/') ? "" : "/bin/", argv[i]);
        if (function_named(argv[i]))
            printf("%s is a function\n", argv[i]);
        else if (is_own(argv[i]))
            printf("%s is the shell's own\n", argv[i]);
        else if (!access(path, X_OK))
            printf("%s is %s\n", argv[i], path);
        else {
            printf("%s is not found\n", argv[i]);
            bad = 1;
        }
    }
    return bad;
}

static int do_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    puts("a | b   a; b   a && b   a || b   a &   (a; b)   { a; b; }   ! a\n"
         "> FILE  >> FILE  < FILE  2> FILE  2>&1   *.c  [a-z]?   # a comment\n"
         "x=1  $x  ${x:-1}  ${x%.c}  $? $$ $! $# $@ $1   $(command)  $((1 + 2))  'text'  \"$x\"\n"
         "f() { a $1; return 2; }   local x=1   trap 'a' EXIT INT   set -efux\n"
         "if a; then b; elif c; then d; else e; fi   for i in 1 2; do a; done\n"
         "while a; do b; done   until a; do b; done   case $x in a*|b) c;; *) d;; esac\n"
         "a << END, and lines up to END, are a's input\n"
         "Ctrl-C ends, Ctrl-Z stops what runs; Ctrl-D: no more; Ctrl-U, Ctrl-W: rub out\n"
         "jobs, fg %1, bg %1, kill %1, wait; !! is the last line, history lists them\n"
         "The shell's own:");
    for (int i = 0; i < OWN; i++)
        printf(" %s", own[i].name);
    puts("\nOther programs: ls /bin");
    return 0;
}

#endif
