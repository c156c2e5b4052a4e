#include <stdio.h>
#include <stdlib.h>
#define KEEP __attribute__((noinline, noclone, optimize("O0")))
int total, last;
KEEP static int add(int a, int b)
{
    int c = a + b;
    total += c;
    return c;
}
KEEP static void corrupt(int i)
{
    if (i == 3)
        last = 1000;
}
KEEP int main(void)
{
    int sum = 0;
    setlinebuf(stdout);
    for (int i = 0; i < 5; i++) {
        sum = add(sum, i);
        last = sum;
        corrupt(i);
        printf("round %d: %d\n", i, last);
        if (last != sum)
            abort();
    }
    return 0;
}
