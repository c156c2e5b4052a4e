/* df.c - how full the disk is: df [-h] [PATH] */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct statfs64 {               /* as Linux has it for 32 bits */
    uint32_t type, bsize;
    uint64_t blocks, bfree, bavail, files, ffree;
    int32_t fsid[2];
    uint32_t namelen, frsize, flags, spare[4];
};

int main(int argc, char **argv)
{
    int human = argc > 1 && !strcmp(argv[1], "-h");
    const char *path = argc > 1 + human ? argv[1 + human] : "/";
    struct statfs64 s;

    if (*path == '-' || argc > 2 + human) {
        fputs("usage: df [-h] [PATH]\n", stderr);
        return 2;
    }
    if (syscall(43, path, sizeof s, &s)) {
        perror(path);
        return 1;
    }
    uint64_t used = s.blocks - s.bfree, kib = s.bsize / 1024;

    if (human) {
        puts("  Size  Used Avail Use%");
        printf("%5.1fM %4.1fM %4.1fM %3llu%%\n", (double)(s.blocks * kib) / 1024,
               (double)(used * kib) / 1024, (double)(s.bavail * kib) / 1024,
               (unsigned long long)(s.blocks ? (used * 100 + s.blocks - 1) / s.blocks : 0));
        return 0;
    }
    puts("     1K-blocks      Used Available Use%   Inodes     IUsed");
    printf("%14llu %9llu %9llu %3llu%% %8llu %9llu\n", (unsigned long long)(s.blocks * kib),
           (unsigned long long)(used * kib), (unsigned long long)(s.bavail * kib),
           (unsigned long long)(s.blocks ? (used * 100 + s.blocks - 1) / s.blocks : 0),
           (unsigned long long)s.files, (unsigned long long)(s.files - s.ffree));
    return 0;
}
