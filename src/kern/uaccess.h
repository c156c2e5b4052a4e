/* kern/uaccess.h - the user's memory, for handlers of calls: what the mem service does for
 * others. All return 0, -EFAULT, -ENOMEM, or SYS_WAIT: the task sleeps. */
#ifndef KERN_UACCESS_H
#define KERN_UACCESS_H

#include <kern/request.h>

/* Up to a page; pinned. */
int32_t copy_in(struct sysc *c, void *to, uint32_t va, uint32_t n);
/* Could n bytes, up to a page, be written there? Then they are pinned, and can. */
int32_t user_writable(struct sysc *c, uint32_t va, uint32_t n);
/* Write them. */
void put_out(struct sysc *c, uint32_t va, const void *from, uint32_t n);
/* Both: all or nothing. */
int32_t copy_out(struct sysc *c, uint32_t va, const void *from, uint32_t n);
/* A string with its NUL into buf; its length, or also -ENAMETOOLONG: no NUL. */
int32_t copy_string(struct sysc *c, char *buf, uint32_t size, uint32_t va);
/* Write where nobody can wait any more. False: it cannot be done now. */
bool user_poke(struct sysc *c, uint32_t va, const void *from, uint32_t n);
/* A stretch of a long buffer: the bytes at va, *n of them at most, as far as they are in
 * one page. Not pinned: to be used at once. */
int32_t user_span(struct sysc *c, uint32_t va, enum mmu_access access, uint8_t **bytes,
                  uint32_t *n);

/* Has the range that right, as far as the process has memory there at all? */
bool user_may(const struct sysc *c, uint32_t va, uint32_t n, enum mmu_access access);

#endif
