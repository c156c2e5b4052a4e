/* bench.h - what the benchmark kernels share: a start without a C library.
 *
 * Each kernel is one file that defines run(), which returns a checksum of what it
 * did; the program's exit status is 0 if that is the number known to be right.
 */
#ifndef BENCH_H
#define BENCH_H

typedef unsigned int u32;
typedef unsigned char u8;

u32 run(void);

/* System call 93: exit(status). The kernel has set sp. */
#define BENCH(expected)                                                      \
    __attribute__((used)) static void bench_main(void)                       \
    {                                                                        \
        register u32 status __asm__("a0") = run() != (expected);             \
        register u32 call __asm__("a7") = 93;                                \
                                                                             \
        __asm__ volatile("ecall" : : "r"(status), "r"(call));                \
        for (;;)                                                             \
            ;                                                                \
    }                                                                        \
    __asm__(".section .text.start,\"ax\",@progbits\n.globl _start\n"         \
            "_start:\n\tj bench_main\n.text\n");

/* The compiler may call these. */
#define BENCH_MEMORY                                                         \
    void *memcpy(void *to, const void *from, u32 n)                          \
    {                                                                        \
        u8 *t = to;                                                          \
        const u8 *f = from;                                                  \
                                                                             \
        while (n--)                                                          \
            *t++ = *f++;                                                     \
        return to;                                                           \
    }

#endif
