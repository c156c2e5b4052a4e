/* simulate.h - run a workload written in a test, and keep what was said. */
#ifndef TESTS_KERN_SIMULATE_H
#define TESTS_KERN_SIMULATE_H

#include <machine/machine.h>
#include <machine/peek.h>

struct simulation {
    struct config *config;
    struct vocabulary *vocabulary;      /* what the config borrows from */
    struct machine *machine;
    void *memory;
    size_t size;
    struct event *events;       /* all of them */
    size_t nevents;
    enum machine_end end;
};

/* Load `json` (fails the test if it is wrong), run it to its end. */
void simulate(struct simulation *s, const char *json);
/* The same, up to the point before running. */
void simulate_open(struct simulation *s, const char *json);
void simulate_close(struct simulation *s);

/* Stretches as text, "A 0-4 B 4-7", in units of 1 ms; with several harts "0:A 0-4". */
const char *simulation_gantt(const struct simulation *s, char *buf, size_t size);
/* Time in ns at which the task of this name ended, -1 if it did not. */
ns_t simulation_finish(const struct simulation *s, const char *name);
/* How many events of a kind there are. */
unsigned simulation_count(const struct simulation *s, enum event_kind kind);

#endif
