/* beside_rights.c - what is said of files and who may do what: attributes, times, set-ID bits,
 * sticky and set-group-ID folders, access. Run as root in an empty folder of an ext2 file system. */
#include "beside.h"

#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/time.h>

enum { ANN = 1000, BOB = 1001, EMPTY = 0x1000, NO_AUTOMOUNT = 0x800, FORCE = 0x2000, DONT = 0x4000 };

static char buf[4096];

/* --- statx --- */

static struct { uint32_t mask, blksize; uint64_t attributes; uint32_t nlink, uid, gid; uint16_t mode, pad;
                uint64_t ino, size, blocks, attributes_mask; uint64_t rest[24]; } x;

static long ask(int fd, const char *path, int flags, unsigned mask)
{
    return syscall(SYS_statx, fd, path, flags, mask, &x);
}

static void asking(void)
{
    int fd, p[2];

    part("statx, fstatat, statfs");
    put("f", "hello", 0640);
    symlink("f", "l");
    symlink("none", "dangling");
    fd = open("f", O_RDONLY);
    SAY(ask(AT_FDCWD, "f", 0, 0x7ff));
    SAY(x.mask & 0x7ff);
    SAY(x.mode);
    SAY(x.size);
    SAY(x.blocks);
    SAY(x.nlink);
    SAY(ask(AT_FDCWD, "f", 0, 0));
    SAY(x.mode);
    SAY(ask(AT_FDCWD, "f", 0, 0x80000000u));
    SAY(ask(AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW, 0x7ff));
    SAY(x.mode);
    SAY(x.size);
    SAY(x.blocks);
    SAY(ask(AT_FDCWD, "dangling", 0, 0x7ff));
    SAY(ask(fd, "", EMPTY, 0x7ff));
    SAY(x.size);
    SAY(ask(fd, "", 0, 0x7ff));
    SAY(ask(fd, "f", 0, 0x7ff));
    SAY(ask(AT_FDCWD, "", EMPTY, 0x7ff));
    SAY(x.mode);
    SAY(ask(fd, NULL, 0, 0x7ff));
    SAY(ask(AT_FDCWD, "f", FORCE, 0x7ff));
    SAY(ask(AT_FDCWD, "f", DONT | NO_AUTOMOUNT, 0x7ff));
    SAY(ask(AT_FDCWD, "f", FORCE | DONT, 0x7ff));
    SAY(ask(AT_FDCWD, "f", AT_REMOVEDIR, 0x7ff));
    SAY(ask(AT_FDCWD, "f", AT_SYMLINK_FOLLOW, 0x7ff));
    pipe(p);
    SAY(ask(p[0], "", EMPTY, 0x7ff));
    SAY(x.mode);
    SAY(x.size);
    struct stat st;
    SAY(fstatat(AT_FDCWD, "f", &st, AT_REMOVEDIR));
    SAY(fstatat(fd, "", &st, EMPTY));
    SAY(fstatat(99, "", &st, EMPTY));
    SAY(fstatat(fd, "", &st, 0));
    close(fd), close(p[0]), close(p[1]);
}

static void counting(void)
{
    struct statfs a, b;
    int fd = open("big", O_RDWR | O_CREAT, 0644);

    SAY(statfs(".", &a));
    SAY(a.f_type);
    SAY(a.f_namelen);
    SAY(a.f_bfree - a.f_bavail < a.f_blocks);
    for (int i = 0; i < 64; i++)
        if (write(fd, buf, sizeof buf) != sizeof buf)
            puts("no write");
    SAY(fsync(fd));
    SAY(fstatfs(fd, &b));
    SAY((a.f_bfree - b.f_bfree) * a.f_bsize / 1024);
    SAY(b.f_ffree - a.f_ffree);
    SAY(unlink("big"));
    SAY(statfs(".", &b));
    SAY(b.f_ffree - a.f_ffree);
    close(fd);
    SAY(statfs(".", &b));
    SAY(b.f_ffree - a.f_ffree);
    SAY(b.f_bfree - a.f_bfree);
    SAY(statfs("none", &b));
    SAY(fstatfs(99, &b));
    SAY(statfs(".", (struct statfs *)nowhere));
}

/* What a file held that nobody has any more can be used at once, also if its end is not quick. */
static void refilling(void)
{
    int fd = open("all", O_WRONLY | O_CREAT, 0644), next = open("next", O_WRONLY | O_CREAT, 0644);
    long n = 0, got;

    part("a full disk");
    while ((got = write(fd, buf, sizeof buf)) > 0)
        n += got;
    SAY(got);
    while (write(fd, buf, 1) > 0)
        ;
    SAY(n > 10000000);
    SAY(write(next, buf, 1));
    SAY(unlink("all"));
    SAY(write(next, buf, 1));
    SAY(close(fd));
    for (n = 0; n < 3000 && write(next, buf, sizeof buf) == sizeof buf; n++)
        ;
    SAY(n);
    close(next);
    unlink("next");
}

/* --- times --- */

static long stamp(const char *path, long a, long an, long m, long mn, int flags)
{
    struct timespec t[2];

    t[0].tv_sec = a, t[0].tv_nsec = an, t[1].tv_sec = m, t[1].tv_nsec = mn;
    return utimensat(AT_FDCWD, path, t, flags);
}

/* A time that is not one of those that were set: 0. */
static void times_of(const char *path)
{
    struct stat st;

    if (lstat(path, &st))
        return;
    long a = (long)st.st_atime, m = (long)st.st_mtime;
    printf("    times %ld %ld\n", a < 10000 ? a : 0, m < 10000 ? m : 0);
    fflush(stdout);
}

static void timing(void)
{
    struct timespec t[2] = { { 0, 0 }, { 0, 0 } };
    int fd = open("f", O_RDONLY), p[2];

    part("utimensat");
    SAY(stamp("f", 1000, 0, 2000, 0, 0));
    times_of("f");
    SAY(stamp("f", 3000, UTIME_OMIT, 4000, 0, 0));
    times_of("f");
    SAY(stamp("f", 3000, UTIME_NOW, 5000, UTIME_OMIT, 0));
    times_of("f");
    SAY(stamp("f", 3000, 999999999, 5000, 1000000000, 0));
    SAY(stamp("f", 3000, -1, 5000, 0, 0));
    SAY(stamp("f", 3000, UTIME_OMIT, 5000, UTIME_OMIT, 0));
    SAY(stamp("none", 3000, UTIME_OMIT, 5000, UTIME_OMIT, 0));
    SAY(stamp("none", 3000, 0, 5000, 0, 0));
    times_of("f");
    SAY(stamp("f", 6000, 5, 7000, 6, 0));
    times_of("f");
    SAY(stamp("l", 100, 0, 200, 0, 0));
    times_of("f");
    SAY(stamp("l", 300, 0, 400, 0, AT_SYMLINK_NOFOLLOW));
    times_of("f");
    times_of("l");
    SAY(stamp("dangling", 1, 0, 2, 0, 0));
    SAY(stamp("dangling", 1, 0, 2, 0, AT_SYMLINK_NOFOLLOW));
    SAY(stamp("f", 1, 0, 2, 0, AT_REMOVEDIR));
    SAY(stamp("", 1, 0, 2, 0, 0));
    SAY(utimensat(fd, "", t, EMPTY));
    SAY(futimens(fd, t));
    times_of("f");
    SAY(futimens(99, t));
    SAY(futimens(fd, NULL));
    times_of("f");
    SAY(utimensat(AT_FDCWD, nowhere, NULL, 0));
    pipe(p);
    SAY(futimens(p[0], NULL));
    SAY(fchmod(p[0], 0600));
    close(fd), close(p[0]), close(p[1]);
}

/* --- set-ID bits --- */

static void others_write(void)
{
    int fd = open("sw", O_WRONLY);

    SAY(mode_of("sw"));
    SAY(write(fd, "", 0));
    SAY(mode_of("sw"));
    SAY(write(fd, "x", 1));
    SAY(mode_of("sw"));
    close(fd);
    OPENS(open("st", O_WRONLY | O_TRUNC));
    SAY(mode_of("st"));
    SAY(truncate("sc", 1));
    SAY(mode_of("sc"));
    fd = open("sf", O_WRONLY);
    SAY(ftruncate(fd, 100));
    SAY(mode_of("sf"));
    close(fd);
    fd = open("sg", O_WRONLY);
    SAY(write(fd, "x", 1));
    SAY(mode_of("sg"));
    close(fd);
    fd = open("sa", O_WRONLY);
    fallocate(fd, 0, 0, 10);    /* not for every kind of file on Linux */
    SAY(mode_of("sa"));
    close(fd);
}

static void owner_changes(void)
{
    SAY(chmod("own", 06777));
    SAY(mode_of("own"));
    SAY(chown("own", ANN, -1));
    SAY(mode_of("own"));
    SAY(chmod("own", 06777));
    SAY(chown("own", -1, -1));
    SAY(mode_of("own"));
    SAY(chown("own", -1, ANN));
    SAY(mode_of("own"));
    SAY(chown("own", -1, BOB));
    SAY(chown("own", BOB, -1));
    SAY(chmod("own", 02767));
    SAY(chown("own", ANN, ANN));
    SAY(mode_of("own"));
    SAY(chmod("grp", 02775));
    SAY(mode_of("grp"));
    SAY(chmod("f", 0777));
    SAY(chown("f", ANN, -1));
    SAY(chown("f", -1, -1));
}

static void bits(void)
{
    part("set-ID bits");
    const char *names[] = { "sw", "st", "sc", "sf", "sa" };

    for (int i = 0; i < 5; i++) {
        put(names[i], "text", 0644);
        chmod(names[i], 06777);
    }
    put("sg", "text", 02767);
    int fd = open("sw", O_WRONLY);
    SAY(write(fd, "x", 1));
    SAY(mode_of("sw"));
    close(fd);
    put("own", "x", 0777);
    put("grp", "x", 0777);
    SAY(chown("own", ANN, ANN));
    SAY(chown("grp", ANN, BOB));
    SAY(chmod("own", 06777));
    SAY(chown("own", 0, 0));
    SAY(mode_of("own"));
    SAY(chmod("own", 06767));
    SAY(chown("own", ANN, ANN));
    SAY(mode_of("own"));
    mkdir("od", 06777);
    chmod("od", 06777);
    SAY(chown("od", ANN, ANN));
    SAY(mode_of("od"));
    SAY(fchownat(AT_FDCWD, "l", BOB, BOB, AT_SYMLINK_NOFOLLOW));
    struct stat st;
    SAY(lstat("l", &st) ? -1 : (long)st.st_uid);
    SAY(stat("f", &st) ? -1 : (long)st.st_uid);
    fd = open("own", O_RDONLY);
    SAY(fchownat(fd, "", ANN, ANN, EMPTY));
    SAY(fchownat(fd, "", ANN, ANN, 0));
    close(fd);
    as_user(ANN, others_write);
    as_user(ANN, owner_changes);
}

/* --- folders --- */

static void in_folders(void)
{
    struct stat st;

    SAY(unlink("sticky/root"));
    SAY(rename("sticky/root", "sticky/r2"));
    SAY(rename("sticky/ann", "sticky/root"));
    SAY(rename("sticky/ann", "sticky/a2"));
    SAY(unlink("sticky/a2"));
    SAY(rmdir("sticky/dir"));
    SAY(unlink("annsticky/root"));
    SAY(syscall(SYS_renameat2, AT_FDCWD, "sticky/bobs", AT_FDCWD, "sticky/ann2", 2));
    OPENS(open("setgid/f", O_RDWR | O_CREAT, 02775));
    SAY(mode_of("setgid/f"));
    SAY(stat("setgid/f", &st) ? -1 : (long)st.st_gid);
    SAY(mkdir("setgid/d", 0755));
    SAY(mode_of("setgid/d"));
    SAY(stat("setgid/d", &st) ? -1 : (long)st.st_gid);
    SAY(mknod("setgid/p", S_IFIFO | 02777, 0));
    SAY(mode_of("setgid/p"));
    SAY(mknod("setgid/c", S_IFCHR | 0600, 0x103));
    SAY(symlink("x", "setgid/l"));
    SAY(access("noexec/f", 0));
    OPENS(open("noexec", O_RDONLY | O_DIRECTORY));
    OPENS(open("noread", O_RDONLY | O_DIRECTORY));
    SAY(access("noread/f", 0));
    SAY(chdir("noread"));
    SAY(chdir(".."));
    SAY(chdir("noexec"));
    OPENS(open("wo", O_RDONLY));
    OPENS(open("wo", O_WRONLY));
    OPENS(open("wo", O_RDWR));
    OPENS(open("ro", O_RDONLY | O_TRUNC));
    SAY(size_of("ro"));
    OPENS(open("ro", O_WRONLY | O_CREAT, 0644));
    OPENS(open("ro", O_RDONLY | O_CREAT, 0644));
    OPENS(open("plain/new", O_RDONLY | O_CREAT, 0644));
    SAY(rename("plain/sub", "sticky/sub"));
    SAY(rename("sticky/dir", "plain/dir"));
    OPENS(open("mine", O_RDWR | O_CREAT, 0));
    OPENS(open("sticky/none", O_RDWR | O_CREAT, 0));
    OPENS(open("sticky/none", O_RDWR));
    SAY(access("sticky/none", 4));
    SAY(unlink("sticky/none"));
}

static void folders(void)
{
    part("folders");
    mkdir("sticky", 0755), chmod("sticky", 01777);
    mkdir("annsticky", 0755), chmod("annsticky", 01777), chown("annsticky", ANN, ANN);
    mkdir("setgid", 0755), chown("setgid", 0, BOB), chmod("setgid", 02777);
    mkdir("noexec", 0755), put("noexec/f", "x", 0644), chmod("noexec", 0766);
    mkdir("noread", 0755), put("noread/f", "x", 0644), chmod("noread", 0711);
    mkdir("plain", 0755), mkdir("plain/sub", 0777);
    put("sticky/root", "x", 0666), put("annsticky/root", "x", 0666);
    put("sticky/ann", "x", 0666), chown("sticky/ann", ANN, ANN);
    put("sticky/ann2", "x", 0666), chown("sticky/ann2", ANN, ANN);
    put("sticky/bobs", "x", 0666), chown("sticky/bobs", BOB, BOB);
    mkdir("sticky/dir", 0777);
    put("wo", "text", 0222), put("ro", "text", 0444);
    chmod(".", 0755);
    as_user(ANN, in_folders);
}

/* --- access --- */

static void accessing(void)
{
    static const unsigned modes[] = { 0, 0400, 0200, 0100, 0040, 0020, 0010, 0004, 0002, 0001 };
    char name[16];

    for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
        snprintf(name, sizeof name, "m%03o", modes[i]);
        printf("    %s", name);
        for (int want = 0; want < 8; want++)
            printf(" %d", access(name, want) ? errno : 0);
        putchar('\n');
    }
    SAY(access("m000", 8));
    SAY(access("m000", -1));
    SAY(faccessat(AT_FDCWD, "m000", 4, AT_EACCESS));
    SAY(faccessat(AT_FDCWD, "dangling", 0, AT_SYMLINK_NOFOLLOW));
    SAY(faccessat(AT_FDCWD, "dangling", 0, 0));
    SAY(access("annsticky", 1));
    SAY(access("noexec", 1));
    SAY(access("noexec", 7));
}

static void rights(void)
{
    static const unsigned modes[] = { 0, 0400, 0200, 0100, 0040, 0020, 0010, 0004, 0002, 0001 };
    char name[16];

    part("access");
    for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
        snprintf(name, sizeof name, "m%03o", modes[i]);
        put(name, "x", modes[i]);
        chown(name, ANN, BOB);
    }
    as_user(0, accessing);
    as_user(ANN, accessing);
    as_user(BOB, accessing);
    as_user(1002, accessing);
}

static void (*const parts[])(void) = {
    asking, counting, refilling, timing, bits, folders, rights,
};

int main(void)
{
    return in_order(parts, sizeof parts / sizeof *parts);
}
