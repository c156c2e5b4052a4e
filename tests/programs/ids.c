/* ids.c - whose a process is, and what it may therefore do: each line is a number or an errno.
 * Run as root in an empty folder; the same on Linux. "child" as its first word: it is the program
 * that a set-user-ID file starts. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int getresuid(uid_t *real, uid_t *effective, uid_t *saved);
int getresgid(gid_t *real, gid_t *effective, gid_t *saved);
int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);

enum { ANN = 1000, BOB = 1001, STAFF = 50, CREW = 60, NONE = -1 };

static void say(const char *what, long r)
{
    printf("%-44s %ld", what, r);
    if (r < 0)
        printf(" errno %d", errno);
    putchar('\n');
    fflush(stdout);
}
#define SAY(call) say(#call, (long)(call))

static void who(void)
{
    uid_t r, e, s, gr, ge, gs;
    gid_t more[32];
    int n = getgroups(32, more);

    getresuid(&r, &e, &s);
    getresgid(&gr, &ge, &gs);
    printf("    users %u %u %u groups %u %u %u, also", r, e, s, gr, ge, gs);
    for (int i = 0; i < n; i++)
        printf(" %u", more[i]);
    putchar('\n');
    fflush(stdout);
}

/* In a process of its own, so that nothing is left of it. */
static void as_child(const char *name, void (*what)(void))
{
    int status;

    printf("-- %s\n", name);
    fflush(stdout);
    if (fork() == 0) {
        what();
        fflush(stdout);
        _exit(0);
    }
    wait(&status);
    printf("   ended with %d\n", status);
    fflush(stdout);
}

/* --- every triple of users, every change of it --- */

static void be(unsigned r, unsigned e, unsigned s)
{
    setresuid(0, 0, 0);
    if (setresuid(r, e, s))
        perror("be");
}

static void line_of(const char *name, int err)
{
    uid_t r, e, s;

    getresuid(&r, &e, &s);
    printf("  %s:%d %u/%u/%u", name, err ? errno : 0, r, e, s);
}

/* A change is tried in a child of its own, since it may not be taken back. */
#define TRY(...)                                                                           \
    do {                                                                                   \
        fflush(stdout);                                                                    \
        if (fork() == 0) {                                                                 \
            line_of(#__VA_ARGS__, __VA_ARGS__);                                            \
            fflush(stdout);                                                                \
            _exit(0);                                                                      \
        }                                                                                  \
        wait(NULL);                                                                        \
    } while (0)

static void transitions(void)
{
    static const unsigned u[3] = { 0, ANN, BOB };

    for (int i = 0; i < 27; i++) {
        fflush(stdout);
        if (fork()) {
            wait(NULL);
            continue;
        }
        be(u[i / 9], u[i / 3 % 3], u[i % 3]);
        printf("%u/%u/%u", u[i / 9], u[i / 3 % 3], u[i % 3]);
        for (int k = 0; k < 3; k++) {
            uid_t v = u[k];

            TRY(setuid(v));
            TRY(seteuid(v));
            TRY(setreuid(v, (uid_t)NONE));
            TRY(setreuid((uid_t)NONE, v));
            TRY(setreuid(v, u[(k + 1) % 3]));
            TRY(setresuid((uid_t)NONE, (uid_t)NONE, v));
            TRY(setresuid(v, u[(k + 1) % 3], u[(k + 2) % 3]));
        }
        TRY(setreuid((uid_t)NONE, (uid_t)NONE));
        TRY(setuid((uid_t)NONE));
        putchar('\n');
        fflush(stdout);
        _exit(0);
    }
}

/* --- groups --- */

/* What the compiler cannot see through. */
static int argument(volatile int v)
{
    return v;
}

static void groups(void)
{
    const gid_t two[2] = { STAFF, CREW };
    gid_t got[4] = { 0 };
    int minus = argument(-1);

    SAY(setgroups(2, two));
    SAY(getgroups(0, got));
    SAY(getgroups(1, got));
    SAY(getgroups(minus, got));
    SAY(getgroups(4, got));
    SAY(got[0] * 100 + got[1]);
    SAY(setgroups(0, NULL));
    SAY(getgroups(4, got));
    SAY(setresgid(1, 2, 3));
    who();
    SAY(setgroups(2, two));
    SAY(setuid(ANN));
    SAY(setgroups(0, NULL));
    SAY(setgid(3));
    who();
    SAY(setgid(4));
    SAY(setregid((gid_t)NONE, 1));
    SAY(setregid(2, 1));
    who();
    SAY(setegid(STAFF));
    SAY(setresgid(1, 1, 1));
    SAY(setregid(3, 1));
    who();
}

/* --- files --- */

/* Open to read, to write, and what access says of it; as a string of digits and letters. */
static void rights(const char *path)
{
    printf("  %s:", path);
    for (int how = 0; how < 8; how++)
        printf(" %d", access(path, how) ? errno : 0);
    printf(" | %d %d", faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) ? errno : 0,
           faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ? errno : 0);
    int fd = open(path, O_RDONLY);
    printf(" | %d", fd < 0 ? errno : 0);
    close(fd);
    fd = open(path, O_WRONLY);
    printf(" %d\n", fd < 0 ? errno : 0);
    close(fd);
}

static void make(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0600);

    if (write(fd, "text\n", 5) != 5 || fchown(fd, uid, gid) || fchmod(fd, mode))
        perror(path);
    close(fd);
}

static void all_rights(void)
{
    static const char *const path[] = { "ann", "staff", "crew", "other", "only-group", "exec" };

    for (size_t i = 0; i < sizeof path / sizeof *path; i++)
        rights(path[i]);
}

static void be_ann(void)
{
    const gid_t more[1] = { CREW };

    if (setgroups(1, more) || setgid(STAFF) || setuid(ANN))
        perror("be_ann");
}

static void files_of_ann(void)
{
    be_ann();
    all_rights();
}

/* Real Ann with root's rights, and root with Ann's for a while. */
static void files_by_real(void)
{
    if (setresuid(ANN, 0, 0))
        perror("setresuid");
    all_rights();
    if (setresuid(0, ANN, 0))
        perror("setresuid");
    all_rights();
    SAY(open("ann-made", O_CREAT | O_WRONLY, 0644) >= 0 ? 0 : -1);
}

static void owner_and_mode(const char *path)
{
    struct stat st;

    if (stat(path, &st))
        perror(path);
    printf("    %s: %o %u %u\n", path, (unsigned)st.st_mode, (unsigned)st.st_uid,
           (unsigned)st.st_gid);
}

static void changing(void)
{
    be_ann();
    SAY(chown("ann", NONE, STAFF));
    SAY(chown("ann", NONE, CREW));
    owner_and_mode("ann");
    SAY(chown("ann", NONE, 70));
    SAY(chown("ann", BOB, NONE));
    SAY(chown("ann", ANN, NONE));
    SAY(chown("other", NONE, STAFF));
    SAY(chmod("ann", 06755));
    owner_and_mode("ann");
    SAY(chmod("other", 0777));
    SAY(chown("ann", NONE, STAFF));
    owner_and_mode("ann");
    SAY(chmod("ann", 06755));
    int fd = open("ann", O_WRONLY);
    SAY(write(fd, "x", 1));
    owner_and_mode("ann");
    SAY(chmod("ann", 06755));
    SAY(ftruncate(fd, 1));
    owner_and_mode("ann");
    SAY(chmod("foreign-group", 02755));
    owner_and_mode("foreign-group");
    SAY(truncate("other", 0));
    SAY(unlink("sticky/bobs"));
    SAY(rename("sticky/bobs", "sticky/mine"));
    SAY(open("sticky/anns", O_CREAT | O_WRONLY, 0644) >= 0 ? 0 : -1);
    SAY(rename("sticky/anns", "sticky/bobs"));
    SAY(unlink("sticky/anns"));
    SAY(open("grouped/new", O_CREAT | O_WRONLY, 02755) >= 0 ? 0 : -1);
    owner_and_mode("grouped/new");
    SAY(mkdir("grouped/dir", 0777));
    owner_and_mode("grouped/dir");
    SAY(mknod("device", S_IFCHR | 0666, 0x103));
    SAY(mkdir("locked/x", 0777));
    SAY(chdir("locked"));
    SAY(open("locked/in", O_RDONLY));
    SAY(access("locked/in", F_OK));
    SAY(open("search/in", O_RDONLY) >= 0 ? 0 : -1);
    SAY(open("search", O_RDONLY));
    SAY(utimensat(AT_FDCWD, "other", NULL, 0));
    SAY(utimensat(AT_FDCWD, "writable", NULL, 0));
    const struct timespec then[2] = { { 1, 0 }, { 2, 0 } };
    SAY(utimensat(AT_FDCWD, "writable", then, 0));
    SAY(utimensat(AT_FDCWD, "ann", then, 0));
}

/* --- set-user-ID programs --- */

static char self[4096];

static void start(const char *path)
{
    int status;

    fflush(stdout);
    if (fork() == 0) {
        execl(path, path, "child", (char *)NULL);
        printf("   exec: errno %d\n", errno);
        fflush(stdout);
        _exit(1);
    }
    wait(&status);
}

static void set_id_programs(void)
{
    be_ann();
    start(self);
    start("./suid");
    start("./sgid");
    start("./sgid-no-x");
    start("./both");
    start("./script");
    start("./unreadable");
    start("./not-mine");
}

static void child(void)
{
    struct stat st;

    who();
    SAY(access("ann", R_OK | W_OK));
    SAY(faccessat(AT_FDCWD, "bobs", R_OK | W_OK, AT_EACCESS));
    SAY(access("bobs", R_OK));
    SAY(open("made", O_CREAT | O_EXCL | O_WRONLY, 0644) >= 0 ? 0 : -1);
    if (stat("made", &st) == 0)
        printf("    made by %u of %u\n", (unsigned)st.st_uid, (unsigned)st.st_gid);
    unlink("made");
    uid_t real = getuid(), effective = geteuid();
    SAY(seteuid(real));
    who();
    SAY(seteuid(effective));
    who();
    SAY(setuid(real));
    SAY(seteuid(effective));
    who();
    SAY(setreuid(real, real));
    SAY(seteuid(effective));
}

static void copy_self(const char *to, mode_t mode, uid_t uid, gid_t gid)
{
    static char buf[65536];
    int in = open(self, O_RDONLY), out = open(to, O_CREAT | O_WRONLY, 0600);
    ssize_t n;

    while ((n = read(in, buf, sizeof buf)) > 0)
        if (write(out, buf, (size_t)n) != n)
            perror(to);
    if (fchown(out, uid, gid) || fchmod(out, mode))
        perror(to);
    close(in);
    close(out);
}

/* --- signals, priorities, limits --- */

static pid_t victim(unsigned r, unsigned e, unsigned s)
{
    int ready[2];
    char c;
    pid_t pid;

    if (pipe(ready))
        perror("pipe");
    if ((pid = fork()) == 0) {
        signal(SIGCONT, SIG_IGN);
        setsid();
        setresuid(r, e, s);
        close(ready[0]);
        close(ready[1]);
        for (;;)
            pause();
    }
    close(ready[1]);
    if (read(ready[0], &c, 1))
        perror("read");
    close(ready[0]);
    return pid;
}

static void try_on(pid_t pid)
{
    printf("  kill %d", kill(pid, 0) ? errno : 0);
    printf(" cont %d", kill(pid, SIGCONT) ? errno : 0);
    printf(" nice %d", setpriority(PRIO_PROCESS, (id_t)pid, 5) ? errno : 0);
    printf(" back %d", setpriority(PRIO_PROCESS, (id_t)pid, 0) ? errno : 0);
    putchar('\n');
    fflush(stdout);
}

static void signals(void)
{
    static const unsigned u[4][3] = { { ANN, ANN, ANN }, { ANN, BOB, BOB }, { BOB, BOB, ANN },
                                      { BOB, ANN, BOB } };
    static const unsigned me[5][3] = { { ANN, ANN, ANN }, { BOB, ANN, ANN }, { ANN, BOB, BOB },
                                       { ANN, ANN, 0 }, { ANN, 0, 0 } };
    pid_t v[4];

    for (int i = 0; i < 4; i++)
        v[i] = victim(u[i][0], u[i][1], u[i][2]);
    for (int k = 0; k < 5; k++) {
        printf("as %u/%u/%u\n", me[k][0], me[k][1], me[k][2]);
        fflush(stdout);
        if (fork() == 0) {
            setresuid(me[k][0], me[k][1], me[k][2]);
            for (int i = 0; i < 4; i++)
                try_on(v[i]);
            _exit(0);
        }
        wait(NULL);
    }
    for (int i = 0; i < 4; i++)
        kill(v[i], SIGKILL);
    while (wait(NULL) > 0)
        ;
}

static volatile sig_atomic_t sender;

static void handler(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    sender = (int)info->si_uid;
}

static void who_sent_it(void)
{
    struct sigaction act = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
    siginfo_t info;
    pid_t pid;

    sigaction(SIGUSR1, &act, NULL);
    setresuid(ANN, 0, BOB);
    raise(SIGUSR1);
    SAY(sender);
    kill(getpid(), SIGUSR1);
    SAY(sender);
    if ((pid = fork()) == 0) {
        setresuid(BOB, ANN, 0);
        _exit(3);
    }
    memset(&info, 0, sizeof info);
    SAY(waitid(P_PID, (id_t)pid, &info, WEXITED));
    SAY(info.si_uid);
}

static void prepare(void)
{
    make("ann", 0640, ANN, STAFF);
    make("staff", 0060, BOB, STAFF);
    make("crew", 0064, BOB, CREW);
    make("other", 0604, BOB, BOB);
    make("only-group", 0046, BOB, STAFF);
    make("exec", 0110, BOB, CREW);
    make("bobs", 0600, BOB, BOB);
    make("foreign-group", 0755, ANN, 77);
    make("writable", 0666, BOB, BOB);
    mkdir("sticky", 0755);
    chmod("sticky", 01777);
    make("sticky/bobs", 0644, BOB, BOB);
    mkdir("grouped", 0755);
    if (chown("grouped", BOB, 88))
        perror("grouped");
    chmod("grouped", 02777);
    mkdir("locked", 0700);
    make("locked/in", 0666, 0, 0);
    mkdir("search", 0711);
    make("search/in", 0644, 0, 0);
    copy_self("suid", 04755, BOB, BOB);
    copy_self("sgid", 02755, BOB, CREW);
    copy_self("sgid-no-x", 02745, BOB, CREW);
    copy_self("both", 06755, BOB, 77);
    copy_self("unreadable", 04711, BOB, BOB);
    copy_self("not-mine", 04750, BOB, BOB);
    make("script", 0600, BOB, BOB);
    int fd = open("script", O_WRONLY | O_TRUNC);
    dprintf(fd, "#!%s child\n", self);
    fchmod(fd, 04755);
    close(fd);
    chmod(".", 0777);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "child")) {
        printf("   child\n");
        child();
        return 0;
    }
    snprintf(self, sizeof self, "%s", argc > 1 ? argv[1] : argv[0]);
    umask(0);
    if (setgroups(0, NULL))
        perror("setgroups");
    prepare();
    umask(022);
    as_child("users", transitions);
    as_child("groups", groups);
    as_child("files of Ann", files_of_ann);
    as_child("files by the real user", files_by_real);
    as_child("changing", changing);
    as_child("set-user-ID", set_id_programs);
    as_child("signals", signals);
    as_child("senders", who_sent_it);
    return 0;
}
