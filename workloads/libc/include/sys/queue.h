/* sys/queue.h - lists and queues as 4.4BSD names them, in macros: a singly linked list
 * (SLIST) and queue (STAILQ, SIMPLEQ), a list (LIST) and a queue (TAILQ) linked both ways. */
#ifndef SYS_QUEUE_H
#define SYS_QUEUE_H

#define SLIST_HEAD(name, type) struct name { struct type *slh_first; }
#define SLIST_HEAD_INITIALIZER(head) { NULL }
#define SLIST_ENTRY(type) struct { struct type *sle_next; }
#define SLIST_INIT(head) ((void)((head)->slh_first = NULL))
#define SLIST_EMPTY(head) ((head)->slh_first == NULL)
#define SLIST_FIRST(head) ((head)->slh_first)
#define SLIST_NEXT(e, field) ((e)->field.sle_next)
#define SLIST_FOREACH(e, head, field) for ((e) = SLIST_FIRST(head); (e); (e) = SLIST_NEXT(e, field))
#define SLIST_INSERT_HEAD(head, e, field) \
    do { (e)->field.sle_next = (head)->slh_first; (head)->slh_first = (e); } while (0)
#define SLIST_INSERT_AFTER(after, e, field) \
    do { (e)->field.sle_next = (after)->field.sle_next; (after)->field.sle_next = (e); } while (0)
#define SLIST_REMOVE_HEAD(head, field) ((void)((head)->slh_first = (head)->slh_first->field.sle_next))
#define SLIST_REMOVE(head, e, type, field) \
    do { \
        struct type **__at = &(head)->slh_first; \
        while (*__at != (e)) \
            __at = &(*__at)->field.sle_next; \
        *__at = (e)->field.sle_next; \
    } while (0)

#define LIST_HEAD(name, type) struct name { struct type *lh_first; }
#define LIST_HEAD_INITIALIZER(head) { NULL }
#define LIST_ENTRY(type) struct { struct type *le_next, **le_prev; }
#define LIST_INIT(head) ((void)((head)->lh_first = NULL))
#define LIST_EMPTY(head) ((head)->lh_first == NULL)
#define LIST_FIRST(head) ((head)->lh_first)
#define LIST_NEXT(e, field) ((e)->field.le_next)
#define LIST_FOREACH(e, head, field) for ((e) = LIST_FIRST(head); (e); (e) = LIST_NEXT(e, field))
#define __LIST_PUT(at, e, field) \
    do { \
        (e)->field.le_prev = (at); \
        if (((e)->field.le_next = *(e)->field.le_prev) != NULL) \
            (e)->field.le_next->field.le_prev = &(e)->field.le_next; \
        *(e)->field.le_prev = (e); \
    } while (0)
#define LIST_INSERT_HEAD(head, e, field) __LIST_PUT(&(head)->lh_first, e, field)
#define LIST_INSERT_AFTER(after, e, field) __LIST_PUT(&(after)->field.le_next, e, field)
#define LIST_INSERT_BEFORE(before, e, field) __LIST_PUT((before)->field.le_prev, e, field)
#define LIST_REMOVE(e, field) \
    do { \
        if ((e)->field.le_next) \
            (e)->field.le_next->field.le_prev = (e)->field.le_prev; \
        *(e)->field.le_prev = (e)->field.le_next; \
    } while (0)

#define STAILQ_HEAD(name, type) struct name { struct type *stqh_first, **stqh_last; }
#define STAILQ_HEAD_INITIALIZER(head) { NULL, &(head).stqh_first }
#define STAILQ_ENTRY(type) struct { struct type *stqe_next; }
#define STAILQ_INIT(head) ((void)((head)->stqh_first = NULL, (head)->stqh_last = &(head)->stqh_first))
#define STAILQ_EMPTY(head) ((head)->stqh_first == NULL)
#define STAILQ_FIRST(head) ((head)->stqh_first)
#define STAILQ_NEXT(e, field) ((e)->field.stqe_next)
#define STAILQ_FOREACH(e, head, field) for ((e) = STAILQ_FIRST(head); (e); (e) = STAILQ_NEXT(e, field))
#define STAILQ_INSERT_HEAD(head, e, field) \
    do { \
        if (((e)->field.stqe_next = (head)->stqh_first) == NULL) \
            (head)->stqh_last = &(e)->field.stqe_next; \
        (head)->stqh_first = (e); \
    } while (0)
#define STAILQ_INSERT_TAIL(head, e, field) \
    do { \
        (e)->field.stqe_next = NULL; \
        *(head)->stqh_last = (e); \
        (head)->stqh_last = &(e)->field.stqe_next; \
    } while (0)
#define STAILQ_REMOVE_HEAD(head, field) \
    do { \
        if (((head)->stqh_first = (head)->stqh_first->field.stqe_next) == NULL) \
            (head)->stqh_last = &(head)->stqh_first; \
    } while (0)
#define SIMPLEQ_HEAD STAILQ_HEAD
#define SIMPLEQ_HEAD_INITIALIZER STAILQ_HEAD_INITIALIZER
#define SIMPLEQ_ENTRY STAILQ_ENTRY
#define SIMPLEQ_INIT STAILQ_INIT
#define SIMPLEQ_EMPTY STAILQ_EMPTY
#define SIMPLEQ_FIRST STAILQ_FIRST
#define SIMPLEQ_NEXT STAILQ_NEXT
#define SIMPLEQ_FOREACH STAILQ_FOREACH
#define SIMPLEQ_INSERT_HEAD STAILQ_INSERT_HEAD
#define SIMPLEQ_INSERT_TAIL STAILQ_INSERT_TAIL
#define SIMPLEQ_REMOVE_HEAD STAILQ_REMOVE_HEAD

#define TAILQ_HEAD(name, type) struct name { struct type *tqh_first, **tqh_last; }
#define TAILQ_HEAD_INITIALIZER(head) { NULL, &(head).tqh_first }
#define TAILQ_ENTRY(type) struct { struct type *tqe_next, **tqe_prev; }
#define TAILQ_INIT(head) ((void)((head)->tqh_first = NULL, (head)->tqh_last = &(head)->tqh_first))
#define TAILQ_EMPTY(head) ((head)->tqh_first == NULL)
#define TAILQ_FIRST(head) ((head)->tqh_first)
#define TAILQ_NEXT(e, field) ((e)->field.tqe_next)
/* Every element, and the head, begins a pair (next, where it hangs): so the one before. */
#define TAILQ_LAST(head, name) (*((struct name *)((head)->tqh_last))->tqh_last)
#define TAILQ_PREV(e, name, field) (*((struct name *)((e)->field.tqe_prev))->tqh_last)
#define TAILQ_FOREACH(e, head, field) for ((e) = TAILQ_FIRST(head); (e); (e) = TAILQ_NEXT(e, field))
#define TAILQ_FOREACH_REVERSE(e, head, name, field) \
    for ((e) = TAILQ_LAST(head, name); (e); (e) = TAILQ_PREV(e, name, field))
#define __TAILQ_PUT(head, at, e, field) \
    do { \
        (e)->field.tqe_prev = (at); \
        if (((e)->field.tqe_next = *(e)->field.tqe_prev) != NULL) \
            (e)->field.tqe_next->field.tqe_prev = &(e)->field.tqe_next; \
        else \
            (head)->tqh_last = &(e)->field.tqe_next; \
        *(e)->field.tqe_prev = (e); \
    } while (0)
#define TAILQ_INSERT_HEAD(head, e, field) __TAILQ_PUT(head, &(head)->tqh_first, e, field)
#define TAILQ_INSERT_TAIL(head, e, field) __TAILQ_PUT(head, (head)->tqh_last, e, field)
#define TAILQ_INSERT_AFTER(head, after, e, field) __TAILQ_PUT(head, &(after)->field.tqe_next, e, field)
#define TAILQ_INSERT_BEFORE(before, e, field) \
    do { \
        (e)->field.tqe_prev = (before)->field.tqe_prev; \
        (e)->field.tqe_next = (before); \
        *(before)->field.tqe_prev = (e); \
        (before)->field.tqe_prev = &(e)->field.tqe_next; \
    } while (0)
#define TAILQ_REMOVE(head, e, field) \
    do { \
        if ((e)->field.tqe_next) \
            (e)->field.tqe_next->field.tqe_prev = (e)->field.tqe_prev; \
        else \
            (head)->tqh_last = (e)->field.tqe_prev; \
        *(e)->field.tqe_prev = (e)->field.tqe_next; \
    } while (0)
#endif
