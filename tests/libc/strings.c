/* strings.c - string functions, sorting, chance and options, as the host has them. */
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static uint64_t state = 88172645463325252u;

static uint32_t chance(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

/* Few letters, so that things are found; at any alignment. */
static char *text(char *room, size_t most)
{
    char *s = room + chance(4);
    size_t n = chance((uint32_t)most);

    for (size_t i = 0; i < n; i++)
        s[i] = "abcABC \xe9"[chance(chance(3) ? 3 : 8)];
    s[n] = '\0';
    return s;
}

static int sign(int n) { return (n > 0) - (n < 0); }
static int at(const char *s, const void *p) { return p ? (int)((const char *)p - s) : -1; }

static void strings(int count)
{
    char ra[64], rb[64], to[160];

    for (int i = 0; i < count; i++) {
        char *a = text(ra, 40), *b = text(rb, chance(2) ? 4 : 40), *word, *rest;
        size_t n = chance(44);
        int c = "abcA\0"[chance(5)], k = (int)chance(4);

        printf("%d %d %d %d %d ", sign(strcmp(a, b)), sign(strncmp(a, b, n)), sign(strcasecmp(a, b)),
               sign(strncasecmp(a, b, n)), sign(memcmp(a, b, strlen(b) < strlen(a) ? strlen(b) : strlen(a))));
        printf("%d %d %d %d %d ", at(a, strchr(a, c)), at(a, strrchr(a, c)), at(a, memchr(a, c, strlen(a))),
               at(a, strstr(a, b)), at(a, strcasestr(a, b)));
        printf("%d %d %d %d ", (int)strspn(a, b), (int)strcspn(a, b), at(a, strpbrk(a, b)), (int)strnlen(a, n));
        printf("%d %d ", at(a, memmem(a, strlen(a), b, strlen(b))), at(a, memrchr(a, c, strlen(a))));
        memset(to, '#', sizeof to);
        strncpy(to + k, a, n);
        to[60 + k] = '\0';
        strcat(strcpy(to + 64 + k, a), b);
        printf("%s|%s|", to + k, to + 64 + k);
        memset(to, '.', sizeof to);
        memmove(to + 20, memcpy(to + 20 + chance(30), a, strlen(a)), 40);
        to[90] = '\0';
        strncat(to, b, n);
        printf("%s|", to);
        strcpy(to, a);
        for (word = strtok_r(to, b, &rest); word; word = strtok_r(NULL, b, &rest))
            printf("<%s>", word);
        strcpy(to, a);
        rest = to;
        while ((word = strsep(&rest, *b ? b : "a")))
            printf("[%s]", word);
        word = strndup(a, n);
        printf(" %s %d\n", word, at(to, memccpy(to, a, c, strlen(a))));
        free(word);
    }
}

static int by_first(const void *a, const void *b)
{
    return *(const signed char *)a - *(const signed char *)b;
}

static int by_int(const void *a, const void *b, void *calls)
{
    ++*(int *)calls;
    return *(const int *)a < *(const int *)b ? -1 : *(const int *)a > *(const int *)b;
}

static void sorting(int count)
{
    for (int i = 0; i < count; i++) {
        char s[400];
        int v[300], n = (int)chance(300), calls = 0, key = (int)chance(50), *found;

        for (int k = 0; k < n; k++) {
            v[k] = (int)chance(50) - (int)chance(2) * 20;
            s[2 * k % 398] = (char)('a' + chance(6));
            s[2 * k % 398 + 1] = (char)('0' + k % 10);
        }
        qsort_r(v, (size_t)n, sizeof *v, by_int, &calls);
        qsort(s, (size_t)(n < 199 ? n : 199), 2, by_first);        /* equals keep their order */
        for (int k = 0; k < n; k++)
            printf("%d ", v[k]);
        found = bsearch(&key, v, (size_t)n, sizeof *v, by_first);
        printf("%.*s %d\n", n < 199 ? 2 * n : 398, s, found && *(char *)found == (char)key);
    }
}

static void numbers(void)
{
    unsigned seed = 5;
    unsigned short x[3] = { 1, 2, 3 }, c[7] = { 9, 8, 7, 6, 5, 4, 3 };
    char words[128];

    for (int i = 0; i < 5; i++)
        printf("%d ", rand_r(&seed));
    for (unsigned s = 0; s < 4; s++) {
        srand(s * 1234567);
        for (int i = 0; i < 40; i++)
            printf("%d ", rand());
    }
    for (size_t n = 8; n <= 128; n *= 2) {
        initstate(7, words, n);
        for (int i = 0; i < 10; i++)
            printf("%ld ", random());
    }
    srand48(42);
    for (int i = 0; i < 10; i++) {
        printf("%ld ", lrand48());
        printf("%ld ", mrand48());
        printf("%.17g ", drand48());
    }
    printf("%.17g ", erand48(x));
    printf("%ld ", nrand48(x));
    printf("%ld ", jrand48(x));
    lcong48(c);
    printf("%ld\n", lrand48());
}

static void options(int argc, char **argv, const char *letters, int use_long)
{
    static const struct option known[] = {
        { "alpha", no_argument, NULL, 'A' }, { "beta", required_argument, NULL, 'B' },
        { "gamma", optional_argument, NULL, 'G' }, { "alphabet", no_argument, NULL, 'T' }, { 0 } };
    int c, index;

    optind = 0;
    opterr = 0;
    for (;;) {
        index = -1;
        c = use_long ? getopt_long(argc, argv, letters, known, &index) : getopt(argc, argv, letters);
        if (c == -1)
            break;
        printf("%d:%s:%d:%d ", c, optarg ? optarg : "-", index, c == '?' ? optopt : 0);
    }
    printf("| %d", optind);
    for (int i = 0; i < argc; i++)
        printf(" %s", argv[i]);
    printf("\n");
}

static void command_lines(int count)
{
    static const char *const words[] = { "-a", "-b", "-bval", "-ab", "-abc", "x", "y", "--", "--alpha",
                                         "--beta", "--beta=3", "--gam", "--gamma=5", "--al", "--nope", "-", "-z" };

    for (int i = 0; i < count; i++) {
        char *argv[8] = { (char *)"prog" };
        int argc = 1 + (int)chance(6);

        for (int k = 1; k < argc; k++)
            argv[k] = (char *)words[chance(sizeof words / sizeof *words)];
        options(argc, argv, "+ab:c", 0);
        options(argc, argv, chance(2) ? "ab:c::" : "+:ab:c", 1);
    }
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000;

    strings(count);
    sorting(count / 20);
    numbers();
    command_lines(count);
    for (int e = -1; e < 132; e++)
        if (e <= 40 && e != 41)
            printf("%s\n", strerror(e));
    return 0;
}
