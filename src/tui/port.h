/* tui/port.h - the machine as the screens see it: every call they make, in one table.
 *
 * The functions mean what machine/machine.h and machine/peek.h say. Tests fill the
 * table with a machine of their own.
 */
#ifndef TUI_PORT_H
#define TUI_PORT_H

#include <machine/machine.h>
#include <machine/peek.h>

struct machine_ops {
    struct machine *(*init)(void *mem, size_t size, const struct config *c, bool hash);
    struct stream *(*stream)(struct machine *m);
    enum machine_end (*run)(struct machine *m, ns_t until, uint64_t max_events);
    enum machine_end (*over)(const struct machine *m);
    ns_t (*now)(const struct machine *m);
    uint64_t (*steps)(const struct machine *m);
    bool (*input)(struct machine *m, uint32_t process, const void *bytes, size_t n);
    void (*switch_policy)(struct machine *m, uint32_t i);
    bool (*needs_input)(const struct machine *m);
    size_t (*output)(struct machine *m, tid_t tid, void *buf, size_t size);

    void (*task)(const struct machine *m, tid_t tid, struct peek_task *out);
    void (*hart)(const struct machine *m, unsigned hart, struct peek_hart *out);
    unsigned (*nqueues)(const struct machine *m);
    unsigned (*queue_length)(const struct machine *m, unsigned queue);
    unsigned (*queue)(struct machine *m, unsigned queue, tid_t *out, unsigned max);
    void (*explain)(struct machine *m, tid_t tid, char *buf, size_t size);
    const struct policy_config *(*policy)(const struct machine *m);
    void (*structure)(const struct machine *m, struct peek_structure *out);
    bool (*service)(const struct machine *m, unsigned s, struct peek_service *out);
    bool (*way)(const struct machine *m, unsigned from, unsigned to, struct peek_crossing *out);
    bool (*fault)(const struct machine *m, unsigned i, struct peek_fault *out);
    /* These may be NULL: then memory is not shown. */
    uint32_t (*nframes)(const struct machine *m);
    void (*frames)(const struct machine *m, struct memory_frame *out, uint32_t from,
                   uint32_t n);
    uint32_t (*pages)(const struct machine *m, tid_t tid, uint32_t skip,
                      struct memory_page *out, uint32_t max);
    uint32_t (*tlb)(const struct machine *m, unsigned hart, uint32_t skip,
                    struct memory_translation *out, uint32_t max);
    memory_ask_fn *memory;
    /* Guest i of the machine; false past the last; and the machine that it is, which may be
     * NULL: then guests are not looked into. */
    bool (*guest)(struct machine *m, unsigned i, struct peek_guest *out);
    struct machine *(*inner)(struct machine *m, unsigned i);
    /* May be NULL: then modules are not shown. */
    bool (*module)(const struct machine *m, unsigned i, struct peek_module *out);
    bool (*files)(const struct machine *m, struct peek_files *out);
    disk_ask_fn *disk;
    unsigned (*disk_queue)(const struct machine *m, uint32_t drive, uint32_t *arm,
                           uint32_t *cylinders, unsigned max);
    void (*tree)(const struct machine *m, disk_entry_fn *fn, void *ctx);
    const char *(*name)(const struct machine *m, tid_t tid, char *buf, size_t size);
};

extern const struct machine_ops machine_ops_real;

#endif
