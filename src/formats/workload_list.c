/* workload_list.c - the list of processes grows, and how long they take is added up. */
#include <formats/load.h>

#include <stdlib.h>

ns_t time_sum(ns_t a, ns_t b)
{
    return a > NS_MAX / 2 - b ? NS_MAX / 2 : a + b;
}

ns_t time_times(ns_t a, uint64_t n)
{
    return a && n > (uint64_t)(NS_MAX / 2 / a) ? NS_MAX / 2 : a * (ns_t)n;
}

/* Times must not overflow; a run that stops in time will not get there. */
static void check_length(struct loader *l, const cJSON *item,
                         const struct process_config *p, ns_t demand)
{
    ns_t all = demand;

    if (p->period)
        all = time_times(demand > p->period ? demand : p->period, p->jobs);
    l->total_demand = time_sum(l->total_demand, time_times(all, p->count));
    if (!load_field(l->root, "stop") && time_sum(p->arrival, all) > WORKLOAD_MAX_TIME)
        load_error(l, item, ERR_LIMIT, "its %s take longer than 100 years, and there is "
                   "no \"stop\"", p->period ? "jobs" : "steps");
}

/* Room for one more; false, and said, if there is none. */
static bool make_room(struct loader *l, const cJSON *item)
{
    uint32_t room = l->processes_room ? l->processes_room * 2 : 16;
    struct process_config *more;
    const cJSON **items;

    if (l->nprocesses < l->processes_room)
        return true;
    if (l->nprocesses == MAX_PROCESSES) {
        l->full = true;
        return load_error(l, item, ERR_LIMIT, "more than %d processes (\"count\" makes many "
                          "tasks of one)", MAX_PROCESSES);
    }
    more = realloc(l->processes, room * sizeof *more);
    l->processes = more ? more : l->processes;
    items = realloc(l->process_items, room * sizeof *items);
    l->process_items = items ? items : l->process_items;
    if (!more || !items)
        return load_error(l, item, ERR_LIMIT, "out of memory");
    l->processes_room = room;
    return true;
}

void load_add_process(struct loader *l, const cJSON *item, const struct process_config *p,
                      ns_t demand)
{
    struct process_config *new;

    if (l->full || !make_room(l, item))
        return;
    new = &l->processes[l->nprocesses];
    *new = *p;
    new->first = (tid_t)l->ntasks;
    l->process_items[l->nprocesses++] = item;
    l->ntasks += p->count;
    if (l->ntasks > CONFIG_TASKS_LIMIT) {
        l->full = true;
        load_error(l, item, ERR_LIMIT, "this makes more than %d tasks in all",
                   CONFIG_TASKS_LIMIT);
    }
    check_length(l, item, p, demand);
}
