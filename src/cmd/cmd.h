/* cmd/cmd.h - the subcommands: each gets its own argv and returns the exit status.
 *
 * 0 done; 1 the run itself failed; 2 wrong usage or invalid input; 3 our fault.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

enum { EXIT_DONE = 0, EXIT_RUN_FAILED = 1, EXIT_BAD_INPUT = 2, EXIT_OUR_FAULT = 3 };

/* The nearest of the NULL-ended names, for "did you mean"; NULL. */
const char *word_meant(const char *word, const char *const *names);

int cmd_run(int argc, char **argv);
int cmd_watch(int argc, char **argv);   /* `ossim W.json`: the TUI on a terminal, else run */
int cmd_exec(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_grade(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_analyze(int argc, char **argv);
int cmd_refs(int argc, char **argv);
int cmd_arm(int argc, char **argv);
int cmd_asm(int argc, char **argv);
int cmd_disasm(int argc, char **argv);
int cmd_disk(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_bench(int argc, char **argv);

#endif
