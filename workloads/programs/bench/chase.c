/* chase.c - a pointer chase through 4 MiB: nearly each load is in a page that the TLB
 * has not.
 *
 * Each word holds the place of the next. The order is a linear congruential sequence of
 * full period (Knuth, TAOCP 2, 3.2.1.2, Theorem A: c odd, a = 1 mod 4), so a chase of
 * WORDS steps goes through every word and ends where it began.
 */
enum { WORDS = 1 << 20, ROUNDS = 8 };

static unsigned next[WORDS];

int main(void)
{
    unsigned at = 0;

    for (unsigned i = 0; i < WORDS; i++)
        next[i] = (i * 1664525u + 1013904223u) & (WORDS - 1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned step = 0; step < WORDS; step++) {
            if (step && at == 0)
                return 1;
            at = next[at];
        }
        if (at != 0)
            return 2;
    }
    return 0;
}
