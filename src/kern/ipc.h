/* kern/ipc.h - pipes and futexes: what the ipc service does for others. (Locks and
 * channels of burst tasks are in kern.h.) */
#ifndef KERN_IPC_H
#define KERN_IPC_H

#include <kern/file.h>

struct pipe;
struct futex;
struct programs;

struct pipe *pipes_layout(struct arena *a);
/* Bytes that are in pipes; change byte `at` of them by XOR with x. */
uint32_t pipes_used(const struct programs *ps);
uint64_t pipes_bytes(const struct programs *ps);
void pipes_harm(struct programs *ps, uint64_t at, uint8_t x);
struct futex *futexes_layout(struct arena *a);
/* Wake up to n threads that wait at va; how many. */
int32_t futex_wake(struct kern *k, const struct proc *p, uint32_t va, uint32_t n,
                   uint32_t bits);

#endif
