/* uaccess.c - the kernel reads and writes a program's memory, as that program could. */
#include <kern/pages.h>
#include <kern/syscall.h>

#include <sim/check.h>

static int32_t error_of(struct sysc *c, enum mm_result why)
{
    if (why == MM_NO_MEMORY && c->k->memory)    /* else nothing would be won by waiting */
        why = pages_short(c->k, c->r->tid);
    if (why == MM_WAIT)
        return request_wait_memory(c->k, c->r->tid, c->r);
    return why == MM_NO_MEMORY ? -G_ENOMEM : -G_EFAULT;
}

/* Say and charge what had to be brought in. */
static void looked_at(struct sysc *c, uint32_t va, enum mm_result why, bool brought)
{
    const struct cost_config *costs = &c->k->config->costs;

    if (!pages_fault(c->k, c->r->tid, HART_NONE, va, why, brought))
        return;
    if (costs->page_fault && c->k->task[c->r->tid].state == TASK_RUNNING)
        prog_charge(c->k, c->t, hart_cycles_ns(c->k, c->hart, costs->page_fault),
                    -1 - (int64_t)CAUSE_STORE_PAGE);
}

static bool wraps(uint32_t va, uint32_t n)
{
    return (uint64_t)va + n > USER_TOP;
}

/* A page that has to be brought in or copied is a call to mem, once a request. */
static int32_t ask_mem(struct sysc *c, uint32_t va, enum mmu_access access)
{
    if (c->in == SERVICE_MEM || mm_is_here(mm_of(c->k), proc_space(c->p), va, access))
        return 0;
    return sysc_call(c, c->in, SERVICE_MEM);
}

/* The frame behind va, from the request's own pins or from memory. */
static int32_t frame_at(struct sysc *c, uint32_t va, enum mmu_access access, uint32_t *pfn)
{
    const struct pin *pin = request_pin_of(c->r, va);
    int32_t err;
    bool brought;

    if (wraps(va, 1))
        return -G_EFAULT;
    if (pin && (pin->writable || access == ACCESS_LOAD)) {
        *pfn = pin->pfn;
        return 0;
    }
    if ((err = ask_mem(c, va, access)))
        return err;
    enum mm_result why = mm_user(mm_of(c->k), proc_space(c->p), va, access, pfn, &brought);
    looked_at(c, va, why, brought);
    return why ? error_of(c, why) : 0;
}

/* How many of n bytes at va lie in its page. */
static uint32_t in_page(uint32_t va, uint32_t n)
{
    uint32_t room = PAGE_SIZE - (va & (PAGE_SIZE - 1));

    return n < room ? n : room;
}

/* Pin the pages of n bytes at va. */
static int32_t pin_range(struct sysc *c, uint32_t va, uint32_t n, enum mmu_access access)
{
    if (wraps(va, n))
        return -G_EFAULT;
    while (n) {
        uint32_t len = in_page(va, n), pfn;
        int32_t err = frame_at(c, va, access, &pfn);

        if (err)
            return err;
        const struct pin *pin = request_pin_of(c->r, va);
        if (!pin || (access == ACCESS_STORE && !pin->writable))
            request_pin(c->k, c->r, va, pfn, access == ACCESS_STORE);
        va += len, n -= len;
    }
    return 0;
}

/* What is behind va in a page that is pinned, or was just looked up. */
static const uint8_t *bytes_of(struct sysc *c, uint32_t pfn, uint32_t va)
{
    return mm_bytes(mm_of(c->k), pfn) + (va & (PAGE_SIZE - 1));
}

int32_t copy_in(struct sysc *c, void *to, uint32_t va, uint32_t n)
{
    uint8_t *out = to;
    int32_t err = pin_range(c, va, n, ACCESS_LOAD);

    while (!err && n) {
        uint32_t len = in_page(va, n);

        memcpy(out, bytes_of(c, request_pin_of(c->r, va)->pfn, va), len);
        out += len, va += len, n -= len;
    }
    return err;
}

int32_t user_writable(struct sysc *c, uint32_t va, uint32_t n)
{
    return pin_range(c, va, n, ACCESS_STORE);
}

void put_out(struct sysc *c, uint32_t va, const void *from, uint32_t n)
{
    const uint8_t *in = from;

    while (n) {
        uint32_t len = in_page(va, n);
        const struct pin *pin = request_pin_of(c->r, va);

        CHECK(pin && pin->writable);
        memcpy(mm_bytes_to_write(mm_of(c->k), pin->pfn) + (va & (PAGE_SIZE - 1)), in, len);
        in += len, va += len, n -= len;
    }
}

bool user_poke(struct sysc *c, uint32_t va, const void *from, uint32_t n)
{
    const uint8_t *in = from;

    for (uint32_t i = 0; i < n; i++, va++) {
        const struct pin *pin = request_pin_of(c->r, va);
        uint32_t pfn = pin ? pin->pfn : 0;
        enum mm_result why = MM_OK;
        bool brought = false;

        if (wraps(va, 1))
            return false;
        if (!(pin && pin->writable)) {
            if (!mm_is_here(mm_of(c->k), proc_space(c->p), va, ACCESS_STORE))
                (void)service_call(c->k, NULL, c->in, SERVICE_MEM);
            why = mm_user(mm_of(c->k), proc_space(c->p), va, ACCESS_STORE, &pfn, &brought);
            looked_at(c, va, why, brought);
        }
        if (why)
            return false;
        mm_bytes_to_write(mm_of(c->k), pfn)[va & (PAGE_SIZE - 1)] = in[i];
    }
    return true;
}

int32_t copy_out(struct sysc *c, uint32_t va, const void *from, uint32_t n)
{
    int32_t err = user_writable(c, va, n);

    if (!err)
        put_out(c, va, from, n);
    return err;
}

int32_t user_span(struct sysc *c, uint32_t va, enum mmu_access access, uint8_t **bytes,
                  uint32_t *n)
{
    uint32_t pfn;
    int32_t err = frame_at(c, va, access, &pfn);

    if (err)
        return err;
    *n = in_page(va, *n);
    *bytes = access == ACCESS_STORE
                 ? mm_bytes_to_write(mm_of(c->k), pfn) + (va & (PAGE_SIZE - 1))
                 : (uint8_t *)(uintptr_t)bytes_of(c, pfn, va);
    return 0;
}

int32_t copy_string(struct sysc *c, char *buf, uint32_t size, uint32_t va)
{
    uint32_t got = 0;

    while (got < size) {
        uint32_t len = in_page(va, size - got);
        int32_t err = pin_range(c, va, wraps(va, 1) ? 1 : len, ACCESS_LOAD);

        if (err)
            return err;
        const uint8_t *from = bytes_of(c, request_pin_of(c->r, va)->pfn, va);
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

bool user_may(const struct sysc *c, uint32_t va, uint32_t n, enum mmu_access access)
{
    return mm_may(proc_space(c->p), va, n, access);
}
