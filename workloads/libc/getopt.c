/* getopt.c - the options of a command line. Sources: POSIX, "getopt"; "The GNU C
 * Library", "Parsing Long Options with getopt_long". */
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static const char *cluster = "";        /* what is left of a word like -abc */

static int complain(char *const argv[], const char *letters, const char *what, int letter)
{
    if (opterr && *letters != ':')
        fprintf(stderr, "%s: %s -- '%c'\n", argv[0], what, letter);
    optopt = letter;
    return '?';
}

static int short_option(int argc, char *const argv[], const char *letters)
{
    int letter = (unsigned char)*cluster++;
    const char *known = letter == ':' ? NULL : strchr(letters, letter);

    optarg = NULL;
    if (!*cluster)
        optind++;
    if (!known)
        return complain(argv, letters, "invalid option", letter);
    if (known[1] != ':')
        return letter;
    if (*cluster) {
        optarg = (char *)(uintptr_t)cluster;
        optind++;
    } else if (known[2] != ':') {
        if (optind >= argc) {
            complain(argv, letters, "option requires an argument", letter);
            cluster = "";
            return *letters == ':' ? ':' : '?';
        }
        optarg = argv[optind++];
    }
    cluster = "";
    return letter;
}

static int is_option(const char *word)
{
    return word && word[0] == '-' && word[1];
}

int getopt(int argc, char *const argv[], const char *letters)
{
    if (optind == 0) {
        optind = 1;
        cluster = "";
    }
    if (*letters == '+')
        letters++;
    if (!*cluster) {
        if (optind >= argc || !is_option(argv[optind]))
            return -1;
        if (strcmp(argv[optind], "--") == 0) {
            optind++;
            return -1;
        }
        cluster = argv[optind] + 1;
    }
    return short_option(argc, argv, letters);
}

/* The option that the word names, exactly or by the only one that begins so; -1, or -2 if
 * several do. */
static int find(const char *word, size_t n, const struct option *options)
{
    int found = -1;

    for (int i = 0; options[i].name; i++) {
        if (strncmp(options[i].name, word, n))
            continue;
        if (strlen(options[i].name) == n)
            return i;
        found = found == -1 ? i : -2;
    }
    return found;
}

static int long_option(int argc, char *const argv[], const char *letters, const char *word,
                       const struct option *options, int *index)
{
    size_t n = strcspn(word, "=");
    int i = find(word, n, options);
    const struct option *o = &options[i];

    optind++;
    optarg = NULL;
    optopt = 0;
    if (i < 0) {
        if (opterr && *letters != ':')
            fprintf(stderr, "%s: %s option '%s'\n", argv[0], i == -2 ? "ambiguous" : "unrecognized",
                    argv[optind - 1]);
        return '?';
    }
    if (word[n] && o->has_arg == no_argument) {
        if (opterr && *letters != ':')
            fprintf(stderr, "%s: option '--%s' doesn't allow an argument\n", argv[0], o->name);
        optopt = o->val;
        return '?';
    }
    if (word[n]) {
        optarg = (char *)(uintptr_t)(word + n + 1);
    } else if (o->has_arg == required_argument) {
        if (optind >= argc) {
            if (opterr && *letters != ':')
                fprintf(stderr, "%s: option '--%s' requires an argument\n", argv[0], o->name);
            optopt = o->val;
            return *letters == ':' ? ':' : '?';
        }
        optarg = argv[optind++];
    }
    if (index)
        *index = i;
    if (!o->flag)
        return o->val;
    *o->flag = o->val;
    return 0;
}

/* argv[from] comes to argv[to], those between move up. */
static void move(char **argv, int from, int to)
{
    char *word = argv[from];

    for (; from > to; from--)
        argv[from] = argv[from - 1];
    argv[to] = word;
}

static int one(int argc, char *const argv[], const char *letters, const struct option *options,
               int *index, int single)
{
    const char *word = argv[optind];

    if (!*cluster && word[1] == '-' && word[2])
        return long_option(argc, argv, letters, word + 2, options, index);
    if (!*cluster && single && (word[2] || !strchr(letters, word[1])) &&
        find(word + 1, strcspn(word + 1, "="), options) >= 0)
        return long_option(argc, argv, letters, word + 1, options, index);
    return getopt(argc, argv, letters);
}

/* What is no option moves behind the option that comes after it, once that one and its
 * argument have been read to their ends. */
static int permuting(int argc, char *const argv[], const char *letters,
                     const struct option *options, int *index, int single)
{
    static int first;           /* where the word of the cluster will go */
    int at, result;

    if (optind == 0) {
        optind = 1;
        cluster = "";
    }
    if (*letters == '+' || *letters == '-') {
        letters++;
        if (!*cluster && !(optind < argc && is_option(argv[optind])))
            return -1;
        return one(argc, argv, letters, options, index, single);
    }
    if (!*cluster) {
        first = optind;
        while (optind < argc && !is_option(argv[optind]))
            optind++;
        if (optind >= argc) {
            optind = first;
            return -1;
        }
    }
    at = optind;
    result = one(argc, argv, letters, options, index, single);
    if (*cluster)
        return result;
    for (int i = at; i < optind; i++)
        move((char **)(uintptr_t)argv, i, first++);
    optind = first;
    return result;
}

int getopt_long(int argc, char *const argv[], const char *letters, const struct option *options,
                int *index)
{
    return permuting(argc, argv, letters, options, index, 0);
}

int getopt_long_only(int argc, char *const argv[], const char *letters,
                     const struct option *options, int *index)
{
    return permuting(argc, argv, letters, options, index, 1);
}
