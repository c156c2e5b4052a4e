/* kern/mem.h - programs' memory: what the mem service does for the others.
 *
 * A space is known to them by its address alone; what it is made of, pages.h says, for
 * mem's own files. Whoever calls from another service has passed the door (service.h).
 * What may need a frame, or a page from outside, may answer MM_WAIT: nothing has changed
 * then, the caller's task is to sleep (request_wait_memory) and to ask again.
 */
#ifndef KERN_MEM_H
#define KERN_MEM_H

#include <kern/kern.h>
#include <mm/space.h>

struct arena;
struct cpu;
struct elf;
struct load_progress;
struct mem;
struct request;

/* --- mem.c: as a whole --- */

/* For so many processes and threads. */
struct mem *mem_layout(struct kern *k, struct arena *a, struct cpu *cpu, uint32_t nslots);
bool mem_check(const struct mem *mem);
/* Frames: all, and those that nobody has. */
uint32_t mem_frames(const struct mem *mem);
uint32_t mem_frames_free(const struct mem *mem);
/* From now on changes are made for the call of this number, or MM_BY_LOADER. */
void mem_work_for(struct mem *mem, uint32_t by);

/* --- spaces --- */

/* An empty space for a program that descends from the configured task `root`. *as is NULL
 * at first; after MM_WAIT it may be part of one, to be passed again or dropped.
 * MM_NO_MEMORY: *as is NULL. */
enum mm_result mem_create(struct kern *k, struct aspace **as, tid_t root);
/* A copy for a fork; the original is as before. *as and results likewise. *copied: pages that
 * were copied at once, now, where the workload has that. */
enum mm_result mem_copy(struct kern *k, struct aspace *from, struct aspace **as,
                        uint32_t *copied);
/* One user more; one less, and the last one frees everything. */
void mem_hold(struct aspace *as);
void mem_drop(struct kern *k, struct aspace *as);
/* Pages of it that are in memory. */
uint32_t mem_resident(const struct aspace *as);
/* How many regions it may have, if it has that many; 0: there is room. */
uint32_t mem_regions_full(const struct aspace *as);
/* Do several processes work in it (vfork)? */
bool mem_is_shared(const struct aspace *as);
/* The satp with which hart h is to run in it. */
uint32_t mem_enter(struct kern *k, const struct aspace *as, unsigned h);
/* Names the word at va, wherever its page is, and for all who share it. */
uint64_t mem_key(const struct aspace *as, uint32_t va);
/* Could there be a page at va for such an access? */
bool mem_allows(const struct aspace *as, uint32_t va, enum mmu_access access);

/* --- what stands in one --- */

/* Zeroes at the pages of [start, end), with these rights (REGION_PROT); a first page that
 * is there already gets them besides its own. */
enum mm_result mem_segment(struct kern *k, struct aspace *as, uint32_t start, uint32_t end,
                           uint32_t rights);
/* Put bytes there regardless of rights: for loading. *placed gets how many are there in
 * any case; after MM_WAIT go on behind those. */
enum mm_result mem_place(struct kern *k, struct aspace *as, uint32_t va, const void *bytes,
                         uint32_t n, uint32_t *placed);
/* The file's pages from number `page` on at [start, end), private, read when they are touched;
 * `object` as filemap.h names it. */
enum mm_result mem_map_file(struct kern *k, struct aspace *as, uint32_t start, uint32_t end,
                            uint32_t rights, uint32_t object, uint32_t page);
/* Zeroes at n bytes of one page, which is writable. MM_WAIT: call again. */
enum mm_result mem_clear(struct kern *k, struct aspace *as, uint32_t va, uint32_t n);
/* The heap begins at this page's start; where it ends; move its end, if that is possible. */
void mem_set_heap(struct aspace *as, uint32_t start);
uint32_t mem_heap_end(const struct aspace *as);
bool mem_move_heap(struct kern *k, struct aspace *as, uint32_t end);
/* Its stack may grow to so many bytes (RLIMIT_STACK); what was touched stays. */
void mem_limit_stack(struct kern *k, struct aspace *as, uint64_t bytes);
/* A debugger looks: how many of n bytes there are; pages that were never touched are
 * zeroes. */
size_t mem_peek(const struct kern *k, const struct aspace *as, uint32_t va, void *buf,
                size_t n);
/* ...and writes, whatever the rights: how many. */
size_t mem_poke(struct kern *k, struct aspace *as, uint32_t va, const void *buf, size_t n);

/* --- pages.c: programs in little memory --- */

/* The running program touched va: make that possible, and count it. Where no frame can be
 * had, somebody is killed, by the workload's rule, and the program waits. */
enum mm_result mem_fault(struct kern *k, tid_t tid, uint32_t va, enum mmu_access access);
/* An access of the task's at pc is refused: that is kept, for who reports its end. */
void mem_refuse(struct kern *k, tid_t tid, uint32_t pc, uint32_t va, enum mmu_access access,
                enum mm_result why);
/* None of those kept is the reason for the end of the process with this number. */
void mem_unrefuse(struct kern *k, int32_t pid);
/* The task is about to sleep after MM_WAIT: in this queue, and at most until *until. */
struct waitq *mem_wait(struct kern *k, tid_t tid, struct request *r, ns_t *until);
/* Memory that requests wait for may be there: they try again. */
void memory_ready(struct kern *k);

/* --- what body.h asks of a program's pages (pages.c, look.c) --- */

/* Frames of the program that tid leads, if it is one that may be killed; 0. */
uint32_t pages_resident(const struct kern *k, tid_t tid);
/* The configured task that the thread descends from, and that counts are kept for; TID_NONE. */
tid_t pages_root(const struct kern *k, tid_t tid);
struct page_look;
uint32_t pages_of_program(const struct kern *k, tid_t tid, uint32_t skip, struct page_look *out,
                          uint32_t max);

/* --- instrument.c --- */

/* Has each reference of a program to be told? Then this does. */
bool mem_is_watched(const struct kern *k);
void mem_refer(struct kern *k, tid_t tid, uint32_t va, bool write);

/* --- keeper.c --- */

/* The task ends, or sleeps for something else than memory: no page is kept for it. */
void mem_let_go(struct kern *k, tid_t tid);

/* --- shootdown.c --- */

/* Hart `from` works for a task: what memory changes on the way is its doing. HART_NONE: it is
 * nobody's, but a device's. */
void shootdown_from(struct kern *k, unsigned from);

/* --- image.c --- */

/* The pages of a program whose boot image the machine has are to come from there: x->placed
 * of them are entered. *is: it has. MM_WAIT, MM_NO_MEMORY. */
enum mm_result image_map(struct kern *k, struct load_progress *x, const struct elf *e,
                         bool *is);

#endif
