/* library.c - what course programs take from the library beside files and threads: contexts of
 * their own, C11 threads, patterns and trees of files, spawn, shared memory by name, floats. */
#include <arpa/inet.h>
#include <locale.h>
#include <math.h>
#include <ucontext.h>
#include <stdio.h>
#include <libgen.h>
#include <threads.h>
#include <fnmatch.h>
#include <ftw.h>
#include <glob.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/statvfs.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>
#include <string.h>
#include <stdlib.h>
#include <grp.h>
#include <pwd.h>
#include <errno.h>
static ucontext_t a, b, m; static int turns;
static void fa(int x, int y) { for (int i = 0; i < 3; i++) { printf("a %d %d %d\n", x, y, i); turns++; swapcontext(&a, &b); } }
static void fb(int x) { for (int i = 0; i < 3; i++) { printf("b %d %d\n", x, i); swapcontext(&b, &a); } }
static char sa[16384], sb[16384];
static mtx_t mx; static int sum;
static int work(void *p) { for (int i = 0; i < 1000; i++) { mtx_lock(&mx); sum++; mtx_unlock(&mx); } return (int)(long)p; }
static int see(const char *p, const struct stat *s, int k, struct FTW *f) { (void)s; printf("%s %d %d %s\n", p, k, f->level, p + f->base); return 0; }
extern char **environ;
int main(int argc, char **argv)
{
    (void)argc;
    getcontext(&a); a.uc_stack.ss_sp = sa; a.uc_stack.ss_size = sizeof sa; a.uc_link = &m; makecontext(&a, (void (*)(void))fa, 2, 7, 8);
    getcontext(&b); b.uc_stack.ss_sp = sb; b.uc_stack.ss_size = sizeof sb; b.uc_link = &m; makecontext(&b, (void (*)(void))fb, 1, 9);
    swapcontext(&m, &a); printf("back, turns %d\n", turns);
    char p1[] = "/usr/lib/", p2[] = "/usr/lib/", p3[] = "file", p4[] = "/";
    printf("%s %s %s %s\n", basename(p1), dirname(p2), dirname(p3), basename(p4));
    thrd_t t[3]; int r, all = 0; mtx_init(&mx, mtx_plain);
    for (long i = 0; i < 3; i++) thrd_create(&t[i], work, (void *)i);
    for (int i = 0; i < 3; i++) { thrd_join(t[i], &r); all += r; }
    printf("sum %d results %d\n", sum, all);
    static const char *pat[][2] = {{"*.c","a.c"},{"*.c",".c"},{"[a-c]?","bz"},{"[!a]","a"},{"a*b*c","axxbyyc"},{"a/*","a/b/c"},{"[[:digit:]]*","3x"},{"\\*","*"},{"[]]","]"},{"[a","[a"},{"*",".x"}};
    for (unsigned i = 0; i < sizeof pat / sizeof *pat; i++) printf("%d%d%d ", fnmatch(pat[i][0], pat[i][1], 0), fnmatch(pat[i][0], pat[i][1], FNM_PATHNAME), fnmatch(pat[i][0], pat[i][1], FNM_PERIOD));
    puts("");
    mkdir("tree", 0755); mkdir("tree/d", 0755); close(creat("tree/d/f1.c", 0644)); close(creat("tree/f2.c", 0600)); symlink("f2.c", "tree/l");
    nftw("tree/d", see, 8, FTW_PHYS); nftw("tree/d", see, 8, FTW_DEPTH | FTW_PHYS);
    glob_t g; printf("%d", glob("tree/*.c", 0, 0, &g)); for (size_t i = 0; i < g.gl_pathc; i++) printf(" %s", g.gl_pathv[i]); puts(""); globfree(&g);
    printf("%d", glob("tree/*/*.c", GLOB_MARK, 0, &g)); for (size_t i = 0; i < g.gl_pathc; i++) printf(" %s", g.gl_pathv[i]); puts(""); globfree(&g);
    printf("%d\n", glob("tree/nothing*", 0, 0, &g));
    char buf[16] = ""; ssize_t n = readlink("tree/l", buf, 15); printf("%ld %s\n", (long)n, buf);
    int fd = shm_open("/seg", O_CREAT | O_RDWR, 0600); ftruncate(fd, 4096);
    int *x = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); *x = 0;
    if (fork() == 0) { *x = 42; _exit(0); } wait(0); printf("shared %d\n", *x); shm_unlink("/seg");
    pid_t pid; char *av[] = {"nobody", 0}; printf("spawn %d\n", posix_spawn(&pid, "/bin/nobody", 0, 0, av, environ) == ENOENT);
    printf("%s %s %ld\n", getgrgid(0)->gr_name, getpwuid(0)->pw_name, pathconf("/", _PC_NAME_MAX));
    struct statvfs v; printf("%d %d\n", statvfs(".", &v), v.f_blocks >= v.f_bfree);
    char *cwd = getcwd(0, 0); printf("%d\n", cwd[0] == '/'); free(cwd);
    unlink("tree/d/f1.c"); unlink("tree/f2.c"); unlink("tree/l"); rmdir("tree/d"); rmdir("tree");
    (void)argv;
    volatile float two = 2, x1 = 29.5f; int q;
    printf("%.9g %.9g %.9g %ld %ld\n", sqrtf(two), fabsf(-two), floorf(x1), lrintf(x1), lroundf(x1));
    printf("%.9g %.9g %.9g\n", fmaf(two, x1, 0.5f), fmodf(x1, 3), ldexpf(two, 3));
    double rem = remquo(29.0 * two, 7.0, &q); printf("%g %d\n", rem, q & 7);
    struct in_addr in; char text[20];
    printf("%d\n", inet_pton(AF_INET, "10.1.2.3", &in));
    printf("%s %d\n", inet_ntop(AF_INET, &in, text, sizeof text), inet_pton(AF_INET, "10.1.2.300", &in));
    printf("%d\n", newlocale(LC_ALL_MASK, "C", 0) != 0);
    return 0;
}
