/* mail.c - see mail.h */
#include <kern/body.h>
#include <kern/mail.h>

#include <sim/check.h>

#include <string.h>

void mail_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    uint32_t room = c->channel_capacity ? c->channel_capacity : 1;

    if (!c->messages)
        return;
    struct mail *mail = arena_array(a, struct mail, 1);
    struct mailring *ring = arena_array(a, struct mailring, c->nchannels);
    struct message *m = arena_array(a, struct message, (size_t)c->nchannels * room);
    struct mailbox *box = arena_array(a, struct mailbox, k->max_tasks);

    if (!a->base)
        return;
    *mail = (struct mail){ .kern = k, .room = room, .ring = ring, .box = box };
    for (uint32_t i = 0; i < c->nchannels; i++)
        ring[i].m = m + (size_t)i * room;
    k->mail = mail;
}

static bool writes(const struct kern *k, tid_t tid)
{
    return k->mail && body_of(k, tid)->messages;
}

const struct message *mail_of(const struct kern *k, tid_t tid)
{
    return writes(k, tid) ? &k->mail->box[tid].m : NULL;
}

struct message *mail_to(struct kern *k, tid_t tid)
{
    return writes(k, tid) ? &k->mail->box[tid].m : NULL;
}

static void copy(struct message *to, const struct message *from)
{
    to->size = from ? from->size : 0;
    if (from)
        memcpy(to->bytes, from->bytes, from->size);
}

void mail_hand(struct kern *k, tid_t from, tid_t to)
{
    struct message *m = mail_to(k, to);

    if (m)
        copy(m, mail_of(k, from));
}

void mail_put(struct kern *k, uint32_t channel, tid_t from)
{
    struct mailring *r = k->mail ? &k->mail->ring[channel] : NULL;

    if (!r)
        return;
    CHECK(r->n < k->mail->room);
    copy(&r->m[(r->head + r->n++) % k->mail->room], mail_of(k, from));
}

void mail_get(struct kern *k, uint32_t channel, tid_t to)
{
    struct mailring *r = k->mail ? &k->mail->ring[channel] : NULL;
    struct message *m = mail_to(k, to);

    if (!r)
        return;
    CHECK(r->n > 0);
    if (m)
        copy(m, &r->m[r->head]);
    r->head = (r->head + 1) % k->mail->room;
    r->n--;
}

void mail_done(struct kern *k, tid_t tid)
{
    if (writes(k, tid))
        k->mail->box[tid].done = true;
}
