/* tui/story.h - events and states as sentences for people. */
#ifndef TUI_STORY_H
#define TUI_STORY_H

#include <tui/model.h>

enum { STORY_TEXT = 320 };

/* What an event says, without its time: "B is preempted after 2 ms". Returns buf. */
const char *story_event(const struct model *m, const struct event *e, char *buf,
                        size_t size);
/* How an event is painted in the log. */
unsigned story_paint(const struct event *e);

/* One word: "ready", "running", "waiting" ... */
const char *story_state(const struct model_task *t);
/* What a sleeping task waits for: "I/O", "lock m". Returns buf. */
const char *story_cause(const struct model *m, unsigned cause, uint32_t object,
                        char *buf, size_t size);

#endif
