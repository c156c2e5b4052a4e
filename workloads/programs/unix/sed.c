/* sed.c - edits lines on their way: sed [-nE] [-e] SCRIPT [-e SCRIPT...] [FILE...]
 *   s/PATTERN/TEXT/[g][p][N]   y/FROM/TO/   p   d   q   =   n   { ... }   a, i, c TEXT
 * each with N, $ or /PATTERN/ in front, or two of them with a comma between, and ! for all others.
 * POSIX.1-2017, sed, without labels and the hold space. */
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMMANDS = 128, PARTS = 10 };

struct address { enum { NONE, LINE, LAST, MATCH } kind; unsigned long n; regex_t re; };

static struct command {
    struct address from, to;
    int not, inside;            /* it is between the two addresses */
    char letter;
    regex_t re;                 /* s */
    char *text, *other;         /* s, a, i, c: the text; y: the bytes, and those for them */
    unsigned long nth;          /* s: the first to be replaced */
    int all, prints;
    int end;                    /* {: the command behind its } */
} commands[COMMANDS];
static int ncommands, quiet, extended;
static const char *script;

static char **files;            /* that are left */
static FILE *input;
static char *line, *ahead;      /* and the line behind it; NULL: there is none */
static size_t size, ahead_size, length, ahead_length;
static unsigned long number;
static int has_newline, ahead_has, owes_newline, bad;
static char *later[COMMANDS];   /* what a has said */
static int nlater;

static void wrong(const char *why)
{
    fprintf(stderr, "sed: %s, at '%.20s'\n", why, script);
    exit(2);
}

/* --- the script --- */

/* Up to `end`, which is passed: \END is END, \n is a newline, all else stays for its reader (in y
 * there is none). In a pattern `end` may be one of a set of bytes. */
static char *take_until(char end, int pattern, int raw)
{
    char *text = malloc(2 * strlen(script) + 1);
    size_t n = 0;
    int in_set = 0;

    for (; text && *script && (*script != end || in_set); script++) {
        if (*script == '\\' && script[1] && !in_set) {
            script++;
            if (*script == 'n')
                text[n++] = '\n';
            else if (*script == end)
                text[n++] = end;
            else {
                if (!raw || *script != '\\')
                    text[n++] = '\\';
                text[n++] = *script;
            }
            continue;
        }
        if (pattern && *script == '[' && !in_set)
            in_set = 1 + (script[1] == '^') + (script[1 + (script[1] == '^')] == ']');
        else if (pattern && in_set > 1)
            in_set--;
        else if (*script == ']')
            in_set = 0;
        text[n++] = *script;
    }
    if (!text || !*script)
        wrong("an end is missing");
    script++;
    text[n] = '\0';
    return text;
}

static void take_pattern(regex_t *re, char end)
{
    if (regcomp(re, take_until(end, 1, 0), extended ? REG_EXTENDED : 0))
        wrong("this is no pattern");
}

static void blanks(const char *which)
{
    script += strspn(script, which);
}

static void take_address(struct address *a)
{
    char *end;

    if (isdigit((unsigned char)*script)) {
        a->kind = LINE;
        a->n = strtoul(script, &end, 10);
        script = end;
    } else if (*script == '$') {
        a->kind = LAST;
        script++;
    } else if (*script == '/') {
        a->kind = MATCH;
        script++;
        take_pattern(&a->re, '/');
    }
    blanks(" \t");
}

static void take_replacement(struct command *c)
{
    char end = *script;
    char *stop;

    if (!end || end == '\n' || end == '\\')
        wrong("an end is missing");
    script++;
    if (c->letter == 's')
        take_pattern(&c->re, end);
    else
        c->other = take_until(end, 0, c->letter == 'y');
    c->text = take_until(end, 0, c->letter == 'y');
    if (c->letter == 'y' && strlen(c->text) != strlen(c->other))
        wrong("y needs as many bytes as there are");
    c->nth = 1;
    for (; c->letter == 's'; script++)
        if (*script == 'g')
            c->all = 1;
        else if (*script == 'p')
            c->prints = 1;
        else if (isdigit((unsigned char)*script)) {
            c->nth = strtoul(script, &stop, 10);
            script = stop - 1;
        } else
            break;
}

static void take_text(struct command *c)
{
    blanks(" \t");
    script += *script == '\\';
    blanks("\n");
    size_t n = strcspn(script, "\n");
    c->text = strndup(script, n);
    script += n;
}

static void take_command(struct command *c)
{
    take_address(&c->from);
    if (c->from.kind && *script == ',') {
        script++;
        blanks(" \t");
        take_address(&c->to);
        if (!c->to.kind)
            wrong("an address is missing");
    }
    while (*script == '!') {
        c->not = 1;
        script++;
        blanks(" \t");
    }
    c->letter = *script;
    if (!c->letter || !strchr("sypdq=naic{}", c->letter))
        wrong("this is not known here");
    script++;
    if (c->letter == 's' || c->letter == 'y')
        take_replacement(c);
    else if (strchr("aic", c->letter))
        take_text(c);
    blanks(" \t");
    if (*script && !strchr(";\n}", *script) && c->letter != '{')
        wrong("a command ends before");
}

static void take_script(const char *text)
{
    static int open[COMMANDS], depth;

    for (script = text; blanks("; \t\n"), *script; ncommands++) {
        struct command *c = &commands[ncommands];

        if (ncommands == COMMANDS)
            wrong("these are too many commands");
        take_command(c);
        if (c->letter == '{')
            open[depth++] = ncommands;
        else if (c->letter == '}' && !depth)
            wrong("there is no {");
        else if (c->letter == '}')
            commands[open[--depth]].end = ncommands;
    }
    if (depth)
        wrong("a } is missing");
}

/* --- lines --- */

/* The next file that can be read; there may be none. */
static void open_next(void)
{
    for (input = NULL; *files && !input; files++)
        if (!(input = strcmp(*files, "-") ? fopen(*files, "r") : stdin)) {
            perror(*files);
            bad = 1;
        }
}

/* The line ahead, out of whatever file it is in. */
static void look_ahead(void)
{
    ssize_t n = -1;

    while (input && (n = getline(&ahead, &ahead_size, input)) < 0) {
        if (ferror(input)) {
            perror("sed");
            bad = 1;
        }
        if (input != stdin)
            fclose(input);
        open_next();
    }
    ahead_has = n > 0 && ahead[n - 1] == '\n';
    ahead_length = n > 0 ? (size_t)n - (size_t)ahead_has : 0;
    if (n > 0)
        ahead[ahead_length] = '\0';
    else
        input = NULL;
}

/* 0: there is none. */
static int next_line(void)
{
    char *was = line;
    size_t was_size = size;

    if (!input)
        return 0;
    line = ahead, size = ahead_size, length = ahead_length, has_newline = ahead_has;
    ahead = was, ahead_size = was_size;
    number++;
    look_ahead();
    return 1;
}

/* Also behind one that had no newline, if something follows. */
static void begin_line(void)
{
    if (owes_newline)
        putchar('\n');
    owes_newline = 0;
}

static void put_line(void)
{
    begin_line();
    fwrite(line, 1, length, stdout);
    owes_newline = !has_newline && !input;
    if (!owes_newline)
        putchar('\n');
}

static void put_text(const char *text)
{
    begin_line();
    puts(text);
}

/* --- commands --- */

static int fits(const struct address *a)
{
    return a->kind == LINE ? number == a->n : a->kind == LAST ? !input : !regexec(&a->re, line, 0, NULL, 0);
}

static int is_meant(struct command *c)
{
    if (!c->from.kind)
        return 1;
    if (!c->to.kind)
        return fits(&c->from);
    if (!c->inside) {
        if (!fits(&c->from))
            return 0;
        c->inside = c->to.kind != LINE || c->to.n > number;     /* at least this line */
        return 1;
    }
    if (c->to.kind == LINE && number > c->to.n) {
        c->inside = 0;
        return fits(&c->from);
    }
    c->inside = !fits(&c->to);
    return 1;
}

/* What takes the place of what was found in the line at `at`. */
static void put_replacement(FILE *to, const char *text, const char *at, const regmatch_t part[PARTS])
{
    for (; *text; text++) {
        int n = *text == '&' ? 0 : *text == '\\' && isdigit((unsigned char)text[1]) ? text[1] - '0' : -1;

        if (n >= 0 && part[n].rm_so >= 0)
            fwrite(at + part[n].rm_so, 1, (size_t)(part[n].rm_eo - part[n].rm_so), to);
        text += *text == '\\' && text[1];
        if (n < 0)
            putc(*text, to);
    }
}

static void substitute(const struct command *c)
{
    regmatch_t part[PARTS];
    char *result = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&result, &n);
    unsigned long found = 0, changed = 0;
    const char *at = line, *empty = NULL;       /* where a match ended: none without bytes there */

    while (to && (c->all || !changed) && !regexec(&c->re, at, PARTS, part, at > line ? REG_NOTBOL : 0)) {
        const char *begin = at + part[0].rm_so, *end = at + part[0].rm_eo;

        fwrite(at, 1, (size_t)(begin - at), to);
        if (begin < end || begin != empty) {
            if (++found >= c->nth) {
                put_replacement(to, c->text, at, part);
                changed++;
            } else
                fwrite(begin, 1, (size_t)(end - begin), to);
        }
        at = empty = end;
        if (begin == end) {
            if (!*at)
                break;
            putc(*at++, to);
        }
    }
    if (!to)
        wrong("no memory");
    fputs(at, to);
    fclose(to);
    if (changed) {
        free(line);
        line = result, length = n, size = n + 1;
        if (c->prints)
            put_line();
    } else
        free(result);
}

static void exchange(const struct command *c)
{
    for (size_t i = 0; i < length; i++) {
        const char *at = line[i] ? strchr(c->other, line[i]) : NULL;

        line[i] = at ? c->text[at - c->other] : line[i];
    }
}

static void put_later(void)
{
    for (int i = 0; i < nlater; i++)
        put_text(later[i]);
    nlater = 0;
}

/* All commands, on this line. 0: that was the last. */
static int edit(void)
{
    int goes_on = 1, shown = !quiet;

    for (struct command *c = commands; c < commands + ncommands; c++) {
        if (is_meant(c) == c->not) {
            if (c->letter == '{')
                c = commands + c->end;
            continue;
        }
        switch (c->letter) {
        case 's': substitute(c); break;
        case 'y': exchange(c); break;
        case 'p': put_line(); break;
        case '=':
            begin_line();
            printf("%lu\n", number);
            break;
        case 'i': put_text(c->text); break;
        case 'a': later[nlater++] = c->text; break;
        case 'c':
            if (!c->to.kind || c->not || !c->inside)
                put_text(c->text);
            shown = 0;
            c = commands + ncommands;
            break;
        case 'd':
            shown = 0;
            c = commands + ncommands;
            break;
        case 'q':
            goes_on = 0;
            c = commands + ncommands;
            break;
        case 'n':
            if (!input) {
                c = commands + ncommands;
                goes_on = 0;
                break;
            }
            if (shown)
                put_line();
            put_later();
            next_line();
            break;
        default: break;
        }
    }
    if (shown)
        put_line();
    put_later();
    return goes_on;
}

int main(int argc, char **argv)
{
    static char dash[] = "-", *input_alone[] = { dash, NULL };
    int c, any = 0, bad_option = 0;

    while ((c = getopt(argc, argv, "nEre:")) != -1)
        switch (c) {
        case 'n': quiet = 1; break;
        case 'E': case 'r': extended = 1; break;
        case 'e': take_script(optarg); any = 1; break;
        default: bad_option = 1; break;
        }
    if (!bad_option && !any && optind < argc) {
        take_script(argv[optind++]);
        any = 1;
    }
    if (bad_option || !any) {
        fputs("usage: sed [-nE] [-e] SCRIPT [-e SCRIPT...] [FILE...]\n", stderr);
        return 2;
    }
    files = optind < argc ? argv + optind : input_alone;
    open_next();
    look_ahead();
    while (next_line() && edit())
        ;
    return bad;
}
