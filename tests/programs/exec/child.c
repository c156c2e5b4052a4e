/* child.c - prints what it was given and ends with status 31. */
#include "../sys.h"

int main(int argc, char **argv)
{
    char **envp = argv + argc + 1;

    for (int i = 0; i < argc; i++) {
        print(argv[i]);
        print(i + 1 < argc ? "," : ";");
    }
    for (; *envp; envp++)
        print(*envp);
    print("\n");
    return argc == 4 || argc == 3 ? 31 : 1;
}
