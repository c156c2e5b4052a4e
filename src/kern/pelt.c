/* pelt.c - utilization that decays. */
#include <kern/pelt.h>

enum { HALF_LIFE = 32 };

/* 2^32 * 2^(-n/32), rounded down. */
static const uint32_t factor[HALF_LIFE] = {
    0xffffffff, 0xfa83b2db, 0xf5257d15, 0xefe4b99b, 0xeac0c6e7, 0xe5b906e7, 0xe0ccdeec,
    0xdbfbb797, 0xd744fcca, 0xd2a81d91, 0xce248c15, 0xc9b9bd86, 0xc5672a11, 0xc12c4cca,
    0xbd08a39f, 0xb8fbaf47, 0xb504f333, 0xb123f581, 0xad583eea, 0xa9a15ab4, 0xa5fed6a9,
    0xa2704303, 0x9ef53260, 0x9b8d39b9, 0x9837f051, 0x94f4efa8, 0x91c3d373, 0x8ea4398b,
    0x8b95c1e3, 0x88980e80, 0x85aac367, 0x82cd8698,
};

uint32_t pelt_decay(uint32_t value, uint64_t periods)
{
    if (periods / HALF_LIFE >= 32)
        return 0;
    return (uint32_t)((uint64_t)(value >> periods / HALF_LIFE) * factor[periods % HALF_LIFE] >> 32);
}

/* n periods of a steady rate: a geometric sum. */
static void periods(struct pelt *p, uint64_t n, uint32_t rate)
{
    if (n)
        p->value = pelt_decay(p->value, n) + rate - pelt_decay(rate, n);
}

void pelt_pass(struct pelt *p, ns_t to, uint32_t rate)
{
    uint64_t gone = (uint64_t)p->at % PELT_PERIOD, span = (uint64_t)(to - p->at);

    if (to <= p->at)
        return;
    p->at = to;
    if (gone + span < PELT_PERIOD) {
        p->part += (uint32_t)(span * rate / PELT_PERIOD);
        return;
    }
    uint64_t first = PELT_PERIOD - gone;

    periods(p, 1, p->part + (uint32_t)(first * rate / PELT_PERIOD));
    periods(p, (span - first) / PELT_PERIOD, rate);
    p->part = (uint32_t)((span - first) % PELT_PERIOD * rate / PELT_PERIOD);
}
