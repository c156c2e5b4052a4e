/* port.c - the real machine. */
#include <tui/port.h>

static bool guest_of(struct machine *m, unsigned i, struct peek_guest *out)
{
    return i < machine_nguests(m) && peek_guest(machine_guest(m, i), out);
}

const struct machine_ops machine_ops_real = {
    .init = machine_init, .stream = machine_stream, .run = machine_run,
    .over = machine_over, .now = machine_now,
    .steps = machine_steps, .needs_input = machine_needs_input,
    .switch_policy = machine_switch_policy,
    .input = machine_input, .output = machine_output,
    .task = peek_task, .hart = peek_hart,
    .nqueues = peek_nqueues, .queue_length = peek_queue_length, .queue = peek_queue,
    .explain = peek_explain,
    .structure = peek_structure, .service = peek_service, .way = peek_way,
    .fault = peek_fault, .guest = guest_of, .inner = machine_guest, .module = peek_module,
    .policy = peek_policy, .name = peek_name,
    .nframes = peek_nframes, .frames = peek_frames, .pages = peek_pages, .tlb = peek_tlb,
    .memory = peek_memory_now,
    .files = peek_files, .disk = peek_disk, .disk_queue = peek_disk_queue, .tree = peek_tree,
};
