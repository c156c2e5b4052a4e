/* fib.c - the Fibonacci numbers by naive recursion: calls, returns, the stack. */
#include "bench.h"

__attribute__((noinline)) static u32 fib(u32 n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

u32 run(void)
{
    return fib(32);
}

BENCH(2178309)
