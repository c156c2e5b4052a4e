/* id.c - whose a process is: id; id USER[:GROUP] COMMAND [ARGUMENT...] runs it as that user, by
 * number, which only root may */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST = 32 };

extern char **environ;

static int tell(void)
{
    gid_t more[MOST];
    int n = getgroups(MOST, more);

    printf("uid=%u gid=%u", (unsigned)getuid(), (unsigned)getgid());
    if (geteuid() != getuid())
        printf(" euid=%u", (unsigned)geteuid());
    if (getegid() != getgid())
        printf(" egid=%u", (unsigned)getegid());
    for (int i = 0; i < n; i++)
        printf("%s%u", i ? "," : " groups=", (unsigned)more[i]);
    putchar('\n');
    return 0;
}

int main(int argc, char **argv)
{
    char path[256], *end;
    unsigned long uid, gid;

    if (argc == 1)
        return tell();
    uid = gid = strtoul(argv[1], &end, 10);
    if (*end == ':' && end[1])
        gid = strtoul(end + 1, &end, 10);
    if (end == argv[1] || *end || argc == 2) {
        fputs("usage: id; id USER[:GROUP] COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (setgroups(0, NULL) || setgid((gid_t)gid) || setuid((uid_t)uid)) {
        perror("id");
        return 1;
    }
    snprintf(path, sizeof path, "%s%s", strchr(argv[2], '/') ? "" : "/bin/", argv[2]);
    execve(path, argv + 2, environ);
    perror(argv[2]);
    return errno == ENOENT ? 127 : 126;
}
