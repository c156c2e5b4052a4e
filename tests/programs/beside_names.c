/* beside_names.c - names: opening, renaming, linking, removing, reading folders, rights, and what
 * is said of files. Run as root in an empty folder of an ext2 file system. */
#include "beside.h"

#include <stdlib.h>
#include <sys/statfs.h>

enum { NOREPLACE = 1, EXCHANGE = 2, WHITEOUT = 4, PATH_ONLY = 010000000 };

static char buf[8192];

static long swap_names(const char *from, const char *to, unsigned flags)
{
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

/* --- opening --- */

static void opening(void)
{
    part("opening");
    put("f", "hello", 0644);
    mkdir("d", 0755);
    symlink("f", "to-f");
    symlink("d", "to-d");
    symlink("d/new", "dangling");
    symlink("none/new", "dangling-deep");
    symlink("f/", "to-f-slash");
    OPENS(open("to-f", O_RDONLY | O_NOFOLLOW));
    OPENS(open("to-f", O_RDONLY | O_CREAT | O_EXCL, 0644));
    OPENS(open("to-f", O_RDONLY | O_CREAT, 0644));
    OPENS(open("to-d", O_RDONLY | O_DIRECTORY));
    OPENS(open("to-d", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    OPENS(open("to-d/", O_RDONLY | O_NOFOLLOW));
    OPENS(open("to-d/.", O_RDONLY | O_NOFOLLOW));
    OPENS(open("dangling", O_RDONLY));
    OPENS(open("dangling", O_RDONLY | O_CREAT | O_NOFOLLOW, 0644));
    OPENS(open("dangling", O_RDWR | O_CREAT | O_EXCL, 0644));
    OPENS(open("dangling", O_RDWR | O_CREAT, 0640));
    SAY(mode_of("d/new"));
    OPENS(open("dangling-deep", O_RDWR | O_CREAT, 0640));
    OPENS(open("to-f-slash", O_RDONLY));
    OPENS(open("d/", O_RDONLY | O_CREAT, 0644));
    OPENS(open("d", O_RDONLY | O_CREAT, 0644));
    OPENS(open("d", O_RDONLY | O_CREAT | O_EXCL, 0644));
    OPENS(open("f", O_RDWR | O_CREAT | O_DIRECTORY, 0644));
    OPENS(open("f", O_RDONLY | O_TRUNC | O_DIRECTORY));
    OPENS(open("new", O_RDWR | O_CREAT | O_DIRECTORY, 0644));
    SAY(mode_of("new"));
    OPENS(open("d/.", O_RDWR | O_CREAT, 0644));
    OPENS(open("d/..", O_RDWR | O_CREAT, 0644));
    OPENS(open("/", O_RDONLY | O_CREAT, 0644));
    OPENS(open("none/", O_RDONLY | O_CREAT, 0644));
    OPENS(open("none/", O_RDONLY));
    OPENS(open("f", 3));
    SAY(size_of("f"));
    OPENS(open("f", O_RDONLY | O_EXCL));
    OPENS(open("f", O_RDONLY | O_TRUNC));
    SAY(size_of("f"));
    OPENS(openat(-1, "f", O_RDONLY));
    OPENS(openat(-1, "/", O_RDONLY));
    OPENS(openat(AT_FDCWD, "", O_RDONLY | PATH_ONLY));
    OPENS(open("made", O_RDONLY | O_CREAT, 07777));
    SAY(mode_of("made"));
    umask(0);
    OPENS(open("made2", O_WRONLY | O_CREAT | O_EXCL, 06777));
    SAY(mode_of("made2"));
    SAY(mkdir("made3", 07777));
    SAY(mode_of("made3"));
    SAY(umask(01777));
    SAY(umask(022));
    OPENS(open("ro", O_RDWR | O_CREAT | O_EXCL, 0));
    SAY(mode_of("ro"));
}

static void only_path(void)
{
    struct stat st;
    int fd = open("f", PATH_ONLY), dir = open("d", PATH_ONLY | O_DIRECTORY);
    int link = open("to-f", PATH_ONLY | O_NOFOLLOW);

    part("O_PATH");
    SAY(fd >= 0);
    SAY(read(fd, buf, 1));
    SAY(write(fd, buf, 1));
    SAY(pread(fd, buf, 1, 0));
    SAY(lseek(fd, 0, SEEK_SET));
    SAY(fchmod(fd, 0600));
    SAY(fchown(fd, 0, 0));
    SAY(ftruncate(fd, 0));
    SAY(fsync(fd));
    SAY(fcntl(fd, F_GETFL));
    SAY(fcntl(fd, F_SETFL, O_APPEND));
    SAY(fcntl(fd, F_GETFD));
    SAY(fstat(fd, &st));
    SAY(syscall(SYS_getdents64, dir, buf, sizeof buf));
    SAY(fchdir(dir));
    SAY(chdir(".."));
    OPENS(openat(dir, "new", O_RDONLY));
    OPENS(dup(fd));
    SAY(link >= 0);
    SAY(fstat(link, &st) ? -1 : (long)st.st_mode);
    SAY(readlinkat(link, "", buf, sizeof buf));
    OPENS(open("f", PATH_ONLY | O_RDWR | O_CREAT | O_TRUNC, 0644));
    OPENS(open("f", PATH_ONLY | O_DIRECTORY));
    OPENS(open("none", PATH_ONLY | O_CREAT, 0644));
    SAY(close(fd) | close(dir) | close(link));
}

/* --- how long names and paths may be, and how many links --- */

static void limits(void)
{
    static char path[5000], name[300];

    part("limits");
    memset(name, 'n', sizeof name);
    name[255] = '\0';
    OPENS(open(name, O_RDWR | O_CREAT, 0644));
    SAY(link(name, "other"));
    SAY(unlink(name));
    SAY(mkdir(name, 0755));
    SAY(symlink(name, "to-long"));
    SAY(rmdir("to-long"));
    SAY(rmdir(name));
    name[255] = 'n', name[256] = '\0';
    SAY(mkdir(name, 0755));
    SAY(rename("other", name));
    SAY(link("other", name));
    SAY(symlink("other", name));
    SAY(unlink(name));
    memset(path, '/', sizeof path);
    path[4094] = 'f', path[4095] = '\0';
    SAY(access(path, 0));
    path[4094] = '/', path[4095] = 'f', path[4096] = '\0';
    SAY(access(path, 0));
    for (int i = 0; i < 4094; i += 2)
        memcpy(path + i, "./", 2);
    memcpy(path + 4094, "f", 2);
    SAY(access(path, 0));
    for (int i = 0; i < 1023; i++)
        path[i] = 't';
    path[1023] = '\0';
    SAY(symlink(path, "fits"));
    SAY(size_of("fits"));
    SAY(access("fits", 0));
    path[1023] = 't', path[1024] = '\0';
    SAY(symlink(path, "fits-not"));
    memset(path, 't', 60), path[59] = '\0';
    SAY(symlink(path, "fast"));
    SAY(readlink("fast", buf, sizeof buf));
    SAY(readlink("fast", buf, 5));
    SAY(readlink("fast", buf, 59));
    path[59] = 't', path[60] = '\0';
    SAY(symlink(path, "slow"));
    SAY(readlink("slow", buf, sizeof buf));
    SAY(readlink("slow", nowhere, 1));
    symlink("f", "l0");
    for (int i = 1; i <= 41; i++) {
        char from[8], to[8];

        snprintf(from, sizeof from, "l%d", i - 1);
        snprintf(to, sizeof to, "l%d", i);
        symlink(from, to);
    }
    OPENS(open("l39", O_RDONLY));
    OPENS(open("l40", O_RDONLY));
    OPENS(open("l40", O_RDONLY | O_CREAT, 0644));
    OPENS(open("l41", O_RDONLY | O_NOFOLLOW));
    SAY(lstat("l41", (struct stat *)buf));
}

/* --- renaming --- */

static void renaming(void)
{
    part("rename");
    put("a", "a", 0644);
    link("a", "b");
    mkdir("x", 0755);
    mkdir("x/y", 0755);
    mkdir("e", 0755);
    put("x/f", "f", 0644);
    SAY(rename("a", "b"));
    SAY(links_of("a"));
    SAY(rename("a", "a"));
    SAY(rename("x", "x"));
    SAY(swap_names("a", "b", NOREPLACE));
    SAY(swap_names("a", "b", EXCHANGE));
    SAY(swap_names("a", "a", EXCHANGE));
    SAY(swap_names("a", "none", NOREPLACE | EXCHANGE));
    SAY(swap_names("a", "none", WHITEOUT | EXCHANGE));
    SAY(swap_names("a", "none", 8));
    SAY(swap_names("a", "x", EXCHANGE));
    SAY(mode_of("a"));
    SAY(mode_of("x"));
    SAY(swap_names("x", "a", EXCHANGE));
    SAY(swap_names("x", "x/y", EXCHANGE));
    SAY(swap_names("x/y", "x", EXCHANGE));
    SAY(swap_names("x/f", "x", EXCHANGE));
    SAY(rename("x", "x/y"));
    SAY(rename("x", "x/y/z"));
    SAY(rename("x/y", "x"));
    SAY(rename("x/f", "x"));
    SAY(rename("e", "x"));
    SAY(rename("x", "e"));
    SAY(links_of("e"));
    SAY(rename("e", "x"));
    SAY(rename("a", "x"));
    SAY(rename("x", "a"));
    SAY(rename("a", "a/"));
    SAY(rename("a", "n/"));
    SAY(rename("a/", "n"));
    SAY(rename("x/", "z"));
    SAY(rename("z", "x/"));
    SAY(rename("x/", "z/"));
    SAY(rename("z/", "x"));
    SAY(rename("x/.", "z"));
    SAY(rename("x/..", "z"));
    SAY(rename("x", "x/."));
    SAY(rename("x", "e/.."));
    SAY(rename(".", "z"));
    SAY(rename("/", "z"));
    SAY(rename("x", "/"));
    SAY(swap_names("x", ".", NOREPLACE));
    SAY(symlink("x", "sx"));
    SAY(rename("sx", "sy"));
    SAY(rename("sy/", "sz"));
    SAY(rename("x/y", "sy/"));
    SAY(rename("x/y", "sy"));
    SAY(rename("x/y", "sy/w"));
    SAY(rename("none", "a"));
    SAY(rename("a", "none/a"));
    SAY(rename("", "a"));
    SAY(rename("a", ""));
    SAY(rename(nowhere, "a"));
    SAY(rename("a", nowhere));
    SAY(mode_of("x/w"));
    SAY(links_of("x"));
    SAY(links_of("."));
}

/* --- further names, and none --- */

static void linking(void)
{
    int fd = open("a", O_RDONLY), gone = open("gone", O_RDWR | O_CREAT, 0644);

    part("link, unlink, rmdir");
    unlink("gone");
    SAY(linkat(AT_FDCWD, "to-f", AT_FDCWD, "h1", 0));
    SAY(mode_of("h1"));
    SAY(linkat(AT_FDCWD, "to-f", AT_FDCWD, "h2", AT_SYMLINK_FOLLOW));
    SAY(mode_of("h2"));
    SAY(linkat(fd, "", AT_FDCWD, "h3", AT_EMPTY_PATH));
    SAY(links_of("a"));
    SAY(linkat(gone, "", AT_FDCWD, "h4", AT_EMPTY_PATH));
    SAY(linkat(fd, "", AT_FDCWD, "h4", 0));
    SAY(linkat(AT_FDCWD, "", AT_FDCWD, "h4", AT_EMPTY_PATH));
    SAY(linkat(fd, "", AT_FDCWD, "h3", AT_EMPTY_PATH));
    SAY(linkat(AT_FDCWD, "a", AT_FDCWD, "h4", AT_REMOVEDIR));
    SAY(link("a", "h4/"));
    SAY(link("a/", "h4"));
    SAY(link("x", "h4"));
    SAY(link("x", "a"));
    SAY(link("none", "a"));
    SAY(link("a", "."));
    SAY(link(".", "a2"));
    SAY(link("dangling-deep", "h5"));
    SAY(linkat(AT_FDCWD, "dangling-deep", AT_FDCWD, "h6", AT_SYMLINK_FOLLOW));
    SAY(mkdir("a/", 0755));
    SAY(mkdir("sy/", 0755));
    SAY(link("a", "sy/"));
    SAY(link("a", "h3/"));
    SAY(symlink("q", "h3/"));
    SAY(mknod("h3/", S_IFREG | 0600, 0));
    SAY(mknod("sy/", S_IFREG | 0600, 0));
    OPENS(open("h3/", O_CREAT | O_EXCL | O_WRONLY, 0600));
    OPENS(open("sy/", O_CREAT | O_EXCL | O_WRONLY, 0600));
    OPENS(open("sy/", O_CREAT | O_WRONLY, 0600));
    SAY(mode_of("sy/"));
    SAY(mode_of("h3/"));
    SAY(unlink("h1/"));
    SAY(unlink("h3/"));
    SAY(unlink("x/"));
    SAY(unlink("x"));
    SAY(unlink("sy/"));
    SAY(unlink("."));
    SAY(unlink("x/."));
    SAY(unlink("x/.."));
    SAY(unlink("/"));
    SAY(unlink("none"));
    SAY(unlink("none/"));
    SAY(unlink(""));
    SAY(rmdir("x"));
    SAY(rmdir("sy"));
    SAY(rmdir("sy/"));
    SAY(rmdir("."));
    SAY(rmdir("./"));
    SAY(rmdir(".."));
    SAY(rmdir("x/."));
    SAY(rmdir("x/.."));
    SAY(rmdir("/"));
    SAY(rmdir("h3"));
    SAY(rmdir("h3/"));
    SAY(rmdir("none/"));
    SAY(rmdir("x/w/"));
    SAY(mkdir("m/", 0755));
    SAY(mkdir("m/.", 0755));
    SAY(mkdir("m/..", 0755));
    SAY(mkdir("dangling-deep", 0755));
    SAY(mkdir("dangling-deep/", 0755));
    SAY(mkdir(".", 0755));
    SAY(rmdir("m/"));
    SAY(symlink("q", "r/"));
    SAY(symlink("q", "x/"));
    SAY(symlink("q", ""));
    SAY(mknod("fifo", S_IFIFO | 0666, 0));
    SAY(mode_of("fifo"));
    SAY(mknod("plain", 0600, 0));
    SAY(mode_of("plain"));
    SAY(mknod("sock", S_IFSOCK | 0600, 0));
    SAY(mknod("char", S_IFCHR | 0600, 0x103));
    SAY(mknod("dir", S_IFDIR | 0600, 0));
    SAY(mknod("link", S_IFLNK | 0600, 0));
    SAY(mknod("odd", 0170000 | 0600, 0));
    SAY(mknod("slash/", S_IFIFO | 0600, 0));
    SAY(mknod("fifo", S_IFIFO | 0600, 0));
    close(fd);
    close(gone);
}

/* --- folders that change while they are read --- */

struct entry { uint64_t ino; int64_t off; unsigned short len; unsigned char type; char name[]; };

/* How many entries, without . and .. and those of `seen` that it has seen before. */
static long list(int fd, size_t room, const char *remove, char seen[26])
{
    long count = 0, n;

    while ((n = syscall(SYS_getdents64, fd, buf, room)) > 0)
        for (long at = 0; at < n;) {
            struct entry *e = (struct entry *)(buf + at);

            at += e->len;
            if (e->name[0] == '.')
                continue;
            seen[e->name[0] - 'a']++;
            count++;
            if (remove && strchr(remove, e->name[0]))
                unlinkat(fd, e->name, 0);
        }
    return n < 0 ? n : count;
}

static void reading(void)
{
    char name[2] = "", seen[26] = "";
    int64_t place[32];
    int fd, n = 0;

    part("getdents64");
    mkdir("many", 0755);
    fd = open("many", O_RDONLY);
    for (name[0] = 'a'; name[0] <= 'z'; name[0]++)
        close(openat(fd, name, O_CREAT | O_WRONLY, 0644));
    SAY(list(fd, 24, NULL, seen));
    SAY(lseek(fd, 0, SEEK_SET));
    SAY(syscall(SYS_getdents64, fd, buf, 23));
    SAY(syscall(SYS_getdents64, fd, nowhere, 100));
    SAY(syscall(SYS_getdents64, fd, buf, 0));
    SAY(list(fd, 100, NULL, seen));
    SAY(syscall(SYS_getdents64, fd, buf, 23));
    lseek(fd, 0, SEEK_SET);
    for (long got; (got = syscall(SYS_getdents64, fd, buf, 24)) > 0;)
        place[n++] = ((struct entry *)buf)->off;
    SAY(n);
    lseek(fd, place[9], SEEK_SET);
    SAY(list(fd, 4096, NULL, seen));
    lseek(fd, place[26], SEEK_SET);
    SAY(list(fd, 4096, NULL, seen));
    lseek(fd, 0, SEEK_SET);
    memset(seen, 0, sizeof seen);
    SAY(list(fd, 24, "abcxyz", seen));
    SAY(memchr(seen, 0, 26) || memchr(seen, 2, 26));
    lseek(fd, 0, SEEK_SET);
    SAY(list(fd, 4096, "defghijklmnopqrstuvw", seen));
    lseek(fd, 0, SEEK_SET);
    SAY(list(fd, 4096, NULL, seen));
    SAY(rmdir("many"));
    lseek(fd, 0, SEEK_SET);
    SAY(syscall(SYS_getdents64, fd, buf, 100));
    OPENS(openat(fd, "a", O_CREAT | O_WRONLY, 0644));
    OPENS(openat(fd, ".", O_RDONLY));
    OPENS(openat(fd, "..", O_RDONLY));
    SAY(mkdirat(fd, "a", 0755));
    SAY(fchdir(fd));
    SAY(syscall(SYS_getcwd, buf, sizeof buf));
    OPENS(open(".", O_RDONLY));
    OPENS(open("f", O_RDONLY));
    SAY(chdir(".."));
    SAY(access("f", 0));
    close(fd);
}

static void (*const parts[])(void) = {
    opening, only_path, limits, renaming, linking, reading,
};

int main(void)
{
    return in_order(parts, sizeof parts / sizeof *parts);
}
