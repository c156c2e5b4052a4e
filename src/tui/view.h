/* tui/view.h - the port between the screen and what is shown on it.
 *
 * A view draws one pane from the model and from what the user chose to look at
 * (struct look), only what is visible of it: its cost depends on the size of the
 * pane, not on that of the run. It changes nothing but its own part of the look
 * (what it clamps, and how large it was drawn, for scrolling).
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <tui/canvas.h>
#include <tui/model.h>

enum pane { PANE_GANTT, PANE_QUEUES, PANE_TASKS, PANE_LOG, PANE_DETAIL, PANE_CONSOLE,
            PANE_STRUCTURE, PANE_MEMORY, PANE_POWER, PANE_DISK, PANES };

enum pace { PACE_PAUSED, PACE_RUNNING, PACE_BUSY };

enum { LOOK_TEXT = 64, DISK_PAGES = 4, MEMORY_PAGES = 5 };

struct look {
    enum pane active;           /* which pane has the keys */
    enum pane below;            /* events, details or console, where one has room */
    bool full;                  /* the active pane alone */
    enum pace pace;
    int64_t speed;              /* tenths of a time unit per second of wall time */
    bool at_start;              /* nothing has happened yet */
    tid_t selected;
    bool follow_running;        /* the selection is whatever runs on the first hart */

    /* Gantt */
    bool by_task;               /* a row for each task, else for each hart */
    ns_t column;                /* ns a column; 0: as much as fits */
    ns_t shown_column;          /* what it was when last drawn */
    ns_t left;                  /* of the first column, unless it follows */
    bool pinned;                /* left counts: the chart does not follow the time */
    uint32_t gantt_top, gantt_rows;

    /* Run queues */
    uint32_t queue_top, queue_rows;
    unsigned levels;            /* as many as were seen */

    /* Processes: rows in order, made again when something changed */
    unsigned sort;              /* column */
    bool descending;
    char task_filter[LOOK_TEXT];
    uint32_t task_top, task_rows;
    tid_t *order;
    uint32_t norder, order_capacity;
    uint64_t order_count;       /* of the model, when it was made */
    bool order_stale;

    /* Events */
    char log_filter[LOOK_TEXT];
    uint64_t log_back;          /* matching lines between the newest and the last shown */
    uint32_t log_rows;

    /* Structure */
    struct {
        unsigned page;          /* 0: ways first; 1: waits and faults first */
        uint32_t top, rows;
        uint64_t at;            /* the model's count of events that `seen` goes with */
        uint64_t seen[PEEK_SERVICES][PEEK_SERVICES];    /* how often each way was gone */
        uint16_t hot[PEEK_SERVICES];    /* by from: a bit for each that was gone since */
    } structure;

    /* Power */
    struct { unsigned page; uint32_t top, rows; } power;

    uint32_t console_back, console_rows;
    unsigned memory_page;       /* below MEMORY_PAGES */
    uint32_t memory_top, memory_rows;
    unsigned disk_page;         /* below DISK_PAGES */
    uint32_t disk_top, disk_rows;       /* of the file tree */
    uint32_t help_top, help_rows;
};

struct view_ops {
    const char *name;           /* the pane's title */
    void (*draw)(struct canvas *c, struct rect r, const struct model *m, struct look *l);
};

extern const struct view_ops view_gantt, view_queues, view_tasks, view_log, view_detail,
    view_console, view_structure, view_memory, view_power, view_disk, view_help;

void look_init(struct look *l);
void look_free(struct look *l);

/* --- for views --- */

/* Draw the title line of a pane, with a note behind the name; *r becomes the rest. */
void pane_title(struct canvas *c, struct rect *r, const char *name, bool active,
                const char *note);
/* A task's symbol or name on its own colour. Returns the columns used. */
int chip_symbol(struct canvas *c, int x, int y, const struct model *m, tid_t tid);
int chip_name(struct canvas *c, int x, int y, int limit, const struct model *m, tid_t tid);
/* The text in lines of r.w columns, broken at blanks where there are any, as far as r.h
 * goes. Returns how many lines it needs; c may be NULL. */
int wrapped_text(struct canvas *c, struct rect r, unsigned style, const char *text);
/* What is left of it after the first line. */
const char *wrapped_rest(int width, const char *text);
/* Does the text contain the word, whatever the case of letters? "" is in every text. */
bool text_matches(const char *text, const char *word);

/* The two lines at the top: what runs, under which policy, when, how it stands. A
 * screen of few rows has one. */
void head_draw(struct canvas *c, struct rect r, const struct model *m,
               const struct look *l);

/* --- for the app --- */

/* Make the table's order again if it must be. */
void tasks_order(const struct model *m, struct look *l);
/* The row of a task in the order; its length if it is not there. */
uint32_t tasks_row(const struct look *l, tid_t tid);
unsigned tasks_columns(void);
const char *tasks_column_name(unsigned column);
/* The table's column under a screen column, tasks_columns() if there is none. */
unsigned tasks_column_at(const struct model *m, int width, int x);

/* The next width of a column, in ns: 1, 2, 5, 10 ... */
ns_t gantt_zoom(ns_t column, bool in);
/* The task that is shown at a place of the chart in r; TID_NONE. */
tid_t gantt_task_at(const struct model *m, const struct look *l, struct rect r, int x, int y);
/* The width that shows the whole run so far in `width` columns. */
ns_t gantt_fit(const struct model *m, int width);

/* The next page of the power pane for which there is something. */
unsigned power_turn(const struct model *m, unsigned page);

/* The lines of an event as the log shows it, for searching. */
bool log_matches(const struct model *m, const struct event *e, const char *word);

#endif
