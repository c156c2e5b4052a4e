/* sort.c - lines in order: sort [-bfnru] [-k FIELD[,FIELD]] [-t CHARACTER] [-o FILE] [FILE...] */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { KEY = 4096 };

static int reverse, key_reverse, numbers, unique, fold, blanks;
static int first_field, last_field;     /* of the key; 0: the line, up to its end */
static char separator;                  /* between fields; 0: blanks */
static char **line;
static size_t n, have;

/* Behind n fields; blanks belong to the field that they stand before. */
static const char *behind(const char *p, int fields)
{
    for (; fields > 0 && *p; fields--) {
        if (separator) {
            p += strcspn(p, (char[]){ separator, '\0' });
            p += *p == separator && fields > 1;
            continue;
        }
        p += strspn(p, " \t");
        p += strcspn(p, " \t");
    }
    return p;
}

static const char *key_of(const char *text, char *key)
{
    const char *from = text, *to;
    size_t size;

    if (first_field > 1) {
        from = behind(text, first_field - 1);
        from += separator && *from == separator;
    }
    to = last_field ? behind(text, last_field) : from + strlen(from);
    if (blanks || numbers)
        from += strspn(from, " \t");
    size = to > from ? (size_t)(to - from) : 0;
    size = size < KEY ? size : KEY - 1;
    memcpy(key, from, size);
    key[size] = '\0';
    return key;
}

static int compare(const char *a, const char *b)
{
    static char ka[KEY], kb[KEY];
    double x, y;

    if (!first_field && !blanks && !numbers && !fold)
        return strcmp(a, b);            /* of any length */
    key_of(a, ka);
    key_of(b, kb);
    if (!numbers)
        return fold ? strcasecmp(ka, kb) : strcmp(ka, kb);
    x = strtod(ka, NULL);
    y = strtod(kb, NULL);
    return x < y ? -1 : x > y;
}

/* Equal keys: by the whole line. */
static int order(const void *pa, const void *pb)
{
    const char *a = *(char *const *)pa, *b = *(char *const *)pb;
    int c = compare(a, b);

    c = key_reverse ? -c : c;
    c = c || unique ? c : strcmp(a, b);
    return reverse ? -c : c;
}

/* All lines of f, without their ends; the last may lack its own. */
static void take(FILE *f, const char *path)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t len;

    while ((len = getline(&text, &room, f)) > 0) {
        if (text[len - 1] == '\n')
            text[len - 1] = '\0';
        if (n == have)
            line = realloc(line, (have = have ? 2 * have : 64) * sizeof *line);
        if (!line || !(line[n++] = strdup(text))) {
            fputs("sort: not enough memory\n", stderr);
            exit(2);
        }
    }
    free(text);
    if (ferror(f)) {
        perror(path);
        exit(2);
    }
}

/* -k FIELD[,FIELD], perhaps with n and r behind. */
static int take_key(const char *text)
{
    char *end;

    first_field = (int)strtol(text, &end, 10);
    for (int second = 0; *end && second < 2;) {
        if (*end == 'n')
            numbers = 1;
        else if (*end == 'r')
            key_reverse = 1;
        else if (*end == ',' && !second) {
            second = 1;
            last_field = (int)strtol(end + 1, &end, 10);
            continue;
        } else
            return 0;
        end++;
    }
    return first_field > 0;
}

int main(int argc, char **argv)
{
    const char *to = NULL;
    int i, c, wrong = 0;

    while ((c = getopt(argc, argv, "bfnruk:t:o:")) != -1)
        switch (c) {
        case 'b': blanks = 1; break;
        case 'f': fold = 1; break;
        case 'n': numbers = 1; break;
        case 'r': reverse = 1; break;
        case 'u': unique = 1; break;
        case 'k': wrong |= !take_key(optarg); break;
        case 't': separator = *optarg; break;
        case 'o': to = optarg; break;
        default: wrong = 1; break;
        }
    if (wrong) {
        fputs("usage: sort [-bfnru] [-k FIELD[,FIELD]] [-t CHARACTER] [-o FILE] [FILE...]\n", stderr);
        return 2;
    }
    i = optind;
    if (i == argc)
        take(stdin, "sort");
    for (; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");

        if (!f) {
            perror(argv[i]);
            return 2;
        }
        take(f, argv[i]);
        fclose(f);
    }
    if (to && !freopen(to, "w", stdout)) {
        perror(to);
        return 2;
    }
    if (n)
        qsort(line, n, sizeof *line, order);
    for (size_t k = 0; k < n; k++)
        if (!unique || !k || order(&line[k - 1], &line[k]))
            puts(line[k]);
    return 0;
}
