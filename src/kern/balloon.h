/* kern/balloon.h - memory that a guest's kernel has lent back to the machine; balloon.c. */
#ifndef KERN_BALLOON_H
#define KERN_BALLOON_H

#include <kern/kern.h>

struct balloon {
    uint32_t n, wanted;         /* frames in it; as many as there shall be */
    uint32_t target;            /* the same, or more: others have yet to lend what it wants back */
    uint32_t *frame;
};

/* With config.ballooned. */
void balloon_layout(struct kern *k, struct arena *a);
/* It shall have so many frames, at most those of the machine. */
void balloon_want(struct kern *k, uint32_t frames);
/* A frame may have become free: it grows on. There is a balloon. */
void balloon_go_on(struct kern *k);
/* kern.balloon_slot is due: the machine has frames for it. */
void balloon_due(struct kern *k);

#endif
