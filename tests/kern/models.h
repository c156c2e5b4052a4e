/* models.h - every kernel structure, and whose memory code of a place can touch: written
 * down a second time, from the description of each model (kern/model/), for tests. */
#ifndef TESTS_KERN_MODELS_H
#define TESTS_KERN_MODELS_H

#include <kern/service.h>

#define BIT(s) (1u << SERVICE_##s)
enum { EVERYBODY = (1 << SERVICES) - 1 };

struct model {
    const char *name, *json;
    uint32_t servers;           /* a bit each: alone in their memory */
    bool open;                  /* programs can touch the kernel */
    const uint8_t *ring;        /* NULL: no rings */
};

static const uint8_t four_rings[SERVICES] = {
    [SERVICE_USER] = 3, [SERVICE_FILE] = 2, [SERVICE_TTY] = 2, [SERVICE_BLOCK] = 1,
    [SERVICE_DRIVER_DISK] = 1, [SERVICE_DRIVER_TTY] = 1, [SERVICE_DRIVER_NET] = 1,
};
static const uint8_t two_rings[SERVICES] = {
    [SERVICE_USER] = 1, [SERVICE_FILE] = 1, [SERVICE_TTY] = 1,
};

#define SERVERS (BIT(FILE) | BIT(BLOCK) | BIT(TTY) | BIT(DRIVER_DISK) | BIT(DRIVER_TTY) | \
                 BIT(DRIVER_NET))
static const struct model models[] = {
    { "monolithic", "\"monolithic\"", 0, false, NULL },
    { "msdos", "{\"model\": \"monolithic\", \"wall\": false}", 0, true, NULL },
    { "layered", "\"layered\"", 0, false, NULL },
    { "rings", "\"rings\"", 0, false, four_rings },
    { "two rings", "{\"model\": \"rings\", \"rings\": 2, \"placement\": {\"file\": 1, \"tty\": 1, "
      "\"block\": 0, \"driver:disk\": 0, \"driver:tty\": 0, \"driver:net\": 0}}", 0, false,
      two_rings },
    { "microkernel", "\"microkernel\"", SERVERS, false, NULL },
    { "modular", "\"modular\"", 0, false, NULL },
    { "hybrid", "\"hybrid\"", BIT(FILE) | BIT(TTY), false, NULL },
};
enum { MODELS = sizeof models / sizeof *models };

/* Whose memory code of `at` can touch by itself. */
static inline uint32_t behind_walls(const struct model *m, enum service at)
{
    uint32_t set = 0;

    if (m->ring) {
        for (unsigned s = 0; s < SERVICES; s++)
            if (m->ring[s] >= m->ring[at])
                set |= 1u << s;
        return set;
    }
    if (m->servers >> at & 1)
        return 1u << at;
    return at == SERVICE_USER && !m->open ? BIT(USER) : EVERYBODY;
}

static inline uint32_t may_touch(const struct model *m, enum service at, bool iommu)
{
    bool device = at == SERVICE_DRIVER_DISK || at == SERVICE_DRIVER_NET;

    return device && !iommu ? EVERYBODY : behind_walls(m, at);
}

/* A process behind a wall harms itself alone; one that can touch a service that can touch
 * processes, all of them. */
static inline bool touches_others(const struct model *m, uint32_t reach, bool iommu)
{
    for (unsigned s = SERVICE_PROC; s < SERVICES; s++)
        if (reach >> s & 1 && may_touch(m, (enum service)s, iommu) & 1)
            return true;
    return false;
}

/* An attacker is whatever he can write to, and so on from there. */
static inline uint32_t may_hold(const struct model *m, enum service at, bool iommu)
{
    uint32_t set = 1u << at, before = 0;

    while (set != before) {
        before = set;
        for (unsigned s = 0; s < SERVICES; s++)
            if (before >> s & 1)
                set |= may_touch(m, (enum service)s, iommu);
    }
    return set;
}

#endif
