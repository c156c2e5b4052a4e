/* posix_files.c - what POSIX says of files, step by step: each line is an errno or a
 * number. Run in an empty folder; the same on Linux. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int line;

/* The result, or the error. */
static void say(const char *what, long r)
{
    printf("%2d %-28s %ld", ++line, what, r);
    if (r < 0)
        printf(" errno %d", errno);
    putchar('\n');
}
#define SAY(call) say(#call, (long)(call))

static char big[20000];

static void opening(void)
{
    struct stat st;
    int fd;

    SAY(open("none", O_RDONLY));
    SAY(fd = open("a", O_CREAT | O_EXCL | O_RDWR, 0640));
    SAY(open("a", O_CREAT | O_EXCL | O_RDWR, 0640));
    SAY(open("a/b", O_RDONLY));
    SAY(open("a/", O_RDONLY));
    SAY(open(".", O_RDWR));
    SAY(open("", O_RDONLY));
    SAY(open("a", O_RDONLY | O_DIRECTORY));
    SAY(write(fd, "0123456789", 10));
    SAY(lseek(fd, -3, SEEK_END));
    SAY(read(fd, big, 100));
    SAY(read(fd, big, 100));
    SAY(lseek(fd, -1, SEEK_SET));
    SAY(lseek(fd, 100, SEEK_SET));
    SAY(write(fd, "x", 1));
    SAY(fstat(fd, &st));
    SAY(st.st_size);
    SAY(st.st_mode);
    SAY(pread(fd, big, 4, 50));
    SAY(big[0]);
    SAY(ftruncate(fd, 5));
    SAY(pread(fd, big, 100, 0));
    SAY(pwrite(fd, "AB", 2, 1));
    SAY(pread(fd, big, 100, 0));
    big[5] = '\0';
    puts(big);
    SAY(close(fd));
    SAY(close(fd));
    SAY(fd = open("a", O_WRONLY | O_APPEND));
    SAY(read(fd, big, 1));
    SAY(write(fd, "tail", 4));
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(lseek(fd, 0, SEEK_SET));
    SAY(write(fd, "!", 1));
    SAY(lseek(fd, 0, SEEK_CUR));
    close(fd);
    SAY(fd = open("a", O_RDONLY));
    SAY(write(fd, "x", 1));
    SAY(ftruncate(fd, 1));
    close(fd);
    SAY(open("a", O_RDWR | O_TRUNC) >= 0 ? (close(3), 0) : -1);
    SAY(stat("a", &st) ? -1 : (long)st.st_size);
}

static void names(void)
{
    struct stat st;
    char long_name[300];

    memset(long_name, 'n', sizeof long_name);
    long_name[256] = '\0';
    SAY(open(long_name, O_CREAT | O_RDWR, 0600));
    SAY(mkdir("d", 0755));
    SAY(mkdir("d", 0755));
    SAY(mkdir("none/d", 0755));
    SAY(link("a", "d/b"));
    SAY(link("a", "d/b"));
    SAY(link("d", "e"));
    SAY(stat("a", &st) ? -1 : (long)st.st_nlink);
    SAY(rmdir("d"));
    SAY(unlink("d") < 0);
    SAY(rmdir("a"));
    SAY(rmdir("."));
    SAY(rename("a", "d"));
    SAY(rename("d", "a"));
    SAY(rename("d", "d/in"));
    SAY(rename("none", "x"));
    SAY(rename("a", "d/b"));
    SAY(stat("a", &st));
    SAY(unlink("d/b"));
    SAY(stat("d", &st) ? -1 : (long)st.st_nlink);
    SAY(symlink("target", "s"));
    SAY(symlink("target", "s"));
    SAY(stat("s", &st));
    SAY(lstat("s", &st) ? -1 : (long)st.st_size);
    SAY(readlink("s", big, 3));
    SAY(readlink("d", big, 3));
    SAY(symlink("loop", "loop"));
    SAY(open("loop", O_RDONLY));
    SAY(open("s", O_RDONLY | O_NOFOLLOW));
    SAY(symlink("d", "to-d"));
    SAY(mkdir("to-d/sub", 0700));
    SAY(stat("d/sub", &st));
    SAY(rename("d/sub", "moved"));
    SAY(rmdir("moved"));
    SAY(unlink("to-d"));
    SAY(rmdir("d"));
    SAY(unlink("loop") | unlink("s"));
    SAY(unlink("none"));
}

static void unlinked_but_open(void)
{
    int fd = open("gone", O_CREAT | O_RDWR, 0600);
    struct stat st;

    SAY(write(fd, big, sizeof big));
    SAY(unlink("gone"));
    SAY(fstat(fd, &st) ? -1 : (long)st.st_nlink);
    SAY(lseek(fd, 0, SEEK_SET));
    SAY(read(fd, big, sizeof big));
    SAY(fsync(fd));
    close(fd);
}

static void shared_offsets(void)
{
    int fd = open("f", O_CREAT | O_RDWR | O_TRUNC, 0600), two = dup(fd), status;

    SAY(write(fd, "abcdef", 6));
    SAY(lseek(two, 0, SEEK_CUR));
    if (fork() == 0) {
        lseek(fd, 2, SEEK_SET);
        _exit(0);           /* what is not printed yet is the parent's */
    }
    wait(&status);
    SAY(lseek(two, 0, SEEK_CUR));
    SAY(read(two, big, 2));
    SAY(big[0]);
    close(fd);
    close(two);
    SAY(unlink("f"));
}

static void folders(void)
{
    struct dirent *e;
    int n = 0, sum = 0;
    char name[16];
    DIR *d;

    mkdir("many", 0755);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "many/%d", i);
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
    d = opendir("many");
    while ((e = readdir(d)))
        if (e->d_name[0] != '.') {
            n++;
            sum += atoi(e->d_name);
        }
    closedir(d);
    SAY(n);
    SAY(sum);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "many/%d", i);
        unlink(name);
    }
    SAY(chdir("many"));
    SAY(strcmp(strrchr(getcwd(big, sizeof big), '/'), "/many"));
    SAY(chdir(".."));
    SAY(rmdir("many"));
    SAY(chdir("many"));
    SAY(access(".", R_OK | W_OK | X_OK));
    SAY(access("none", F_OK));
}

int main(void)
{
    umask(022);
    opening();
    names();
    unlinked_but_open();
    shared_offsets();
    folders();
    return 0;
}
