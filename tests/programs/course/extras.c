/* What GNU, BSD and System V added to POSIX, and courses' programs use. */
#include <complex.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

static int compare(const void *a, const void *b) { return strcmp(a, b); }
static int compare_int(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void show(const void *node, VISIT when, int depth)
{
    (void)depth;
    if (when == postorder || when == leaf)
        printf("%s ", *(char *const *)node);
}

static void tables(void)
{
    char *words[] = { "m", "c", "x", "a", "d", "z", "y", "b" };
    int numbers[8] = { 5, 3 }, key = 9;
    size_t n = 2;
    void *root = NULL;
    ENTRY e, *found;

    for (int i = 0; i < 8; i++)
        tsearch(words[i], &root, compare);
    tsearch("c", &root, compare);
    twalk(root, show);
    printf("%d %d\n", tfind("d", &root, compare) != NULL, tfind("q", &root, compare) != NULL);
    for (int i = 0; i < 8; i += 3)
        tdelete(words[i], &root, compare);
    twalk(root, show);
    printf("%d\n", tdelete("q", &root, compare) == NULL);
    hcreate(8);
    for (int i = 0; i < 8; i++)
        hsearch((ENTRY){ words[i], &words[i] }, ENTER);
    for (int i = 0; i < 8; i++) {
        e.key = words[i];
        found = hsearch(e, FIND);
        printf("%d", found && found->data == &words[i]);
    }
    e.key = "q";
    printf(" %d\n", hsearch(e, FIND) == NULL);
    hdestroy();
    lsearch(&key, numbers, &n, sizeof key, compare_int);
    lsearch(&key, numbers, &n, sizeof key, compare_int);
    printf("%d %d\n", (int)n, numbers[2]);
}

struct item {
    int v;
    TAILQ_ENTRY(item) t;
    LIST_ENTRY(item) l;
    SLIST_ENTRY(item) s;
    STAILQ_ENTRY(item) q;
};
TAILQ_HEAD(tails, item);
LIST_HEAD(lists, item);
SLIST_HEAD(singles, item);
STAILQ_HEAD(queues, item);

static void queues(void)
{
    struct tails tails = TAILQ_HEAD_INITIALIZER(tails);
    struct lists lists = LIST_HEAD_INITIALIZER(lists);
    struct singles singles = SLIST_HEAD_INITIALIZER(singles);
    struct queues queue = STAILQ_HEAD_INITIALIZER(queue);
    struct item it[5], *p;

    for (int i = 0; i < 5; i++) {
        it[i].v = i;
        TAILQ_INSERT_TAIL(&tails, &it[i], t);
        LIST_INSERT_HEAD(&lists, &it[i], l);
        SLIST_INSERT_HEAD(&singles, &it[i], s);
        STAILQ_INSERT_TAIL(&queue, &it[i], q);
    }
    TAILQ_REMOVE(&tails, &it[2], t);
    TAILQ_INSERT_BEFORE(&it[1], &it[2], t);
    TAILQ_REMOVE(&tails, &it[4], t);
    TAILQ_INSERT_HEAD(&tails, &it[4], t);
    TAILQ_REMOVE(&tails, &it[3], t);
    TAILQ_INSERT_AFTER(&tails, &it[1], &it[3], t);
    TAILQ_FOREACH(p, &tails, t)
        printf("%d", p->v);
    TAILQ_FOREACH_REVERSE(p, &tails, tails, t)
        printf("%d", p->v);
    printf(" %d\n", TAILQ_LAST(&tails, tails)->v);
    LIST_REMOVE(&it[3], l);
    LIST_INSERT_AFTER(&it[0], &it[3], l);
    LIST_FOREACH(p, &lists, l)
        printf("%d", p->v);
    SLIST_REMOVE(&singles, &it[1], item, s);
    SLIST_FOREACH(p, &singles, s)
        printf("%d", p->v);
    STAILQ_REMOVE_HEAD(&queue, q);
    STAILQ_FOREACH(p, &queue, q)
        printf("%d", p->v);
    puts("");
}

static void on_signal(int sig) { printf("signal %d\n", sig); }

static void signals(void)
{
    sigset(SIGUSR1, on_signal);
    sighold(SIGUSR1);
    raise(SIGUSR1);
    puts("held");
    sigrelse(SIGUSR1);
    printf("%d\n", sigset(SIGUSR1, SIG_HOLD) == on_signal);
    printf("%d\n", sigset(SIGUSR1, SIG_IGN) == SIG_HOLD);
    raise(SIGUSR1);
    printf("%d %s %s\n", sigignore(SIGUSR2), sigabbrev_np(SIGTERM), sigdescr_np(SIGINT));
    raise(SIGUSR2);
}

static void texts(void)
{
    static const char *const versions[] = { "", "a", "a0", "a00", "a000", "a001", "a01", "a09", "a010", "a1",
                                            "a9", "a10", "a10b", "a10b2", "b", "0", "00", "09", "1", "10" };
    static const double numbers[] = { 123.456, -0.00123, 1e20, 0.5, 99.995, 1.0 };
    char list[] = "ro,size=5,bad", *rest = list, *value, text[40];
    char *const known[] = { "ro", "size", NULL };
    int point, negative;

    for (int i = 0; i < 20; i++)
        for (int k = 0; k < 20; k++) {
            int c = strverscmp(versions[i], versions[k]);

            putchar(c < 0 ? '<' : c > 0 ? '>' : '=');
        }
    puts("");
    for (int i = 0; i < 6; i++) {
        printf("%s ", ecvt(numbers[i], 5, &point, &negative));
        printf("%d %d ", point, negative);
        printf("%s ", fcvt(numbers[i], 5, &point, &negative));
        printf("%d %d %s\n", point, negative, gcvt(numbers[i], 10, text));
    }
    printf("%s %ld\n", l64a(123456), a64l("zzz"));
    while (*rest) {
        int i = getsubopt(&rest, known, &value);

        printf("%d %s;", i, value ? value : "-");
    }
    printf(" %d %d %d %d\n", ffsl(8), ffsll(1ll << 40), (int)major(makedev(8, 300)), (int)minor(makedev(8, 300)));
}

static void numbers(void)
{
    double complex z = 1 + 2 * I;

    z = z * z / (1 - I);
    printf("%.3f %.3f %.4f %.4f\n", creal(z), cimag(z), cabs(z), carg(conj(z)));
    z = csqrt(-4);
    printf("%.3f %.3f\n", creal(z), cimag(z));
}

static void where(const char *path)
{
    char here[PATH_MAX], *to = realpath(path, NULL);
    int error = errno;

    getcwd(here, sizeof here);
    printf("%s: %s\n", path, to ? to + (here[1] ? strlen(here) : 0) : strerror(error));
    free(to);
}

static void paths(void)
{
    struct iovec v[2] = { { "hello ", 6 }, { "world", 5 } };
    char text[32] = "", name[] = "abXXXXXX.c";
    off_t at = 3;
    int from, to;

    mkdir("d", 0755);
    symlink("d", "l");
    from = open("d/f", O_CREAT | O_RDWR, 0644);
    symlink("../l/f", "d/g");
    symlink("loop", "loop");
    where("l/../l/./g");
    where("no/x");
    where("no");
    where("loop");
    where("d/f/x");
    printf("%d ", (int)pwritev(from, v, 2, 3));
    pread(from, text, 20, 3);
    puts(text);
    to = open("d/h", O_CREAT | O_RDWR, 0600);
    printf("%d ", (int)sendfile(to, from, &at, 5));
    memset(text, 0, sizeof text);
    pread(to, text, 20, 0);
    printf("%d %s\n", (int)at, text);
    close(from);
    close(to);
    to = mkstemps(name, 2);
    printf("%d %s\n", to >= 0, name + strlen(name) - 2);
    unlink(name);
    unlink("d/f");
    unlink("d/g");
    unlink("d/h");
    unlink("l");
    unlink("loop");
    printf("%d\n", rmdir("d"));
}

int main(void)
{
    tables();
    queues();
    signals();
    texts();
    numbers();
    paths();
    return 0;
}
