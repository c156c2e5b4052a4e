/* regex.c - regular expressions over random patterns and texts. Parts are printed only where
 * no group is repeated: there glibc keeps parts of turns that are over. */
#include <regex.h>
#include <stdio.h>
#include <string.h>

static unsigned long long seed = 1;
static unsigned rnd(unsigned n)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(seed >> 33) % n;
}

static char pattern[256];
static int used, repeats_groups;

static void put(const char *s)
{
    while (*s && used < 200)
        pattern[used++] = *s++;
    pattern[used] = '\0';
}

static void generate(int depth, int extended)
{
    static const char *const atoms[] = { "a", "b", "c", ".", "[ab]", "[^a]", "[a-b]", "ab",
                                         "[[:upper:]]", "\\w", "[]^-]", "\\.", "^", "$" };
    static const char *const plain[] = { "*", "+", "?", "{1,2}", "{2}", "{0,}" };
    static const char *const escaped[] = { "*", "\\+", "\\?", "\\{1,2\\}", "\\{2\\}", "\\{0,\\}" };

    for (int n = 1 + (int)rnd(3); n > 0; n--) {
        int group = depth > 0 && rnd(3) == 0;

        if (!group) {
            put(atoms[rnd(rnd(8) ? 9 : 14)]);
        } else {
            put(extended ? "(" : "\\(");
            generate(depth - 1, extended);
            if (rnd(2)) {
                put(extended ? "|" : "\\|");
                generate(depth - 1, extended);
            }
            put(extended ? ")" : "\\)");
        }
        if (rnd(3) == 0 && (!group || repeats_groups))
            put((extended ? plain : escaped)[rnd(6)]);
    }
}

static void try(const char *p, int flags, const char *text, int exec_flags, int parts)
{
    regmatch_t m[5];
    regex_t re;
    char says[80];
    int e = regcomp(&re, p, flags);

    printf("%s", p);
    if (e) {
        printf(": %s\n", (regerror(e, &re, says, sizeof says), says));
        return;
    }
    printf(" on %s:", text);
    e = regexec(&re, text, 5, m, exec_flags);
    for (int i = 0; !e && i < parts; i++)
        printf(" %d-%d", (int)m[i].rm_so, (int)m[i].rm_eo);
    printf(" %d %d\n", e, (int)re.re_nsub);
    regfree(&re);
}

static void at_random(void)
{
    int extended = (int)rnd(2);
    int flags = (extended ? REG_EXTENDED : 0) | (rnd(5) ? 0 : REG_ICASE) | (rnd(5) ? 0 : REG_NEWLINE);

    repeats_groups = (int)rnd(2);
    used = 0;
    generate(2, extended);
    for (int k = 0; k < 4; k++) {
        char text[16];
        int n = (int)rnd(10);

        for (int i = 0; i < n; i++)
            text[i] = "abcABab\n"[rnd(flags & REG_NEWLINE ? 8 : 7)];
        text[n] = '\0';
        try(pattern, flags, text, rnd(6) ? 0 : REG_NOTBOL, repeats_groups ? 1 : 5);
    }
}

int main(void)
{
    static const char *const wrong[] = { "(", "a)", "[a", "a{2", "a{2,1}", "a{x}", "*a", "a|*b",
                                         "[[:no:]]", "[b-a]", "\\", "()", "a||b", "(a)\\2", "+", "[[.x.]]" };
    static const char *const basic[] = { "\\(", "a\\)", "a\\{2", "*a", "\\(*a\\)", "\\(a\\)\\2", "a\\{1,0\\}",
                                         "^*a", "a^b$c", "\\{1\\}", "{", "a+" };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        try(wrong[i], REG_EXTENDED, "a", 0, 1);
    for (size_t i = 0; i < sizeof basic / sizeof *basic; i++)
        try(basic[i], 0, "*a{+", 0, 1);
    try("\\(a*\\)b\\1", 0, "xaabaac", 0, 2);
    try("^\\(.*\\)\n\\1$", 0, "one\none", 0, 2);
    try("(.)(.)\\2\\1", REG_EXTENDED, "noon abba", 0, 3);
    try("\\<[a-z]+\\>", REG_EXTENDED, "12 ab3 cd.", 0, 1);
    try("\\bfoo\\B", REG_EXTENDED, "foo food", 0, 1);
    try("^[[:alnum:]._-]+@([a-z]+\\.)+[a-z]{2,4}$", REG_EXTENDED, "j.doe@cs.example.org", 0, 1);
    try("^([^ ]+) (GET|POST) (/[^ ]*)", REG_EXTENDED, "10.0.0.1 GET /index.html", 0, 4);
    for (int i = 0; i < 400; i++)
        at_random();
    return 0;
}
