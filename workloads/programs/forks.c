/* forks.c - a process with much memory makes children that need little of it.
 *
 * Each child writes to so many of its parent's pages and ends. With copy-on-write only those
 * are ever copied; without, all of them are, at each fork. Arguments: pages of the parent,
 * children, pages that each child writes.
 *
 * Source: Silberschatz, Galvin, Gagne, "Operating System Concepts", Copy-on-Write.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

int main(int argc, char **argv)
{
    int pages = argc > 1 ? atoi(argv[1]) : 200, children = argc > 2 ? atoi(argv[2]) : 5;
    int writes = argc > 3 ? atoi(argv[3]) : 2, status, good = 0;
    char *m = pages > 0 && pages <= 65536 ? malloc((size_t)pages * PAGE) : NULL;

    if (!m || writes > pages) {
        fprintf(stderr, "forks: wants 1 to 65536 pages, and memory for them\n");
        return 1;
    }
    memset(m, 1, (size_t)pages * PAGE);
    for (int i = 0; i < children; i++) {
        pid_t child = fork();

        if (child < 0) {
            perror("forks");
            return 1;
        }
        for (int w = 0; child == 0 && w < writes; w++)
            m[(size_t)w * PAGE] = 2;
        if (child == 0)
            _exit(m[(size_t)(pages - 1) * PAGE] == 1 || writes == pages ? 7 : 1);
        if (waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7)
            good++;
    }
    printf("%d of %d children, and %s\n", good, children, m[0] == 1 ? "nothing changed here"
                                                                   : "my memory changed");
    return good != children || m[0] != 1;
}
