/* rounds.h - a bench kernel, many times over; run.sh includes it behind these macros:
 *   PEER_ROUNDS   how often
 *   PEER_KERNEL   the kernel's source file, in quotes
 *   PEER_STATE    the variable that one run leaves changed, where there is one
 * Each round must do the same work, so PEER_STATE gets its first value back.
 */
#include <stdint.h>
#include <string.h>

#define main kernel_main
#include PEER_KERNEL
#undef main

#ifdef PEER_STATE
static char saved[sizeof PEER_STATE];

static void save(void)
{
    memcpy(saved, PEER_STATE, sizeof saved);
}

static void restore(void)
{
    memcpy(PEER_STATE, saved, sizeof saved);
}
#else
static void save(void) { }
static void restore(void) { }
#endif

/* The compiler must neither unroll the rounds nor see that they are alike. */
static int (*volatile kernel)(void) = kernel_main;

int main(void)
{
    save();
    for (uint32_t i = 0; i < PEER_ROUNDS; i++) {
        if (kernel())
            return 1;
        restore();
    }
    return 0;
}
