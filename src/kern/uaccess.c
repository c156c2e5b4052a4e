/* uaccess.c - the kernel reads and writes a program's memory, as that program could. */
#include "prog.h"

static int32_t error_of(enum mm_result why)
{
    return why == MM_NO_MEMORY ? -G_ENOMEM : -G_EFAULT;
}

/* The bytes behind va, charged for what had to be brought in. */
static uint8_t *user(struct sysc *c, uint32_t va, enum mmu_access access,
                     enum mm_result *why)
{
    uint32_t faults = 0;
    uint8_t *bytes = mm_user(&c->ps->mm, c->p->as, va, access, why, &faults);

    if (faults) {
        const struct cost_config *costs = &c->k->config->costs;

        c->t->faults += faults;
        kern_say(c->k, EV_PAGE_FAULT, HART_NONE, c->t->tid, va, 0);
        if (costs->page_fault && c->k->task[c->t->tid].state == TASK_RUNNING)
            prog_charge(c->k, c->t, hart_cycles_ns(c->k, c->hart, costs->page_fault),
                        -1 - (int64_t)CAUSE_STORE_PAGE);
    }
    return bytes;
}

/* How many of n bytes at va lie in its page. */
static uint32_t in_page(uint32_t va, uint32_t n)
{
    uint32_t room = PAGE_SIZE - (va & (PAGE_SIZE - 1));

    return n < room ? n : room;
}

static bool wraps(uint32_t va, uint32_t n)
{
    return (uint64_t)va + n > USER_TOP;
}

int32_t copy_in(struct sysc *c, void *to, uint32_t va, uint32_t n)
{
    uint8_t *out = to;

    if (wraps(va, n))
        return -G_EFAULT;
    while (n) {
        enum mm_result why;
        uint32_t len = in_page(va, n);
        const uint8_t *from = user(c, va, ACCESS_LOAD, &why);

        if (!from)
            return error_of(why);
        memcpy(out, from, len);
        out += len, va += len, n -= len;
    }
    return 0;
}

int32_t user_writable(struct sysc *c, uint32_t va, uint32_t n)
{
    if (wraps(va, n))
        return -G_EFAULT;
    while (n) {
        enum mm_result why;
        uint32_t len = in_page(va, n);

        if (!user(c, va, ACCESS_STORE, &why))
            return error_of(why);
        va += len, n -= len;
    }
    return 0;
}

int32_t copy_out(struct sysc *c, uint32_t va, const void *from, uint32_t n)
{
    const uint8_t *in = from;
    int32_t err = user_writable(c, va, n);

    if (err)
        return err;
    while (n) {
        enum mm_result why;
        uint32_t len = in_page(va, n);

        memcpy(user(c, va, ACCESS_STORE, &why), in, len);
        in += len, va += len, n -= len;
    }
    return 0;
}

int32_t copy_string(struct sysc *c, char *buf, uint32_t size, uint32_t va)
{
    uint32_t got = 0;

    while (got < size) {
        enum mm_result why;
        uint32_t len = in_page(va, size - got);
        const uint8_t *from;

        if (wraps(va, 1) || !(from = user(c, va, ACCESS_LOAD, &why)))
            return wraps(va, 1) ? -G_EFAULT : error_of(why);
        const uint8_t *end = memchr(from, 0, len);
        if (end) {
            memcpy(buf + got, from, (size_t)(end - from) + 1);
            return (int32_t)(got + (uint32_t)(end - from));
        }
        memcpy(buf + got, from, len);
        got += len, va += len;
    }
    return -G_ENAMETOOLONG;
}
