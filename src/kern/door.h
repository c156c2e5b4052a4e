/* kern/door.h - tasks on their way between services, inside the door.
 *
 * Only for: door.c structure.c module.c body_server.c fail.c fault.c leak.c
 */
#ifndef KERN_DOOR_H
#define KERN_DOOR_H

#include <kern/body.h>
#include <kern/request.h>
#include <sim/blkdev.h>

enum server_stage { SERVER_IDLE, SERVER_WORKING, SERVER_ANSWERING };

struct server {
    tid_t tid;                  /* TID_NONE: the service is no process */
    tid_t client;               /* whom it works for; TID_NONE: nobody, or one who left */
    uint8_t stage;              /* enum server_stage */
    uint8_t from;               /* enum service: who asked */
    uint32_t bytes;
    bool dead;                  /* it failed, and may be made anew */
    struct waitq queue;         /* clients that wait for their turn */
};

struct module {
    bool loaded, loading;
    struct waitq wait;          /* of a service: for its load */
    int64_t asked;              /* of a scheduler: the policy it was last wanted for */
    ns_t used;                  /* when it was last called, or gave way to another */
    ns_t began, load_time;      /* its load; of all its loads */
    uint32_t loads, unloads;
    struct kern *k;             /* for the drive's answer, if it is read from there */
    struct blk_request r;
    struct blk_sink sink;
};

/* --- module.c --- */

void modules_layout(struct kern *k, struct arena *a);
/* False: the task may go on to the service. Else it sleeps until the module is there. */
bool module_wait(struct kern *k, tid_t tid, enum service to);
void module_was_read(void *self, struct blk_request *r);
/* The pending entry of module `which` is due: it is loaded, or it was not called for long.
 * Schedulers' are numbered from SERVICES on. */
void module_due(struct kern *k, uint32_t which);

/* Charge hart h, whose task crosses from `from` to `to`. Does it take any time? */
bool door_charge(struct kern *k, unsigned h, enum service from, enum service to,
                 uint64_t cycles, int64_t what);
/* Cycles of a message of so many bytes, one way. */
uint64_t door_message_cycles(const struct kern *k, uint64_t bytes);

#endif
