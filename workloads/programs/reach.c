/* reach.c - touches so many pages, one byte of each, again and again.
 *
 * As long as the TLB has an entry for each of them, only the first round misses; one page
 * more, and with a fair victim every single touch does. That size is the TLB's reach.
 * Arguments: pages, rounds.
 */
#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 4096 };

int main(int argc, char **argv)
{
    int pages = argc > 1 ? atoi(argv[1]) : 16, rounds = argc > 2 ? atoi(argv[2]) : 100;
    volatile char *m = pages > 0 && pages <= 65536 ? malloc((size_t)(pages + 1) * PAGE) : NULL;
    unsigned sum = 0;

    if (!m) {
        fprintf(stderr, "reach: wants 1 to 65536 pages, and memory for them\n");
        return 1;
    }
    for (int r = 0; r < rounds; r++)
        for (int i = 0; i < pages; i++)
            sum += (unsigned char)m[(size_t)i * PAGE];
    return sum != 0;
}
