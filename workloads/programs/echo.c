/* echo.c - says back each line that is typed, numbered, until the end of the input. */
#include <stdio.h>

int main(void)
{
    char line[256];
    int n = 0;

    while (fgets(line, sizeof line, stdin))
        printf("%d: %s", ++n, line);
    printf("%d lines\n", n);
    return 0;
}
