/* yes.c - a line without end, or until nobody reads it: yes [TEXT...]; "y" without one */
#include <stdio.h>

int main(int argc, char **argv)
{
    do {
        if (argc < 2)
            fputs("y", stdout);
        for (int i = 1; i < argc; i++)
            printf("%s%s", i > 1 ? " " : "", argv[i]);
    } while (putchar('\n') != EOF);
    perror("yes");
    return 1;
}
