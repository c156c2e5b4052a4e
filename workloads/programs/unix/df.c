/* df.c - how full the disk is: df */
#include <stdint.h>
#include <stdio.h>
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
    (void)argv;
    struct statfs64 s;

    if (argc > 1) {
        fputs("usage: df\n", stderr);
        return 2;
    }
    if (syscall(43, "/", sizeof s, &s)) {
        perror("/");
        return 1;
    }
    uint64_t used = s.blocks - s.bfree, kib = s.bsize / 1024;

    puts("     1K-blocks      Used Available Use%   Inodes     IUsed");
    printf("%14llu %9llu %9llu %3llu%% %8llu %9llu\n", (unsigned long long)(s.blocks * kib),
           (unsigned long long)(used * kib), (unsigned long long)(s.bavail * kib),
           (unsigned long long)(s.blocks ? (used * 100 + s.blocks - 1) / s.blocks : 0),
           (unsigned long long)s.files, (unsigned long long)(s.files - s.ffree));
    return 0;
}
