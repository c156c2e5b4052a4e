/* reach.c - the bytes that stand for services and their data, and how they are hit. */
#include <kern/fault.h>
#include <kern/ipc.h>
#include <kern/pages.h>
#include <kern/vfs.h>

static void hit_service(struct kern *k, struct incident *r, enum service s, uint8_t x)
{
    struct faults *f = k->door.faults;

    service_bytes(k, s)[rng_below(&f->rng, SERVICE_BYTES)] ^= x;
    f->damaged |= 1u << s;
    f->by[s] = (uint32_t)(r - f->incident) + 1;
}

/* --- data --- */

static void file_hit(struct incident *r, uint32_t ino)
{
    for (uint32_t i = 0; i < r->files_corrupted; i++)
        if (r->ino[i] == ino)
            return;
    if (ino && r->files_corrupted < INCIDENT_FILES)
        r->ino[r->files_corrupted++] = ino;
}

/* A cached block: wrong from now on for all who read it, and on the disk if it is written. */
static bool hit_cache(struct kern *k, struct incident *r, uint8_t x)
{
    uint64_t n = k->vfs && k->vfs->state == VFS_MOUNTED ? fs_cached_bytes(k->vfs->fs) : 0;

    if (!n)
        return false;
    file_hit(r, fs_harm(k->vfs->fs, rng_below(&k->door.faults->rng, n), x));
    return true;
}

/* What the drive holds, as its driver may tell it to write. */
static bool hit_medium(struct kern *k, struct incident *r, uint8_t x)
{
    const struct blkdev *d = k->config->disk.stored ? block_medium(k) : NULL;
    uint8_t sector[BLK_SECTOR];
    uint64_t at;

    if (!d)
        return false;
    at = rng_below(&k->door.faults->rng, d->nsectors * BLK_SECTOR);
    if (!blk_peek(d, at / BLK_SECTOR, 1, sector))
        return false;
    sector[at % BLK_SECTOR] ^= x;
    if (!blk_poke(d, at / BLK_SECTOR, 1, sector))
        return false;
    if (k->vfs)
        file_hit(r, fs_owner_of(d, at / BLK_SECTOR));
    return true;
}

static bool hit_pipes(struct kern *k, uint8_t x)
{
    uint64_t n = k->programs ? pipes_bytes(k->programs) : 0;

    if (n)
        pipes_harm(k->programs, rng_below(&k->door.faults->rng, n), x);
    return n != 0;
}

/* --- processes --- */

/* The page of a space that is number `skip` of those that are there; 0: there are fewer. */
static uint32_t page_at(const struct mm *mm, const struct aspace *as, uint64_t skip)
{
    uint64_t va = USER_BOTTOM;

    while ((va = pt_next(&mm->frames, as->root, va, TRAMPOLINE_VA)) < TRAMPOLINE_VA) {
        if (!skip--)
            return (uint32_t)va;
        va += PAGE_SIZE;
    }
    return 0;
}

bool fault_in_program(struct kern *k, tid_t tid, uint8_t x)
{
    const struct aspace *as = proc_space(proc_of_task(k, tid));
    rng_t *rng = &k->door.faults->rng;
    uint8_t byte;

    if (!as || as->resident < 2)        /* one page is the way back from signals */
        return false;
    uint32_t va = page_at(mm_of(k), as, rng_below(rng, as->resident - 1u));
    va += (uint32_t)rng_below(rng, PAGE_SIZE);
    if (va < USER_BOTTOM || !programs_peek(k, tid, va, &byte, 1))
        return false;
    byte ^= x;
    return programs_poke(k, tid, va, &byte, 1) == 1;
}

/* The victim: any process, or, behind a wall, the faulty one itself. */
static tid_t victim(struct kern *k, const struct incident *r)
{
    uint32_t n = 0;

    if (!r->users)
        return k->config->processes[r->what->process].first;
    for (tid_t tid = 0; tid < k->ntasks; tid++)
        n += fault_may_hit(k, tid);
    uint64_t skip = n ? rng_below(&k->door.faults->rng, n) : 0;
    for (tid_t tid = 0; n && tid < k->ntasks; tid++)
        if (fault_may_hit(k, tid) && !skip--)
            return tid;
    return TID_NONE;
}

static bool hit_process(struct kern *k, struct incident *r, uint8_t x)
{
    uint16_t mark = (uint16_t)(r - k->door.faults->incident + 1);
    tid_t tid = victim(k, r);

    if (tid == TID_NONE || !fault_may_hit(k, tid))
        return false;
    bool (*corrupt)(struct kern *, tid_t, uint8_t) = body_of(k, tid)->corrupt;
    if (corrupt && !corrupt(k, tid, x))
        return false;
    r->processes_corrupted += k->door.faults->hit[tid] != mark;
    k->door.faults->hit[tid] = mark;
    if (!corrupt)
        fault_kill(k, r, tid);
    return true;
}

/* --- all of it --- */

/* One byte of what belongs to s: its own, or, as often, of its data. */
static bool hit(struct kern *k, struct incident *r, enum service s)
{
    rng_t *rng = &k->door.faults->rng;
    uint8_t x = (uint8_t)(1 + rng_below(rng, 255));
    bool data = rng_below(rng, 2);

    if (s == SERVICE_USER)
        return hit_process(k, r, x);
    if ((data && s == SERVICE_BLOCK && hit_cache(k, r, x)) ||
        (data && s == SERVICE_DRIVER_DISK && hit_medium(k, r, x)) ||
        (data && s == SERVICE_IPC && hit_pipes(k, x)))
        return true;
    hit_service(k, r, s, x);
    return true;
}

void reach_corrupt(struct kern *k, struct incident *r, uint32_t set, uint32_t n)
{
    uint32_t changed[SERVICES] = { 0 };

    for (uint32_t i = 0; i < n && set && k->end == KERN_RUNNING; i++) {
        enum service s = (enum service)fault_draw(&k->door.faults->rng, set);

        changed[s] += hit(k, r, s);
    }
    for (unsigned s = SERVICE_USER; s < SERVICES; s++) {
        if (!changed[s])
            continue;
        r->corrupted |= 1u << s;
        r->bytes += changed[s];
        kern_say(k, EV_CORRUPT, HART_NONE, TID_NONE, s, changed[s]);
    }
}
