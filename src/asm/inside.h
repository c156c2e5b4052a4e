/* asm/inside.h - what the parts of the assembler share; for this room only.
 *
 * The text is read several times. Every pass evaluates with the symbol values of
 * the pass before, and instructions only ever grow, so the layout settles; then one last
 * pass reports errors and emits bytes. Nothing about a statement is kept between
 * passes but its note: how large its instruction became.
 */
#ifndef ASM_INSIDE_H
#define ASM_INSIDE_H

#include <asm/asm.h>

/* A piece of the text, or of a static string. */
struct asm_str {
    const char *p;
    size_t n;
};

/* Where we read. */
struct asm_cursor {
    const char *p, *end;
    const char *line_start;
    unsigned line;
    bool expansion;             /* of a macro: the line stays that of the call */
    bool replaced;              /* text of .eqv is put in already */
    unsigned source;            /* whose text it is, for messages */
};

enum asm_sec {
    SEC_TEXT, SEC_RODATA, SEC_DATA, SEC_BSS,
    SEC_DISCARD,                /* debug information and notes: read, not kept */
    SEC_COUNT,
    SEC_ABS = SEC_COUNT,        /* of a value: a plain number */
    SEC_UNKNOWN,                /* of a value: a symbol without a value so far */
};

/* What an expression is worth: a number, or an offset in a section. */
struct asm_value {
    int64_t n;
    enum asm_sec sec;
    bool stale;                 /* a label that stands further on: of the pass before */
};

/* One per instruction statement, in the order of the text. */
struct asm_note {
    struct asm_note *next;
    uint32_t line;
    uint32_t addr;              /* in the last pass */
    struct asm_value hi;        /* target of its %pcrel_hi */
    bool has_hi;
    uint8_t words;              /* how many it takes; never falls */
};

/* One place where a numeric label stands. */
struct asm_local {
    struct asm_local *next;     /* of the same number */
    struct asm_value value;
    struct asm_note *note;
};

struct asm_symbol {
    struct asm_symbol *chain;   /* of its hash bucket */
    struct asm_symbol *next;    /* in order of appearance */
    struct asm_str name;
    struct asm_value value, before;     /* now; at the end of the pass before */
    struct asm_note *note;      /* the instruction that follows the label */
    struct asm_local *first, *current;  /* of a numeric label */
    uint32_t pass;              /* in which it was defined last; 0 = never */
    unsigned file;              /* it belongs to; a global one to all */
    uint32_t line;
    uint32_t size;
    uint8_t type;               /* ELF_STT_* */
    bool global, weak, set;     /* set: by .set, so it may change */
    bool numeric;
};

struct asm_section {
    uint32_t base;              /* address, as of the pass before */
    uint32_t at;                /* offset where we are */
    uint32_t size;              /* at the end of the pass before */
    uint8_t *bytes;             /* last pass only; NULL: count only */
};

enum { ASM_BUCKETS = 1024, ASM_PUSHES = 16 };

struct asm_state {
    struct asm_cursor c;
    const struct asm_input *input;
    unsigned ninputs, file;     /* file: the one we read, with what it includes */
    const struct asm_reader *reader;    /* NULL: none */
    struct asm_section section[SEC_COUNT];
    enum asm_sec here, previous;
    enum asm_sec pushed[ASM_PUSHES];
    unsigned npushed;
    uint32_t pass;
    bool last;                  /* report and emit */
    bool changed;               /* a note grew or a local label moved in this pass */
    bool out_of_memory;
    bool quiet;                 /* trying: errors are not noted */
    uint32_t statements;        /* in this pass; a bound on .rept */
    unsigned depth;             /* of nested expressions, .rept and macros */

    struct asm_symbol *bucket[ASM_BUCKETS];
    struct asm_symbol *symbols, **symbols_end;
    struct asm_note *notes, **note_slot;    /* note_slot: where the next one hangs */
    struct asm_macro *macros;
    struct asm_eqv *eqvs;       /* those that are no numbers */
    struct asm_expansion *expansions, **expansion_slot;
    uint32_t nexpansions;       /* in this pass */
    unsigned nconditions;       /* that are open */

    uint8_t *mem;
    size_t mem_used, mem_size;
    struct asm_result *r;
};

/* ---- lex.c: memory, errors, characters ---- */

/* Zeroed; NULL when mem is used up (and says so in the state). */
void *asm_take(struct asm_state *a, size_t size);

#define STR(literal) ((struct asm_str){ (literal), sizeof(literal) - 1 })
bool str_is(struct asm_str s, const char *text);

/* Note an error at `at` in the current line; each % in text is replaced by the next of x and y.
 * Returns false, so that a caller can `return asm_fail(...)`. */
bool asm_fail(struct asm_state *a, const char *at, const char *text, struct asm_str x,
              struct asm_str y);
bool asm_fail0(struct asm_state *a, const char *at, const char *text);
/* v as text, in buf of 24 bytes. */
struct asm_str asm_decimal(char buf[24], int64_t v);

/* Blanks and block comments; afterwards the cursor is on something. */
void asm_blank(struct asm_state *a);
/* After blanks: is the statement over? */
bool asm_at_end(struct asm_state *a);
/* Move to the end of the statement, whatever stands there. */
void asm_skip_statement(struct asm_state *a);
/* Take character ch if it comes next (after blanks). */
bool asm_take_char(struct asm_state *a, char ch);
/* A comma; or only a blank, as RARS and Venus have it, if something stands behind it. */
bool asm_take_comma(struct asm_state *a);
/* The same as asm_take_char, or an error. */
bool asm_expect(struct asm_state *a, char ch);
/* A name [A-Za-z_.$][A-Za-z0-9_.$]*; n == 0 if none comes next. */
struct asm_str asm_name(struct asm_state *a);
bool asm_is_name_char(char ch);
/* One character of a string or character constant, escapes resolved. */
bool asm_char(struct asm_state *a, char quote, uint8_t *out);
/* A distance between two words: how many letters must change. */
unsigned asm_distance(struct asm_str x, const char *y);

/* ---- expr.c: expressions and symbols ---- */

/* The file's own symbol of this name, made if need be; NULL without memory. */
struct asm_symbol *asm_own_symbol(struct asm_state *a, struct asm_str name);
/* Has the file's own symbol of this name a value in this pass? */
bool asm_is_defined(const struct asm_state *a, struct asm_str name);
/* What the name means here: the file's own, else a global one of another file. */
struct asm_symbol *asm_symbol(struct asm_state *a, struct asm_str name);
/* A full expression. False after an error. */
bool asm_expression(struct asm_state *a, struct asm_value *v);
/* An expression that must be a plain number; 0 while symbols are still unknown. */
bool asm_number(struct asm_state *a, int64_t *n);
/* The address (or number) that v stands for. */
uint32_t asm_address(const struct asm_state *a, struct asm_value v);
struct asm_value asm_here(const struct asm_state *a);
/* The label `name`, seen at `at`, stands here. */
bool asm_define(struct asm_state *a, struct asm_str name, const char *at);
/* The note of the label that `name` or a numeric reference means; for %pcrel_lo. */
bool asm_label_note(struct asm_state *a, struct asm_note **note);

/* ---- asm.c ---- */

/* The note of the instruction that comes next; NULL without memory. */
struct asm_note *asm_next_note(struct asm_state *a);
/* Append n bytes here; bytes NULL: zeros. */
bool asm_emit(struct asm_state *a, const char *at, const void *bytes, uint64_t n);
/* Read statements to the end of the text, or to .endr (which is taken) if `repeated`. False if
 * .endr is missing. */
bool asm_statements(struct asm_state *a, bool repeated);

/* ---- dir.c, operand.c, insn.c ---- */

/* The operands of one instruction, read by a pattern of pseudo.def. */
struct asm_operands {
    uint8_t op;                 /* enum insn_id: the base instruction */
    uint32_t word;              /* it, with the fields that are known put in */
    struct asm_value target;    /* of p, a, I, A, B */
    const char *at;             /* where the target stands */
    struct asm_note *note;
    uint32_t stretch;           /* by how much the code before it grew since the last pass */
};

/* Read operands by `pattern` into o, whose op and word are the base instruction's.
 * False if they do not fit. */
bool asm_operands(struct asm_state *a, const char *pattern, struct asm_operands *o);
/* The directive `name` (with its dot), whose operands come next. */
bool asm_directive(struct asm_state *a, struct asm_str name);
/* Behind .include, .incbin (beyond.c) and .insn (insn.c). */
bool asm_include(struct asm_state *a, unsigned unused);
bool asm_incbin(struct asm_state *a, unsigned unused);
bool asm_insn(struct asm_state *a, unsigned unused);
/* Of data.c: by how many bytes a value has, and so on (the table in dir.c says it). */
bool asm_dir_data(struct asm_state *a, unsigned how);
bool asm_dir_string(struct asm_state *a, unsigned how);
bool asm_dir_space(struct asm_state *a, unsigned how);
bool asm_dir_fill(struct asm_state *a, unsigned how);
bool asm_dir_align(struct asm_state *a, unsigned how);
bool asm_dir_comm(struct asm_state *a, unsigned how);
bool asm_dir_org(struct asm_state *a, unsigned how);
bool asm_dir_leb128(struct asm_state *a, unsigned how);
bool asm_dir_real(struct asm_state *a, unsigned how);
/* "name = value": the value comes next. */
bool asm_assign(struct asm_state *a, struct asm_str name);
bool asm_instruction(struct asm_state *a, struct asm_str name);

/* ---- macro.c ---- */

/* Text in free memory, not taken yet; full when n == room. */
struct asm_text { char *p; size_t n, room; };

/* False, and out of memory, if little is left. */
bool asm_text_begin(struct asm_state *a, struct asm_text *t);
void asm_text_add(struct asm_text *t, const char *p, size_t n);
/* Keep it, and read it in place of what the cursor is at, which does not move. Messages are
 * about the line where that stands. */
bool asm_text_read(struct asm_state *a, const struct asm_text *t, bool replaced);
/* Over a character, a string, or a character constant (all but its closing quote). */
void asm_step(struct asm_state *a);
size_t asm_word_length(const char *p, const char *end);
bool asm_same(struct asm_str x, struct asm_str y);

/* Behind .macro, .exitm, .purgem, .irp or .irpc, .else, .endif. */
bool asm_macro_define(struct asm_state *a);
bool asm_macro_leave(struct asm_state *a);
bool asm_macro_purge(struct asm_state *a);
bool asm_irp(struct asm_state *a, bool letters);
bool asm_else(struct asm_state *a);
bool asm_endif(struct asm_state *a);
/* Any of .if, .ifdef, .ifeq... */
bool asm_if(struct asm_state *a, struct asm_str name);
/* False if the name is no macro's; else *ok says how its expansion went. */
bool asm_macro_call(struct asm_state *a, struct asm_str name, bool *ok);

/* ---- eqv.c ---- */

/* Behind .eqv, a name and perhaps a comma: what follows stands for the name from here on.
 * *text: it is no number, which would be a symbol, and is taken. */
bool asm_eqv_define(struct asm_state *a, struct asm_str name, bool *text);
/* False if the statement that comes next has no name of such a text; else it is read with the
 * texts put in, and *ok says how that went. */
bool asm_eqv_replace(struct asm_state *a, bool *ok);

/* ---- elf.c ---- */

/* Lay out the sections from their sizes: sets the bases. */
void asm_layout(struct asm_state *a);
/* Take memory for the file and point the sections into it. */
bool asm_elf_begin(struct asm_state *a);
/* Headers and symbols; false if the program has no entry. */
bool asm_elf_end(struct asm_state *a);

#endif
