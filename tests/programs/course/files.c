/* files.c - files, folders, and what stat says of them, in a folder of its own. OSTEP,
 * "Files and Directories". */
#include "common.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

static void show(const char *path)
{
    struct stat s;

    if (stat(path, &s) < 0)
        printf("%s: %s\n", path, strerror(errno));
    else
        printf("%s: %s %o size %lld links %d\n", path,
               S_ISDIR(s.st_mode) ? "folder" : S_ISREG(s.st_mode) ? "file" : "other",
               (unsigned)s.st_mode & 0777, S_ISDIR(s.st_mode) ? 0LL : (long long)s.st_size,
               S_ISDIR(s.st_mode) ? 0 : (int)s.st_nlink);
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

static void list(const char *path)
{
    char names[20][64];
    struct dirent *e;
    size_t n = 0;
    DIR *d = opendir(path);

    assert(d != NULL);
    while ((e = readdir(d)) != NULL && n < 20)
        strcpy(names[n++], e->d_name);
    closedir(d);
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        printf("%s ", names[i]);
    printf("\n");
}

int main(void)
{
    char buf[64] = { 0 }, *line = NULL;
    size_t room = 0;
    int fd, n;
    FILE *f;

    setvbuf(stdout, NULL, _IOLBF, 0);
    umask(022);
    if (mkdir("course.dir", 0755) < 0 || chdir("course.dir") < 0) {
        perror("mkdir");
        return 77;
    }
    fd = open("file", O_CREAT | O_WRONLY | O_TRUNC, S_IRUSR | S_IWUSR);
    assert(fd >= 0);
    assert(write(fd, "hello world\n", 12) == 12);
    assert(fsync(fd) == 0);
    close(fd);
    show("file");
    fd = open("file", O_RDWR);
    assert(lseek(fd, 6, SEEK_SET) == 6 && read(fd, buf, 5) == 5);
    printf("read %s\n", buf);
    if (fork() == 0) {                          /* the offset is shared */
        lseek(fd, 10000, SEEK_SET);
        exit(0);
    }
    wait(NULL);
    printf("offset %d\n", (int)lseek(fd, 0, SEEK_CUR));
    assert(write(fd, "!", 1) == 1);
    close(fd);
    show("file");
    assert(link("file", "file2") == 0);
    show("file2");
    assert(rename("file2", "file3") == 0 && unlink("file") == 0);
    show("file");
    show("file3");
    assert(symlink("file3", "soft") == 0);
    n = (int)readlink("soft", buf, sizeof buf);
    printf("soft -> %.*s\n", n, buf);
    mkdir("sub", 0700);
    list(".");
    n = rmdir("..");
    printf("rmdir ..: %d\n", n);
    n = open("none", O_RDONLY);
    printf("open none: %d %s\n", n, strerror(errno));

    f = fopen("text", "w");
    for (int i = 0; i < 1000; i++)
        fprintf(f, "%d: line\n", i);
    printf("tell %ld\n", ftell(f));
    fclose(f);
    f = fopen("text", "r+");
    fseek(f, -5, SEEK_END);
    n = fgetc(f);
    ungetc('X', f);
    printf("%c", n);
    printf(" %c", fgetc(f));
    printf(" %ld\n", ftell(f));
    rewind(f);
    for (n = 0; getline(&line, &room, f) > 0; n++)
        continue;
    printf("%d lines, end %d\n", n, feof(f) != 0);
    fclose(f);
    f = fopen("text", "a");
    fputs("last\n", f);
    fclose(f);
    show("text");

    fflush(stdout);                             /* redirection, as a shell does it */
    if (fork() == 0) {
        close(STDOUT_FILENO);
        assert(open("out", O_CREAT | O_WRONLY | O_TRUNC, 0644) == STDOUT_FILENO);
        printf("to the file\n");
        exit(0);
    }
    wait(NULL);
    show("out");
    chdir("..");
    const char *all[] = { "file3", "soft", "text", "out" };
    for (int i = 0; i < 4; i++) {
        sprintf(buf, "course.dir/%s", all[i]);
        assert(unlink(buf) == 0);
    }
    assert(rmdir("course.dir/sub") == 0 && rmdir("course.dir") == 0);
    show("course.dir");
    return 0;
}
