/* sh_words.h - a part of sh.c: memory, variables, and what words stand for. POSIX.1-2017, Shell
 * Command Language, 2.5 and 2.6. */
#ifndef SH_WORDS_H
#define SH_WORDS_H

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POOL = 1 << 17, MOST_WORDS = 1024, WORD_BYTES = 16384 };

static int status;              /* of the last command: $? */
static pid_t last_behind;       /* $! */
static pid_t shell_pid;         /* $$, in its subshells, too */
static char **script_args;      /* $0, $1, $2 ... */
static int nscript_args;

static int wants_set;           /* set -u: a variable that is not set is a mistake */
static int no_patterns;         /* set -f: * and its like stand for themselves */
static int expansion_failed;    /* of the command whose words these are */

static pid_t fork_for_output(int *from);
static void run_text(const char *text);
static void shell_exit(int result);

/* --- memory: all of a command's is given back when it is done --- */

static char pool[POOL] __attribute__((aligned(8))), *pool_top = pool;

static void *take(size_t n)
{
    char *p = pool_top;

    n = (n + 7) & ~(size_t)7;
    if (n > (size_t)(pool + POOL - pool_top)) {
        fputs("sh: the command is too long\n", stderr);
        exit(2);
    }
    pool_top += n;
    return memset(p, 0, n);
}

static char *take_text(const char *s, size_t n)
{
    return memcpy(take(n + 1), s, n);
}

/* --- variables --- */

static struct variable {
    struct variable *next;
    char *value;                /* NULL: it is only to be exported */
    int exported;
    char name[];
} *variables;

static size_t name_length(const char *s)
{
    size_t n = 0;

    while (s[n] == '_' || isalpha((unsigned char)s[n]) || (n && isdigit((unsigned char)s[n])))
        n++;
    return n;
}

static struct variable *variable_named(const char *name, size_t n)
{
    for (struct variable *v = variables; v; v = v->next)
        if (strlen(v->name) == n && !memcmp(v->name, name, n))
            return v;
    return NULL;
}

static struct variable *variable_made(const char *name, size_t n)
{
    struct variable *v = variable_named(name, n);

    if (!v && (v = calloc(1, sizeof *v + n + 1))) {
        memcpy(v->name, name, n);
        v->next = variables;
        variables = v;
    }
    if (!v)
        exit(2);
    return v;
}

static const char *value_of(const char *name, size_t n)
{
    const struct variable *v = variable_named(name, n);

    return v ? v->value : NULL;
}

static void variable_set(const char *name, size_t n, const char *value)
{
    struct variable *v = variable_made(name, n);

    free(v->value);
    v->value = strdup(value);
}

static void variable_unset(const char *name)
{
    for (struct variable **at = &variables; *at; at = &(*at)->next)
        if (!strcmp((*at)->name, name)) {
            struct variable *v = *at;

            *at = v->next;
            free(v->value);
            free(v);
            return;
        }
}

/* What it stands for is not known, so the command it belongs to is not run. */
static void does_not_expand(const char *format, const char *text, size_t n)
{
    fprintf(stderr, format, (int)n, text);
    expansion_failed = 1;
}

/* NULL is nothing, but for set -u. */
static const char *value_or_empty(const char *value, const char *name, size_t n)
{
    if (!value && wants_set)
        does_not_expand("sh: %.*s: this is not set\n", name, n);
    return value ? value : "";
}

static void variables_from(char **env)
{
    for (; *env; env++) {
        size_t n = name_length(*env);

        if (n && (*env)[n] == '=') {
            variable_set(*env, n, *env + n + 1);
            variable_named(*env, n)->exported = 1;
        }
    }
}

/* What other programs get. */
static char **environment(void)
{
    char **env, **at;
    size_t n = 1;

    for (struct variable *v = variables; v; v = v->next)
        n++;
    at = env = take(n * sizeof *env);
    for (struct variable *v = variables; v; v = v->next)
        if (v->exported && v->value) {
            size_t size = strlen(v->name) + strlen(v->value) + 2;

            *at = take(size);
            snprintf(*at++, size, "%s=%s", v->name, v->value);
        }
    return env;
}

/* --- where things end; NULL: not in this text --- */

static const char *end_of_quote(const char *p)
{
    char quote = *p++;

    for (; *p && *p != quote; p++)
        if (*p == '\\' && quote != '\'' && p[1])
            p++;
    return *p ? p + 1 : NULL;
}

/* Behind the bracket that closes the one at p. */
static const char *end_of_brackets(const char *p)
{
    char open = *p, close = open == '(' ? ')' : '}';
    int depth = 0;

    while (p && *p) {
        if (*p == '\\' && p[1])
            p += 2;
        else if (*p == '\'' || *p == '"' || *p == '`')
            p = end_of_quote(p);
        else {
            depth += *p == open;
            depth -= *p == close;
            p++;
            if (!depth)
                return p;
        }
    }
    return NULL;
}

/* Behind the word that begins at p. */
static const char *end_of_word(const char *p)
{
    while (p && *p && !strchr(" \t\n|&;<>()", *p)) {
        if (*p == '\\' && p[1])
            p = p[1] == '\n' && !p[2] ? NULL : p + 2;
        else if (*p == '\'' || *p == '`')
            p = end_of_quote(p);
        else if (*p == '"') {
            const char *q = p + 1;

            while (q && *q && *q != '"')
                q = *q == '\\' && q[1] ? q + 2
                    : *q == '$' && (q[1] == '(' || q[1] == '{') ? end_of_brackets(q + 1) : q + 1;
            p = q && *q ? q + 1 : NULL;
        } else if (*p == '$' && (p[1] == '(' || p[1] == '{'))
            p = end_of_brackets(p + 1);
        else
            p++;
    }
    return p;
}

#include "sh_sum.h"

/* --- expansion --- */

static char out[WORD_BYTES];    /* the field in the making */
static char is_literal[WORD_BYTES];
static size_t nout;
static int was_quoted, splits;  /* it may be empty; values come apart at blanks */
static int matches;             /* values that are not quoted are patterns, too */
static char *fields[MOST_WORDS + 1];
static int nfields;

static void put(char c, int literal)
{
    if (nout < WORD_BYTES - 1) {
        is_literal[nout] = (char)literal;
        out[nout++] = c;
    }
}

static void field_add(char *text)
{
    if (nfields == MOST_WORDS) {
        fputs("sh: too many words\n", stderr);
        return;
    }
    fields[nfields++] = text;
}

/* The field from there on as a pattern. 0: no byte of it stands for others. */
static int field_pattern(size_t from, char *pattern, size_t size)
{
    size_t n = 0;
    int any = 0;

    for (size_t i = from; i < nout && n < size - 2; i++) {
        any |= !is_literal[i] && strchr("*?[", out[i]);
        if (is_literal[i] && strchr("*?[]\\-", out[i]))
            pattern[n++] = '\\';
        pattern[n++] = out[i];
    }
    pattern[n] = '\0';
    return any;
}

/* Names of files, if it has a pattern and there are any. */
static int field_globs(void)
{
    char pattern[1024];
    glob_t found;

    if (!field_pattern(0, pattern, sizeof pattern) || glob(pattern, 0, NULL, &found))
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        field_add(take_text(found.gl_pathv[i], strlen(found.gl_pathv[i])));
    globfree(&found);
    return 1;
}

static void field_end(void)
{
    if ((nout || was_quoted) && !(splits && !no_patterns && field_globs()))
        field_add(take_text(out, nout));
    nout = 0;
    was_quoted = 0;
}

static void put_value(const char *v, int quoted)
{
    for (; *v; v++)
        if (!quoted && splits && isspace((unsigned char)*v))
            field_end();
        else
            put(*v, quoted || (!splits && !matches));
}

static void put_output(const char *text, size_t n, int quoted)
{
    char *command = take_text(text, n), buf[256];
    int from, how;
    pid_t pid;
    ssize_t got;
    size_t newlines = 0;

    fflush(stdout);
    if ((pid = fork_for_output(&from)) == 0) {
        run_text(command);
        shell_exit(status);
    }
    while (pid > 0 && (got = read(from, buf, sizeof buf)) > 0)
        for (ssize_t i = 0; i < got; i++) {
            const char one[2] = { buf[i], '\0' };

            if (buf[i] == '\n') {
                newlines++;     /* those at the end are not its */
                continue;
            }
            for (; newlines; newlines--)
                put_value("\n", quoted);
            put_value(one, quoted);
        }
    close(from);
    if (pid > 0 && waitpid(pid, &how, 0) == pid)
        status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

/* In "$@" each is a field of its own, where there may be several. */
static void put_args(int quoted, int apart)
{
    apart = apart && splits;
    if (quoted && apart && nscript_args < 2)
        was_quoted = nout > 0;
    for (int i = 1; i < nscript_args; i++) {
        if (i > 1 && quoted && apart) {
            was_quoted = 1;
            field_end();
            was_quoted = 1;
        } else if (i > 1)
            put_value(" ", quoted);
        put_value(script_args[i], quoted);
    }
}

static const char *expand_raw(const char *raw, size_t n);

static const char *value_or_arg(const char *name, size_t n)
{
    if (!isdigit((unsigned char)*name))
        return value_of(name, n);
    return atoi(name) < nscript_args ? script_args[atoi(name)] : NULL;
}

/* The sum between $(( and )). */
static void put_sum(const char *text, size_t n)
{
    char number[24];
    const char *which;
    size_t was = nout;
    int split = splits, quoted = was_quoted;

    splits = 0;
    expand_raw(text, n);        /* variables with a dollar */
    put('\0', 1);
    const char *with_values = take_text(out + was, nout - was);
    nout = was;
    splits = split;
    was_quoted = quoted;
    long v = value_of_sum(with_values, &which);
    if (which)
        does_not_expand(which, text, n);
    snprintf(number, sizeof number, "%ld", v);
    put_value(number, 1);
}

/* Behind a name: `op` of - + = ? (with a colon: empty is as good as unset), and its word. */
static void put_or(const char *name, size_t n, const char *op, const char *end, int quoted)
{
    int colon = *op == ':';
    const char *value = value_or_arg(name, n), *word = op + colon + 1;
    int has = value && (!colon || *value);

    op += colon;
    if (*op == '+' ? has : !has) {
        size_t was = nout;

        expand_raw(word, (size_t)(end - word));
        if (*op == '=')
            variable_set(name, n, take_text(out + was, nout - was));
        else if (*op == '?') {
            fprintf(stderr, "sh: %.*s: %s\n", (int)n, name, end > word ? take_text(out + was, nout - was) : "this is not set");
            expansion_failed = 1;
        }
    } else if (*op != '+')
        put_value(value, quoted);
}

/* A word as a pattern: what is quoted in it stands for itself. */
static char *expand_pattern(const char *raw, size_t n)
{
    char pattern[1024];
    size_t was = nout;
    int split = splits, quoted = was_quoted;

    splits = 0;
    matches = 1;
    expand_raw(raw, n);
    matches = 0;
    field_pattern(was, pattern, sizeof pattern);
    nout = was;
    splits = split;
    was_quoted = quoted;
    return take_text(pattern, strlen(pattern));
}

/* Without its shortest or longest (the sign twice) end (%) or beginning (#) that fits. */
static void put_trimmed(const char *value, const char *op, const char *end, int quoted)
{
    int longest = op[1] == *op, front = *op == '#', n = (int)strlen(value);
    int from = longest ? n : 0, by = longest ? -1 : 1;
    char *text = take_text(value, (size_t)n);
    const char *pattern = expand_pattern(op + 1 + longest, (size_t)(end - op) - 1 - (size_t)longest);

    for (int i = from; i >= 0 && i <= n; i += by) {
        char *cut = text + (front ? i : n - i), c = *cut;
        int fits;

        if (front)
            *cut = '\0';
        fits = !fnmatch(pattern, front ? text : cut, 0);
        *cut = c;
        if (fits) {
            *cut = front ? c : '\0';
            put_value(front ? cut : text, quoted);
            return;
        }
    }
    put_value(text, quoted);
}

static void put_braces(const char *p, const char *end, int quoted)
{
    int length = *p == '#' && p + 1 < end;
    size_t n = name_length(p += length);
    char number[16];

    while (!n && isdigit((unsigned char)p[n]))
        n = strspn(p, "0123456789");
    const char *value = n ? value_or_arg(p, n) : NULL, *op = p + n;
    if (length) {
        snprintf(number, sizeof number, "%d", (int)strlen(value_or_empty(value, p, n)));
        put_value(number, quoted);
    } else if (n && op == end)
        put_value(value_or_empty(value, p, n), quoted);
    else if (n && strchr("-+=?", op[*op == ':']) && (op[*op == ':'] != '=' || name_length(p)))
        put_or(p, n, op, end, quoted);
    else if (n && strchr("%#", *op))
        put_trimmed(value_or_empty(value, p, n), op, end, quoted);
    else
        does_not_expand("sh: ${%.*s}: that is not known here\n", p, (size_t)(end - p));
}

static void put_number(long v, int quoted)
{
    char number[24];

    snprintf(number, sizeof number, "%ld", v);
    put_value(number, quoted);
}

/* p is behind the dollar; what is behind its name. */
static const char *put_dollar(const char *p, int quoted)
{
    const char *end;
    size_t n;

    switch (*p) {
    case '?': put_number(status, quoted); return p + 1;
    case '$': put_number(shell_pid, quoted); return p + 1;
    case '!': put_number(last_behind, quoted); return p + 1;
    case '#': put_number(nscript_args ? nscript_args - 1 : 0, quoted); return p + 1;
    case '@': case '*':
        put_args(quoted, *p == '@');
        return p + 1;
    case '{':
        end = end_of_brackets(p);
        put_braces(p + 1, end - 1, quoted);
        return end;
    case '(':
        end = end_of_brackets(p);
        if (p[1] == '(' && end[-2] == ')')
            put_sum(p + 2, (size_t)(end - p) - 4);
        else
            put_output(p + 1, (size_t)(end - p) - 2, quoted);
        return end;
    default:
        break;
    }
    if (isdigit((unsigned char)*p)) {
        put_value(value_or_empty(value_or_arg(p, 1), p, 1), quoted);
        return p + 1;
    }
    if (!(n = name_length(p)))
        put('$', 1);
    else
        put_value(value_or_empty(value_of(p, n), p, n), quoted);
    return p + n;
}

static const char *put_home(const char *p, const char *end)
{
    const char *home = value_of("HOME", 4);

    if (*p != '~' || (p + 1 < end && p[1] != '/'))
        return p;
    for (home = home ? home : "/"; *home; home++)
        put(*home, 1);
    return p + 1;
}

/* The field grows by what the text stands for. */
static const char *expand_raw(const char *raw, size_t n)
{
    const char *p = raw, *end = raw + n;
    int quoted = 0;

    p = put_home(p, end);
    while (p < end) {
        if (*p == '"') {
            quoted = !quoted;
            was_quoted |= quoted;
            p++;
        } else if (*p == '\'' && !quoted) {
            was_quoted = 1;
            for (p++; p < end && *p != '\''; p++)
                put(*p, 1);
            p++;
        } else if (*p == '\\' && p + 1 < end && (!quoted || strchr("$`\"\\\n", p[1]))) {
            if (p[1] != '\n')
                put(p[1], 1);
            p += 2;
        } else if (*p == '$' && p + 1 < end)
            p = put_dollar(p + 1, quoted);
        else if (*p == '`') {
            const char *close = end_of_quote(p);

            put_output(p + 1, (size_t)(close - p) - 2, quoted);
            p = close;
        } else
            put(*p++, quoted);
    }
    return end;
}

/* The text of a here-document: $, ` and \ mean what they mean between double quotes. */
static char *expand_text(const char *p, size_t n)
{
    const char *end = p + n;

    splits = 0;
    nout = 0;
    while (p < end) {
        if (*p == '\\' && p + 1 < end && strchr("$`\\\n", p[1])) {
            if (p[1] != '\n')
                put(p[1], 1);
            p += 2;
        } else if (*p == '$' && p + 1 < end && (strchr("({", p[1]) == NULL || end_of_brackets(p + 1)))
            p = put_dollar(p + 1, 1);
        else if (*p == '`' && end_of_quote(p)) {
            const char *close = end_of_quote(p);

            put_output(p + 1, (size_t)(close - p) - 2, 1);
            p = close;
        } else
            put(*p++, 1);
    }
    return take_text(out, nout);
}

/* The words that this one stands for come behind the fields that are there. */
static void expand(const char *raw, size_t n)
{
    splits = 1;
    nout = 0;
    was_quoted = 0;
    expand_raw(raw, n);
    field_end();
}

/* One word, whatever it stands for. */
static char *expand_one(const char *raw, size_t n)
{
    splits = 0;
    nout = 0;
    was_quoted = 0;
    expand_raw(raw, n);
    return take_text(out, nout);
}

#endif
