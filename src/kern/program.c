/* program.c - a kernel for burst tasks alone: programs end at once, with status 127. */
#include <kern/kern.h>

void programs_layout(struct kern *k, struct arena *a)
{
    (void)a;
    k->programs = NULL;
}

void program_born(struct kern *k, tid_t tid)
{
    task_exit(k, tid, 127, 0);
}

bool programs_run(struct kern *k, ns_t limit)
{
    (void)k, (void)limit;
    return false;
}

void program_stopped(struct kern *k, unsigned h)
{
    (void)k, (void)h;
}

void program_dispatched(struct kern *k, unsigned h, tid_t tid)
{
    (void)k, (void)h, (void)tid;
}

void program_vacated(struct kern *k, unsigned h, tid_t tid)
{
    (void)k, (void)h, (void)tid;
}

enum task_state program_exited(struct kern *k, tid_t tid, int status, int signal)
{
    (void)k, (void)tid, (void)status, (void)signal;
    return TASK_DEAD;
}

uint32_t programs_nslots(const struct config *c)
{
    (void)c;
    return 0;
}

void programs_slot_due(struct kern *k, uint32_t i)
{
    (void)k, (void)i;
}

bool programs_await_input(const struct kern *k)
{
    (void)k;
    return false;
}

bool programs_input(struct kern *k, uint32_t process, const void *bytes, size_t n)
{
    (void)k, (void)process, (void)bytes, (void)n;
    return false;
}

size_t programs_output(struct kern *k, tid_t tid, void *buf, size_t size)
{
    (void)k, (void)tid, (void)buf, (void)size;
    return 0;
}

void program_facts(const struct kern *k, tid_t tid, struct program_facts *out)
{
    (void)k;
    *out = (struct program_facts){ .pid = (int32_t)tid + 1, .named_by = tid };
}

void program_view(const struct kern *k, tid_t tid, struct sched_task *out)
{
    (void)k, (void)tid, (void)out;
}
