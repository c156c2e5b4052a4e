/* regexec.c - matching in sets of places: a node takes the places where it may begin to
 * those where it may end, so that no pattern takes exponential time. Once the leftmost
 * longest match is known, its parts are found from left to right, each as long as the rest
 * allows. Source: POSIX.1-2017, "Regular Expressions", "Matches"; the sets are
 * K. Thompson, "Regular expression search algorithm", 1968, turned round: over places in the text instead of
 * states of the pattern.
 */
#include "regtree.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct match {
    const struct __regex *re;
    const char *text;
    int n, words, flags;        /* of the text: its length; of a set of places: its words */
    uint32_t *room;             /* sets of places, used like a stack */
    int used, most;
    int given[10][2];           /* what a group that is referred to must match */
    int *part;                  /* begin and end of each group, of the whole as 0 */
};

static uint32_t *take(struct match *m) { return m->room + m->words * m->used++; }
static void drop(struct match *m, int n) { m->used -= n; }
static void clear(const struct match *m, uint32_t *s) { memset(s, 0, (size_t)m->words * 4); }
static int has(const uint32_t *s, int i) { return s[i / 32] >> i % 32 & 1; }
static void add(uint32_t *s, int i) { s[i / 32] |= 1u << i % 32; }

static int add_all(const struct match *m, uint32_t *to, const uint32_t *from)
{
    int grew = 0;

    for (int i = 0; i < m->words; i++) {
        grew |= (from[i] & ~to[i]) != 0;
        to[i] |= from[i];
    }
    return grew;
}

/* ---- places that a node asks about ---- */

static int word_at(const struct match *m, int i)
{
    return i >= 0 && i < m->n && (isalnum((unsigned char)m->text[i]) || m->text[i] == '_');
}

static int begins_line(const struct match *m, int i)
{
    return (i == 0 && !(m->flags & REG_NOTBOL)) ||
           (i > 0 && m->re->flags & REG_NEWLINE && m->text[i - 1] == '\n');
}

static int ends_line(const struct match *m, int i)
{
    return (i == m->n && !(m->flags & REG_NOTEOL)) ||
           (i < m->n && m->re->flags & REG_NEWLINE && m->text[i] == '\n');
}

static int holds(const struct match *m, enum kind kind, int i)
{
    int before = word_at(m, i - 1), after = word_at(m, i);

    switch (kind) {
    case RE_BEGIN: return begins_line(m, i);
    case RE_END: return ends_line(m, i);
    case RE_WORD_EDGE: return before != after;
    case RE_NO_EDGE: return before == after;
    case RE_WORD_BEGIN: return !before && after;
    case RE_WORD_END: return before && !after;
    default: return 1;
    }
}

/* Where one place leads by a node without parts; -1: nowhere. */
static int leads(const struct match *m, const struct node *v, int i)
{
    unsigned char c = i < m->n ? (unsigned char)m->text[i] : 0;
    const int *g = m->given[v->group];
    int size = g[1] - g[0];

    if (v->kind == RE_SET)
        return i < m->n && m->re->sets[v->left].has[c / 8] >> c % 8 & 1 ? i + 1 : -1;
    if (v->kind != RE_BACK)
        return holds(m, v->kind, i) ? i : -1;
    if (g[0] < 0 || size > m->n - i)
        return -1;
    for (int k = 0; k < size; k++) {
        int a = (unsigned char)m->text[g[0] + k], b = (unsigned char)m->text[i + k];

        if (a != b && !(m->re->flags & REG_ICASE && tolower(a) == tolower(b)))
            return -1;
    }
    return i + size;
}

/* ---- sets of places ---- */

static void run(struct match *m, int at, const uint32_t *in, uint32_t *out);

static void run_repeat(struct match *m, int child, int min, int max, const uint32_t *in, uint32_t *out)
{
    uint32_t *now = take(m), *next = take(m);

    clear(m, out);
    memcpy(now, in, (size_t)m->words * 4);
    for (int k = 0; k < min; k++) {
        run(m, child, now, next);
        if (k > m->n && memcmp(now, next, (size_t)m->words * 4) == 0)
            break;              /* nothing changes any more */
        memcpy(now, next, (size_t)m->words * 4);
    }
    for (int k = min; add_all(m, out, now) && (max < 0 || k < max); k++) {
        run(m, child, now, next);
        memcpy(now, next, (size_t)m->words * 4);
    }
    drop(m, 2);
}

static void run_group(struct match *m, const struct node *v, const uint32_t *in, uint32_t *out)
{
    const int *g = v->group < 10 ? m->given[v->group] : NULL;

    if (!g || !(m->re->referred >> v->group & 1)) {
        run(m, v->left, in, out);
        return;
    }
    clear(m, out);
    if (g[0] >= 0 && has(in, g[0])) {
        uint32_t *from = take(m), *to = take(m);

        clear(m, from);
        add(from, g[0]);
        run(m, v->left, from, to);
        if (has(to, g[1]))
            add(out, g[1]);
        drop(m, 2);
    }
}

static void run(struct match *m, int at, const uint32_t *in, uint32_t *out)
{
    const struct node *v = &m->re->nodes[at];
    uint32_t *other;

    switch (v->kind) {
    case RE_CAT:
        other = take(m);
        run(m, v->left, in, other);
        run(m, v->right, other, out);
        drop(m, 1);
        return;
    case RE_ALT:
        other = take(m);
        run(m, v->left, in, out);
        run(m, v->right, in, other);
        add_all(m, out, other);
        drop(m, 1);
        return;
    case RE_REPEAT: run_repeat(m, v->left, v->min, v->max, in, out); return;
    case RE_GROUP: run_group(m, v, in, out); return;
    default:
        clear(m, out);
        for (int w = 0; w < m->words; w++) {
            for (uint32_t bits = in[w]; bits; bits &= bits - 1) {
                int to = leads(m, v, w * 32 + __builtin_ctz(bits));

                if (to >= 0)
                    add(out, to);
            }
        }
    }
}

/* From one place by a node, or by a repetition with other bounds. The caller drops both. */
static const uint32_t *ends_from(struct match *m, int at, int i)
{
    uint32_t *in = take(m), *out = take(m);

    clear(m, in);
    add(in, i);
    run(m, at, in, out);
    return out;
}

static int repeats(struct match *m, int child, int min, int max, int from, int to)
{
    uint32_t *in = take(m), *out = take(m);
    int yes;

    clear(m, in);
    add(in, from);
    run_repeat(m, child, min, max, in, out);
    yes = has(out, to);
    drop(m, 2);
    return yes;
}

static int reaches(struct match *m, int at, int from, int to)
{
    int yes = has(ends_from(m, at, from), to);

    drop(m, 2);
    return yes;
}

/* ---- the parts of what matches from i to j ---- */

static void forget(struct match *m, int at)
{
    const struct node *v = &m->re->nodes[at];

    if (v->kind == RE_GROUP)
        m->part[2 * v->group] = m->part[2 * v->group + 1] = -1;
    if (v->kind == RE_CAT || v->kind == RE_ALT)
        forget(m, v->right);
    if (v->kind == RE_CAT || v->kind == RE_ALT || v->kind == RE_REPEAT || v->kind == RE_GROUP)
        forget(m, v->left);
}

static void divide(struct match *m, int at, int i, int j);

static void divide_repeat(struct match *m, const struct node *v, int i, int j)
{
    int min = v->min, max = v->max;

    while (i < j) {
        const uint32_t *ends = ends_from(m, v->left, i);
        int k = j;

        min -= min > 0;
        max -= max > 0;
        while (k > i && !(has(ends, k) && repeats(m, v->left, min, max, k, j)))
            k--;
        drop(m, 2);
        forget(m, v->left);
        divide(m, v->left, i, k);
        if (k == i)             /* only an empty turn helps on: the bounds ask for it */
            continue;
        i = k;
        if (i == j)
            return;
    }
    if (max != 0 && reaches(m, v->left, i, i))
        divide(m, v->left, i, i);
}

static void divide(struct match *m, int at, int i, int j)
{
    const struct node *v = &m->re->nodes[at];
    const uint32_t *ends;
    int k = j;

    switch (v->kind) {
    case RE_CAT:
        ends = ends_from(m, v->left, i);
        while (!(has(ends, k) && reaches(m, v->right, k, j)))
            k--;
        drop(m, 2);
        divide(m, v->left, i, k);
        divide(m, v->right, k, j);
        break;
    case RE_ALT: divide(m, reaches(m, v->left, i, j) ? v->left : v->right, i, j); break;
    case RE_REPEAT: divide_repeat(m, v, i, j); break;
    case RE_GROUP:
        m->part[2 * v->group] = i;
        m->part[2 * v->group + 1] = j;
        divide(m, v->left, i, j);
        break;
    default: break;
    }
}

/* ---- the whole ---- */

static int longest_from(struct match *m, int i)
{
    const uint32_t *ends = ends_from(m, m->re->root, i);
    int j = m->n;

    while (j >= i && !has(ends, j))
        j--;
    drop(m, 2);
    return j >= i ? j : -1;
}

/* The longest end over all that the groups from `group` on, which are referred to, may
 * match; m->given is then what gives it. */
static int longest_given(struct match *m, int i, int group)
{
    int best = -1, keep[10][2];

    while (group < 10 && !(m->re->referred >> group & 1))
        group++;
    if (group == 10)
        return longest_from(m, i);
    memcpy(keep, m->given, sizeof keep);
    for (int a = i - 1; a <= m->n; a++) {       /* i - 1: it takes no part */
        for (int b = a < i ? a : m->n; b >= a; b--) {
            int end;

            m->given[group][0] = a < i ? -1 : a;
            m->given[group][1] = a < i ? -1 : b;
            end = longest_given(m, i, group + 1);
            if (end > best) {
                best = end;
                memcpy(keep, m->given, sizeof keep);
            }
        }
    }
    memcpy(m->given, keep, sizeof keep);
    return best;
}

/* Does it match anywhere? Of no use where groups are referred to. */
static int anywhere(struct match *m)
{
    uint32_t *in = take(m), *out = take(m);
    int yes = 0;

    clear(m, in);
    for (int i = 0; i <= m->n; i++)
        add(in, i);
    run(m, m->re->root, in, out);
    for (int i = 0; i < m->words; i++)
        yes |= out[i] != 0;
    drop(m, 2);
    return yes;
}

static int search(struct match *m)
{
    if (!m->re->referred && !anywhere(m))
        return REG_NOMATCH;
    for (int i = 0; i <= m->n; i++) {
        int j = longest_given(m, i, 1);

        if (j < 0)
            continue;
        m->part[0] = i;
        m->part[1] = j;
        if (!(m->re->flags & REG_NOSUB))
            divide(m, m->re->root, i, j);
        return 0;
    }
    return REG_NOMATCH;
}

/* A repetition takes two sets, a sequence or a choice one, the search around it four; a
 * part that is being divided two, and the way down is never longer than the tree. */
static int allocate(struct match *m)
{
    m->words = m->n / 32 + 1;
    m->most = 4 * m->re->nnodes + 8;
    m->room = calloc((size_t)m->most, (size_t)m->words * 4);
    m->part = calloc((size_t)m->re->ngroups + 1, 2 * sizeof *m->part);
    return m->room && m->part;
}

int regexec(const regex_t *re, const char *text, size_t n, regmatch_t match[], int flags)
{
    struct match m = { .re = re->__program, .text = text, .n = (int)strlen(text), .flags = flags };
    int result = REG_ESPACE;

    if (allocate(&m)) {
        memset(m.part, 0xff, (size_t)(m.re->ngroups + 1) * 2 * sizeof *m.part);
        memset(m.given, 0xff, sizeof m.given);
        result = search(&m);
    }
    for (size_t i = 0; result == 0 && !(m.re->flags & REG_NOSUB) && i < n; i++) {
        int known = i <= (size_t)m.re->ngroups;

        match[i] = (regmatch_t){ known ? m.part[2 * i] : -1, known ? m.part[2 * i + 1] : -1 };
    }
    free(m.room);
    free(m.part);
    return result;
}
