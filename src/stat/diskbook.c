/* diskbook.c - see diskbook.h */
#include <stat/diskbook.h>

#include <sim/stream.h>

enum { FIRST_GAP = 1000 /* ns */ };

const event_set diskbook_kinds =
    EVENT_BIT(EV_DISK_START) | EVENT_BIT(EV_DISK_DONE) | EVENT_BIT(EV_DISK_SUBMIT)
    | EVENT_BIT(EV_SYSRET) | EVENT_BIT(EV_BLOCK) | EVENT_BIT(EV_WAKE) | EVENT_BIT(EV_POWER_CUT)
    | EVENT_BIT(EV_BOOT) | EVENT_BIT(EV_END);

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

void diskbook_event(void *book, const struct event *e)
{
    struct diskbook *b = book;
    bool due = e->at >= b->next;
    struct disk_now now;

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
