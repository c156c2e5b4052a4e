/* expr.c - the value of a sum or a comparison: expr WORD...; its status is 1 for 0 or nothing.
 * By how weakly they bind: |  &  = != < <= > >=  + -  * / %  TEXT : PATTERN; ( ); length TEXT,
 * index TEXT BYTES, substr TEXT FROM LENGTH, match TEXT PATTERN. POSIX.1-2017, expr. */
#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **word;             /* the next; NULL: that was all */
static int skipped;             /* what | and & leave out is passed, whatever is wrong with it */

static const char *sum_of(int level);

static void wrong(const char *why)
{
    fprintf(stderr, "expr: %s\n", why);
    exit(2);
}

static int is(const char *what)
{
    return *word && !strcmp(*word, what);
}

static int whole(const char *s, intmax_t *v)
{
    char *end;

    errno = 0;
    *v = strtoimax(s, &end, 10);
    return *s && !*end && (*s == '-' || (*s >= '0' && *s <= '9')) && !errno;
}

static const char *of_number(intmax_t v)
{
    char *s = malloc(24);

    if (!s)
        wrong("no memory");
    snprintf(s, 24, "%jd", v);
    return s;
}

static int is_null(const char *s)
{
    intmax_t v;

    return !*s || (whole(s, &v) && !v);
}

/* What \( \) in it is of the text, or how much fits from the text's start. */
static const char *match(const char *text, const char *pattern)
{
    regex_t re;
    regmatch_t part[2] = { { 0, 0 }, { -1, -1 } };
    char *anchored = malloc(strlen(pattern) + 2);

    if (!anchored)
        wrong("no memory");
    sprintf(anchored, "^%s", pattern);
    if (regcomp(&re, *pattern == '^' ? pattern : anchored, 0))
        wrong("this is no pattern");
    int fits = !regexec(&re, text, 2, part, 0);
    if (!re.re_nsub)
        return of_number(fits ? part[0].rm_eo : 0);
    return fits && part[1].rm_so >= 0 ? strndup(text + part[1].rm_so, (size_t)(part[1].rm_eo - part[1].rm_so)) : "";
}

static const char *operand(void);

static const char *substr(void)
{
    const char *text = operand();
    intmax_t from, n, size = (intmax_t)strlen(text);
    int right = whole(operand(), &from);

    right &= whole(operand(), &n);
    if (!right || from < 1 || from > size || n < 1)
        return "";
    return strndup(text + from - 1, (size_t)(n < size - from + 1 ? n : size - from + 1));
}

static const char *operand(void)
{
    const char *text, *of;

    if (!*word)
        wrong("a word is missing");
    if (is("(")) {
        word++;
        text = sum_of(0);
        if (!is(")"))
            wrong("a ) is missing");
        word++;
        return text;
    }
    text = *word++;
    if (!*word)
        return text;
    if (!strcmp(text, "length"))
        return of_number((intmax_t)strlen(operand()));
    if (!strcmp(text, "substr"))
        return substr();
    if (!strcmp(text, "match")) {
        text = operand();
        return match(text, operand());
    }
    if (!strcmp(text, "index")) {
        text = operand();
        of = operand();
        size_t n = strcspn(text, of);
        return of_number(text[n] ? (intmax_t)n + 1 : 0);
    }
    return text;
}

static intmax_t apply(char op, const char *x, const char *y)
{
    intmax_t a, b, v = 0;

    if (skipped)
        return 0;
    if (!whole(x, &a) || !whole(y, &b))
        wrong("this is no number");
    if (op == '+' ? __builtin_add_overflow(a, b, &v) : op == '-' ? __builtin_sub_overflow(a, b, &v)
        : op == '*' && __builtin_mul_overflow(a, b, &v))
        wrong("the number is too large");
    if (strchr("+-*", op))
        return v;
    if (!b)
        wrong("division by zero");
    return b == -1 ? op == '%' ? 0 : (intmax_t)(0 - (uintmax_t)a) : op == '%' ? a % b : a / b;
}

static int compares(const char *op, const char *x, const char *y)
{
    intmax_t a, b;
    int numbers = whole(x, &a) && whole(y, &b);
    int order = numbers ? (a > b) - (a < b) : strcmp(x, y);

    return *op == '=' ? !order : *op == '!' ? order != 0
        : *op == '<' ? order < 0 || (op[1] && !order) : order > 0 || (op[1] && !order);
}

static const char *sum_of(int level)
{
    static const char *const ops[][6] = { { "|" }, { "&" }, { "=", "!=", "<", "<=", ">", ">=" },
                                          { "+", "-" }, { "*", "/", "%" }, { ":" } };
    enum { LEVELS = sizeof ops / sizeof *ops };

    if (level == LEVELS)
        return operand();
    const char *a = sum_of(level + 1);
    for (;;) {
        const char *op = NULL;

        for (int i = 0; i < 6 && ops[level][i] && !op; i++)
            op = is(ops[level][i]) ? ops[level][i] : NULL;
        if (!op)
            return a;
        word++;
        int skips = level < 2 && is_null(a) == level;
        skipped += skips;
        const char *b = sum_of(level + 1);
        skipped -= skips;
        switch (level) {
        case 0: a = !is_null(a) ? a : !is_null(b) ? b : "0"; break;
        case 1: a = is_null(a) || is_null(b) ? "0" : a; break;
        case 2: a = compares(op, a, b) ? "1" : "0"; break;
        case 5: a = match(a, b); break;
        default: a = of_number(apply(*op, a, b)); break;
        }
    }
}

int main(int argc, char **argv)
{
    word = argv + 1 + (argc > 1 && !strcmp(argv[1], "--"));
    if (!*word)
        wrong("usage: expr WORD...");
    const char *value = sum_of(0);
    if (*word)
        wrong("a word is too much");
    puts(value);
    return is_null(value);
}
