/* fib.c - the Fibonacci numbers by naive recursion: calls, returns, the stack. */
#include <stdint.h>

__attribute__((noinline)) static uint32_t fib(uint32_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static uint32_t run(void)
{
    return fib(32);
}

int main(void)
{
    return run() != 2178309;
}
