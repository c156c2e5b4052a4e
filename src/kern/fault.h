/* kern/fault.h - faults in services and processes: what is known of them (incident.c), a
 * failure (fail.c), bytes changed (reach.c), memory taken (leak.c), somebody who goes on
 * from there (attack.c), and when each of it happens (fault.c).
 *
 * What a fault does follows from where the faulty code stands: the model says which
 * memory it can touch, and what is touched is really changed. Each service has memory of
 * its own here, of bytes that mean nothing but that it works (`service_bytes`); besides,
 * its data are where they are: pages of programs belong to the user, cached blocks to
 * `block`, what is on the medium to the disk's driver, what is in pipes to `ipc`. Data
 * that was hit is wrong from then on, and whoever reads it sees that. A service whose own
 * memory was hit fails when it is next called.
 *
 * What is no memory of a service here, and is never hit: tables of pages, and the
 * simulator's own records of tasks, files and time.
 */
#ifndef KERN_FAULT_H
#define KERN_FAULT_H

#include <kern/kern.h>

enum { SERVICE_BYTES = 4096, INCIDENT_FILES = 64 };

struct incident {               /* one fault, and what came of it */
    const struct fault_config *what;
    ns_t at, repaired;          /* repaired: NS_MAX never */
    ns_t down;                  /* since when the first service is lost; NS_MAX */
    ns_t next;                  /* when it goes on; NS_MAX: not by itself */
    bool panic;                 /* it took the kernel */
    bool users;                 /* it can touch every process, not only its own */
    bool active;                /* a leak or an attack that goes on */
    uint32_t reach;             /* services, and USER, whose memory it can touch: a bit each */
    uint32_t held;              /* attack: where the attacker stands now */
    uint32_t lost, corrupted;   /* that failed; bytes of which were changed */
    uint32_t found;             /* its damage was met there at this instant */
    uint32_t processes_lost, processes_corrupted, processes_reachable;
    uint32_t files_lost, files_corrupted;
    uint32_t guests_lost;       /* those in them as well; a guest's own kernel, too */
    uint32_t ino[INCIDENT_FILES];       /* the corrupted ones */
    uint64_t bytes;             /* changed */
    uint32_t frames;            /* taken and not given back */
    uint32_t bug;               /* attack: 1 + the one that it works on; 0: none */
    ns_t work_lost;             /* CPU time that went into processes lost */
};

struct faults {
    rng_t rng;                  /* where bytes are hit */
    struct incident *incident;
    uint32_t n, max;
    struct fault_config *drawn; /* of the workload's "faults", by time */
    uint32_t ndrawn, next_drawn;
    uint8_t (*bytes)[SERVICE_BYTES];    /* by service */
    uint32_t damaged;           /* a bit for each service whose bytes are wrong */
    uint32_t by[SERVICES];      /* ...1 + the incident that did it; 0: a program's store */
    uint16_t *hit;              /* by tid: 1 + the last incident that changed its bytes */
    uint16_t *leaked;           /* by frame: 1 + the incident that took it; NULL */
};

/* --- incident.c --- */

void faults_layout(struct kern *k, struct arena *a);
/* Pending entries that faults need, beyond one for each service. */
uint32_t faults_slots(const struct config *c);
/* How many of those entries are set, but for services that fail now: no task that cannot
 * move by itself is moved by them. */
uint32_t faults_pending(const struct kern *k);
/* Somebody calls a service, or it works: is it damaged? Then it fails at this instant. */
bool fault_meet(struct kern *k, enum service to);
/* A process is killed for want of memory. */
void fault_out_of_memory(struct kern *k, tid_t tid);

/* One of a set that is not empty, equally likely. */
unsigned fault_draw(rng_t *rng, uint32_t set);
struct incident *incident_new(struct kern *k, const struct fault_config *what);
/* Services, and USER, whose memory code of `at` can touch by itself; devices and all. */
uint32_t fault_walls(const struct kern *k, enum service at);
uint32_t fault_reach(const struct kern *k, enum service at);
/* It can touch the memory of all these from now on. */
void fault_widen(struct kern *k, struct incident *r, uint32_t set);
/* A process is lost by it. */
void fault_book(struct kern *k, struct incident *r, tid_t tid);
/* When the incident goes on; NS_MAX: not by itself. */
void fault_again(struct kern *k, struct incident *r, ns_t at);
static inline bool in_set(uint32_t set, enum service s)
{
    return set >> s & 1;
}
/* Has the task begun and not ended, and is no server? Does it stand for a process, too? */
bool fault_alive(const struct kern *k, tid_t tid);
bool fault_may_hit(const struct kern *k, tid_t tid);
/* One byte of a program's changes: `corrupt` of body.h (reach.c). */
bool fault_in_program(struct kern *k, tid_t tid, uint8_t x);
/* The bytes of a service; where there is no wall, programs see them too. */
uint8_t *service_bytes(const struct kern *k, enum service s);
/* ...as they are as long as it works. */
void service_mend(struct kern *k, enum service s);
bool service_sound(const struct kern *k, enum service s);

/* --- fail.c --- */

/* Code of `at` runs wild: it and what depends on its memory is lost. */
void fault_fail(struct kern *k, struct incident *r, enum service at, bool hangs);
/* A process is killed by it. */
void fault_kill(struct kern *k, struct incident *r, tid_t tid);

/* --- reach.c --- */

/* Change n bytes, drawn among those of `set`, on the incident's account. */
void reach_corrupt(struct kern *k, struct incident *r, uint32_t set, uint32_t n);

/* --- leak.c --- */

void leak_begin(struct kern *k, struct incident *r);
void leak_on(struct kern *k, struct incident *r);
void leak_end(struct kern *k, struct incident *r);

/* --- attack.c --- */

void attack_begin(struct kern *k, struct incident *r);
void attack_on(struct kern *k, struct incident *r);
/* A service is made anew: nobody but itself runs there. */
void attack_thrown_out(struct kern *k, enum service at);

/* --- fault.c --- */

/* Set the first of those that are drawn. */
void faults_start(struct kern *k);
void fault_strike(struct kern *k, const struct fault_config *what);
/* Entry i of faults_slots is due. */
void fault_due(struct kern *k, uint32_t i);
void fault_repaired(struct kern *k, enum service at);

#endif
