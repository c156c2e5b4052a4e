/* sh_sum.h - a part of sh.c: what is between $(( and )). ISO C, 6.5, as POSIX.1-2017 has it in Shell
 * Command Language, 2.6.4, without ++ and --. */
#ifndef SH_SUM_H
#define SH_SUM_H

static const char *sum;         /* where in it */
static enum { RIGHT, NO_SUM, BY_ZERO } sum_is_wrong;
static int sum_is_skipped;      /* what && || ?: leave out sets nothing, and is divided by 0 */

static long sum_of(int level);
static long sum_all(void);

static void sum_blanks(void)
{
    while (isspace((unsigned char)*sum))
        sum++;
}

static long sum_apply(const char *op, long a, long b)
{
    if ((*op == '/' || *op == '%') && (!b || b == -1)) {
        if (!b && !sum_is_skipped)
            sum_is_wrong = sum_is_wrong ? sum_is_wrong : BY_ZERO;
        return b && *op == '/' ? (long)(0 - (unsigned long)a) : 0;
    }
    unsigned long x = (unsigned long)a, y = (unsigned long)b;   /* what is too large wraps around */
    switch (*op) {
    case '*': return (long)(x * y);
    case '/': return a / b;
    case '%': return a % b;
    case '+': return (long)(x + y);
    case '-': return (long)(x - y);
    case '<': return op[1] == '<' ? (long)(x << (b & 31)) : op[1] == '=' ? a <= b : a < b;
    case '>': return op[1] == '>' ? a >> (b & 31) : op[1] == '=' ? a >= b : a > b;
    case '=': return a == b;
    case '!': return a != b;
    case '&': return op[1] == '&' ? a && b : a & b;
    case '^': return a ^ b;
    default:  return op[1] == '|' ? a || b : a | b;
    }
}

/* A variable, or one that is set: x = 1, x += 1 ... */
static long sum_variable(void)
{
    static const char *const ops[] = { "=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|=" };
    const char *name = sum;
    size_t n = name_length(sum);
    char number[24];

    sum += n;
    sum_blanks();
    long v = 0;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        size_t size = strlen(ops[i]);

        if (strncmp(sum, ops[i], size) || (!i && sum[1] == '='))
            continue;
        const char *value = i ? value_or_empty(value_of(name, n), name, n) : "";
        sum += size;
        v = sum_all();
        v = i ? sum_apply(ops[i], strtol(value, NULL, 0), v) : v;
        snprintf(number, sizeof number, "%ld", v);
        if (!sum_is_skipped && !sum_is_wrong)
            variable_set(name, n, number);
        return v;
    }
    return strtol(value_or_empty(value_of(name, n), name, n), NULL, 0);
}

static long sum_operand(void)
{
    char *end;
    long v;

    sum_blanks();
    if (*sum == '(') {
        sum++;
        v = sum_all();
        sum_blanks();
        sum_is_wrong = *sum != ')' ? NO_SUM : sum_is_wrong;
        sum += *sum == ')';
        return v;
    }
    if (*sum && strchr("-+!~", *sum)) {
        char sign = *sum++;

        v = sum_operand();
        return sign == '-' ? (long)(0 - (unsigned long)v) : sign == '!' ? !v : sign == '~' ? ~v : v;
    }
    if (name_length(sum))
        return sum_variable();
    v = strtol(sum, &end, 0);
    sum_is_wrong = end == sum ? NO_SUM : sum_is_wrong;
    sum = end;
    return v;
}

/* Is it there, and not the beginning of a longer one? */
static int sum_has(const char *op)
{
    size_t n = strlen(op);

    return !strncmp(sum, op, n) && sum[n] != '=' && !(n == 1 && sum[1] == *sum && strchr("<>&|", *sum));
}

/* Operators by how weakly they bind; longer ones first. */
static long sum_of(int level)
{
    static const char *const ops[][5] = { { "||" }, { "&&" }, { "|" }, { "^" }, { "&" }, { "==", "!=" },
                                          { "<=", ">=", "<", ">" }, { "<<", ">>" }, { "+", "-" }, { "*", "/", "%" } };
    enum { LEVELS = sizeof ops / sizeof *ops };

    if (level == LEVELS)
        return sum_operand();
    long v = sum_of(level + 1);
    for (;;) {
        const char *op = NULL;

        sum_blanks();
        for (int i = 0; i < 5 && ops[level][i] && !op; i++)
            op = sum_has(ops[level][i]) ? ops[level][i] : NULL;
        if (!op)
            return v;
        sum += strlen(op);
        int skips = level < 2 && (v == 0) == level;   /* the first says it all: true ||, false && */
        sum_is_skipped += skips;
        v = sum_apply(op, v, sum_of(level + 1));
        sum_is_skipped -= skips;
    }
}

/* One, or one of two: a ? b : c. */
static long sum_all(void)
{
    long if_so, v = sum_of(0);

    sum_blanks();
    if (*sum != '?')
        return v;
    sum++;
    sum_is_skipped += !v;
    if_so = sum_all();
    sum_is_skipped -= !v;
    sum_blanks();
    sum_is_wrong = *sum != ':' ? NO_SUM : sum_is_wrong;
    sum += *sum == ':';
    sum_is_skipped += v != 0;
    long if_not = sum_all();
    sum_is_skipped -= v != 0;
    return v ? if_so : if_not;
}

/* What it comes to. *wrong: what is wrong with it, to be printed with it; NULL: nothing. */
static long value_of_sum(const char *text, const char **wrong)
{
    sum = text;
    sum_is_wrong = RIGHT;
    sum_blanks();
    long v = *sum ? sum_all() : 0;
    sum_blanks();
    *wrong = sum_is_wrong == BY_ZERO ? "sh: $((%.*s)): division by zero\n"
             : sum_is_wrong || *sum ? "sh: $((%.*s)): this is no sum\n" : NULL;
    return v;
}

#endif
