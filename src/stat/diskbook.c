/* diskbook.c - see diskbook.h */
#include <stat/diskbook.h>

#include <sim/blkdev.h>
#include <sim/stream.h>

enum { FIRST_GAP = 1000 /* ns */ };

const event_set diskbook_kinds =
    EVENT_BIT(EV_DISK_START) | EVENT_BIT(EV_DISK_DONE) | EVENT_BIT(EV_DISK_SUBMIT)
    | EVENT_BIT(EV_SYSRET) | EVENT_BIT(EV_BLOCK) | EVENT_BIT(EV_WAKE) | EVENT_BIT(EV_POWER_CUT)
    | EVENT_BIT(EV_DISK_FAULT) | EVENT_BIT(EV_BOOT) | EVENT_BIT(EV_END);

void diskbook_begin(struct diskbook *b, disk_ask_fn *ask, void *machine)
{
    *b = (struct diskbook){ .ask = ask, .machine = machine, .gap = FIRST_GAP };
}

static void halve(struct diskbook *b)
{
    for (uint32_t i = 0; i < DISKBOOK_SAMPLES / 2; i++)
        b->sample[i] = b->sample[2 * i];
    b->nsamples = DISKBOOK_SAMPLES / 2;
    b->gap *= 2;
}

static void sample(struct diskbook *b, ns_t at, const struct disk_now *now)
{
    if (b->nsamples == DISKBOOK_SAMPLES)
        halve(b);
    b->sample[b->nsamples++] = (struct disk_sample){ at, *now };
    b->next = at + b->gap;
}

static void move(struct diskbook *b, const struct event *e, const struct disk_now *now)
{
    b->move[b->moves++ % DISKBOOK_PATH] = (struct disk_move){
        .from = e->at, .to = e->at + e->b, .drive = now->drive, .cylinder = now->arm,
        .moved = (uint32_t)e->a, .tid = e->tid,
    };
}

static void note_failure(struct diskbook *b, const struct event *e)
{
    if (e->kind == EV_DISK_DONE && e->b == BLK_IO_ERROR)
        b->refused++;
    if (e->kind != EV_DISK_FAULT)
        return;
    if (b->nfaults < DISKBOOK_FAULTS)
        b->fault[b->nfaults] = (struct disk_failure){ e->at, (uint64_t)e->b, (unsigned)e->a };
    b->nfaults++;
}

void diskbook_event(void *book, const struct event *e)
{
    struct diskbook *b = book;
    bool due = e->at >= b->next;
    struct disk_now now;

    note_failure(b, e);
    if (!(diskbook_kinds & EVENT_BIT(e->kind)) || (e->kind != EV_DISK_START && !due)
        || !b->ask || !b->ask(b->machine, due, &now))
        return;
    if (e->kind == EV_DISK_START)
        move(b, e, &now);
    if (due)
        sample(b, e->at, &now);
}

const struct disk_move *diskbook_move(const struct diskbook *b, uint64_t i)
{
    uint64_t kept = b->moves < DISKBOOK_PATH ? b->moves : DISKBOOK_PATH;

    return i < kept ? &b->move[(b->moves - kept + i) % DISKBOOK_PATH] : 0;
}
