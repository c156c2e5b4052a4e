/* forktree.c - a process makes two children, each of them two more, three levels deep;
 * each exits with the number of processes in its part of the tree. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEVELS = 3 };

int main(void)
{
    int level = 0, sum = 1, made = 0, status;

    for (int i = 0; i < 2 && level < LEVELS; i++) {
        pid_t child = fork();

        if (child < 0) {
            perror("fork");
            return 1;
        }
        if (child > 0) {
            made++;
            continue;
        }
        level++;                /* the child starts over, one level down */
        made = 0;
        i = -1;
    }
    while (made-- > 0) {
        wait(&status);
        sum += WEXITSTATUS(status);
    }
    if (level == 0)
        printf("%d processes in a tree of %d levels\n", sum, LEVELS + 1);
    return level == 0 ? 0 : sum;
}
