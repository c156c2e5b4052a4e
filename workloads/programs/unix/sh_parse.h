/* sh_parse.h - a part of sh.c: from text to a tree of commands. POSIX.1-2017, Shell Command
 * Language, 2.10. */
#ifndef SH_PARSE_H
#define SH_PARSE_H

#include "sh_words.h"

#include <fcntl.h>

struct word { struct word *next; const char *at; size_t n; };

struct redirection {            /* in their order: > f 2>&1 is not 2>&1 > f */
    struct redirection *next;
    int fd, flags;
    int same;                   /* `to` is the number of a descriptor */
    int here, strips;           /* << and <<-: `to` is what ends the text, which is: */
    struct word body;
    struct redirection *pending;        /* the next whose text begins behind this line */
    struct word to;
};

enum kind { SIMPLE, PIPE, AND, OR, THEN, BEHIND, NOT, IF, WHILE, UNTIL, FOR, CASE, GROUP, SUBSHELL, FUNCTION };

struct node {
    enum kind kind;
    struct node *a, *b, *c;     /* PIPE: one, and the rest; IF: condition, then, else */
                                /* CASE: c is the first arm: b what to do, c the next arm */
    struct word *words;         /* SIMPLE: all; FOR: the name, then the words; CASE: what is looked
                                 * at; an arm: its patterns; FUNCTION: its name, and a is its body */
    int over_args;              /* FOR without "in" */
    struct redirection *redirections;
    const char *begin, *end;    /* its text */
};

static enum token { END, NEWLINE, WORD, REDIRECT, OPERATOR } token;
static const char *at;          /* behind the token */
static const char *token_at;
static size_t token_n;
static enum { FINE, INCOMPLETE, WRONG } trouble;

static struct redirection *pending_texts;

static struct node *list(void);
static struct node *command(void);

static void is_wrong(const char *why)
{
    if (trouble)                /* also if only more is needed first */
        return;
    if (token == END || token == NEWLINE)
        fprintf(stderr, "sh: syntax error at the end of the line: %s\n", why);
    else
        fprintf(stderr, "sh: syntax error near '%.*s': %s\n", token == REDIRECT ? 1 : (int)token_n,
                token_at, why);
    trouble = WRONG;
}

/* --- tokens --- */

/* The line without its newline, and the tabs before it, is the word that ends the text. */
static int ends_text(const struct redirection *r, const char *line, size_t n)
{
    char end[256];
    size_t size = 0;

    for (size_t i = 0; i < r->to.n && size < sizeof end; i++)
        if (!strchr("'\"\\", r->to.at[i]))
            end[size++] = r->to.at[i];
    for (; r->strips && n && *line == '\t'; line++)
        n--;
    return n == size && !memcmp(line, end, n);
}

/* `at` is behind a newline: the texts of << that the line before has asked for are here. */
static void read_texts(void)
{
    for (; pending_texts; pending_texts = pending_texts->pending) {
        struct redirection *r = pending_texts;

        r->body.at = at;
        for (;;) {
            size_t n = strcspn(at, "\n");
            const char *line = at;

            if (!*at) {
                trouble = trouble ? trouble : INCOMPLETE;
                return;
            }
            at += n + (at[n] == '\n');
            if (ends_text(r, line, n)) {
                r->body.n = (size_t)(line - r->body.at);
                break;
            }
        }
    }
}

static void skip_blanks(void)
{
    for (;;) {
        if (*at == ' ' || *at == '\t')
            at++;
        else if (*at == '\\' && at[1] == '\n') {
            at += 2;
            trouble = *at || trouble ? trouble : INCOMPLETE;
        } else
            break;
    }
    if (*at == '#')
        at += strcspn(at, "\n");
}

static void next(void)
{
    skip_blanks();
    token_at = at;
    token_n = 1;
    if (!*at) {
        token = END;
        if (pending_texts)
            trouble = trouble ? trouble : INCOMPLETE;
        return;
    }
    if (*at == '\n') {
        token = NEWLINE;
        at++;
        read_texts();
        return;
    }
    if (*at == '<' || *at == '>' || (isdigit((unsigned char)*at) && (at[1] == '<' || at[1] == '>'))) {
        token = REDIRECT;
        token_n = 0;            /* redirection() reads it */
    } else if (strchr("&|;()", *at)) {
        token = OPERATOR;
        token_n = *at != '(' && *at != ')' && at[1] == *at ? 2 : 1;
    } else {
        const char *end = end_of_word(at);

        token = WORD;
        if (!end) {
            trouble = trouble ? trouble : INCOMPLETE;
            end = at + strlen(at);
        }
        token_n = (size_t)(end - at);
    }
    at += token_n;
}

static int is(enum token kind, const char *text)
{
    return token == kind && strlen(text) == token_n && !memcmp(token_at, text, token_n);
}

static int is_any(const char *const *words)
{
    for (; *words; words++)
        if (is(WORD, *words))
            return 1;
    return 0;
}

static void newlines(void)
{
    while (token == NEWLINE)
        next();
}

static void want(const char *word)
{
    if (token == END)
        trouble = trouble ? trouble : INCOMPLETE;
    else if (!is(WORD, word) && !is(OPERATOR, word))
        is_wrong("it does not belong there");
    else
        next();
}

/* --- commands --- */

static struct node *node_new(enum kind kind, struct node *a, struct node *b)
{
    struct node *n = take(sizeof *n);

    n->kind = kind;
    n->a = a;
    n->b = b;
    n->begin = a ? a->begin : token_at;
    n->end = b ? b->end : a ? a->end : token_at;
    return n;
}

static struct word *word_take(void)
{
    struct word *w = take(sizeof *w);

    *w = (struct word){ NULL, token_at, token_n };
    next();
    return w;
}

static void redirection(struct redirection **to)
{
    struct redirection *r = take(sizeof *r);

    r->fd = isdigit((unsigned char)*at) ? *at++ - '0' : *at == '>';
    if (*at++ == '<') {
        r->flags = O_RDONLY;
        r->here = *at == '<';
        at += r->here;
        r->strips = r->here && *at == '-';
        at += r->strips;
    } else {
        r->flags = O_WRONLY | O_CREAT | (*at == '>' ? O_APPEND : O_TRUNC);
        at += *at == '>';
    }
    r->same = !r->here && *at == '&';
    at += r->same;
    next();
    if (token != WORD) {
        is_wrong(r->here ? "the word that ends the text is missing" : "a file's name is missing");
        return;
    }
    r->to = (struct word){ NULL, token_at, token_n };
    if (r->here) {
        struct redirection **last = &pending_texts;

        while (*last)
            last = &(*last)->pending;
        *last = r;
    }
    next();
    while (*to)
        to = &(*to)->next;
    *to = r;
}

/* NAME(): it becomes the command behind it. */
static void function(struct node *n)
{
    if (n->words->next || n->redirections || name_length(n->words->at) != n->words->n) {
        is_wrong("a function's name is one word");
        return;
    }
    next();
    want(")");
    newlines();
    if (token == END) {
        trouble = trouble ? trouble : INCOMPLETE;
        return;
    }
    n->kind = FUNCTION;
    n->a = command();
    if (!trouble && n->a && n->a->kind == SIMPLE)
        is_wrong("a function is { commands; }");
    n->end = token_at;
}

static struct node *simple(void)
{
    static const char *const unknown[] = { "function", "select", "[[", NULL };
    struct node *n = node_new(SIMPLE, NULL, NULL);
    struct word **last = &n->words;

    if (is_any(unknown)) {
        is_wrong("this shell does not have it");
        return NULL;
    }
    while (!trouble && (token == WORD || token == REDIRECT)) {
        n->end = token_at + token_n;
        if (token == REDIRECT) {
            redirection(&n->redirections);
            continue;
        }
        *last = word_take();
        last = &(*last)->next;
    }
    n->end = token_at;
    if (is(OPERATOR, "(") && n->words)
        function(n);
    else if (!n->words && !n->redirections) {
        if (token == END)
            trouble = trouble ? trouble : INCOMPLETE;
        else
            is_wrong("a command is missing");
    }
    return n;
}

static struct node *some_list(void)
{
    struct node *n = list();

    if (!n && !trouble) {
        if (token == END)
            trouble = INCOMPLETE;
        else
            is_wrong("a command is missing");
    }
    return n;
}

/* Behind "if" or "elif", up to "fi". */
static struct node *if_rest(void)
{
    struct node *n = node_new(IF, some_list(), NULL);

    want("then");
    n->b = some_list();
    if (is(WORD, "elif")) {
        next();
        n->c = if_rest();
        return n;
    }
    if (is(WORD, "else")) {
        next();
        n->c = some_list();
    }
    want("fi");
    return n;
}

static struct node *loop(enum kind kind)
{
    struct node *n = node_new(kind, some_list(), NULL);

    want("do");
    n->b = some_list();
    want("done");
    return n;
}

static struct node *for_loop(void)
{
    struct node *n = node_new(FOR, NULL, NULL);
    struct word **last;

    if (token != WORD || name_length(token_at) != token_n) {
        if (token == END)
            trouble = trouble ? trouble : INCOMPLETE;
        else
            is_wrong("the name of a variable is missing");
        return n;
    }
    n->words = word_take();
    last = &n->words->next;
    newlines();
    n->over_args = !is(WORD, "in");
    if (!n->over_args)
        next();
    while (!n->over_args && token == WORD) {
        *last = word_take();
        last = &(*last)->next;
    }
    if (is(OPERATOR, ";"))
        next();
    newlines();
    want("do");
    n->b = some_list();
    want("done");
    return n;
}

/* PATTERN | PATTERN) commands ;; */
static struct node *case_arm(void)
{
    struct node *n = node_new(CASE, NULL, NULL);
    struct word **last = &n->words;

    if (is(OPERATOR, "("))
        next();
    for (;;) {
        if (token != WORD) {
            want("a pattern");
            return n;
        }
        *last = word_take();
        last = &(*last)->next;
        if (!is(OPERATOR, "|"))
            break;
        next();
    }
    want(")");
    n->b = list();
    if (is(OPERATOR, ";;"))
        next();
    else if (!trouble && !is(WORD, "esac"))
        want(";;");
    newlines();
    return n;
}

static struct node *case_of(void)
{
    struct node *n = node_new(CASE, NULL, NULL), **last = &n->c;

    if (token != WORD) {
        want("a word");
        return n;
    }
    n->words = word_take();
    newlines();
    want("in");
    newlines();
    while (!trouble && token != END && !is(WORD, "esac")) {
        *last = case_arm();
        last = &(*last)->c;
    }
    if (!trouble)
        want("esac");
    return n;
}

/* Behind its first word. */
static struct node *compound(char first)
{
    struct node *n;

    switch (first) {
    case '{':
        n = node_new(GROUP, some_list(), NULL);
        want("}");
        return n;
    case 'c':
        return case_of();
    case 'i':
        return if_rest();
    case 'f':
        return for_loop();
    default:
        return loop(first == 'w' ? WHILE : UNTIL);
    }
}

static struct node *command(void)
{
    static const char *const words[] = { "if", "while", "until", "for", "case", "{", NULL };
    const char *begin = token_at;
    char first = *token_at;
    struct node *n;

    if (is(OPERATOR, "(")) {
        next();
        n = node_new(SUBSHELL, some_list(), NULL);
        want(")");
    } else if (is_any(words)) {
        next();
        n = compound(first);
    } else
        return simple();
    while (!trouble && token == REDIRECT)
        redirection(&n->redirections);
    n->begin = begin;
    n->end = token_at;
    return n;
}

static struct node *pipeline(void)
{
    const char *begin = token_at;
    int not = is(WORD, "!");

    if (not)
        next();
    struct node *n = command();
    struct node **last = &n;
    while (!trouble && is(OPERATOR, "|")) {
        next();
        newlines();
        *last = node_new(PIPE, *last, NULL);
        last = &(*last)->b;
        *last = command();
    }
    if (!trouble && not)
        n = node_new(NOT, n, NULL);
    if (!trouble) {
        n->begin = begin;
        n->end = token_at;
    }
    return n;
}

static struct node *and_or(void)
{
    struct node *n = pipeline();

    while (!trouble && (is(OPERATOR, "&&") || is(OPERATOR, "||"))) {
        enum kind kind = *token_at == '&' ? AND : OR;

        next();
        newlines();
        n = node_new(kind, n, pipeline());
        n->end = token_at;
    }
    return n;
}

static int at_the_end(void)
{
    static const char *const words[] = { "then", "else", "elif", "fi", "do", "done", "esac", "}", NULL };

    return token == END || is(OPERATOR, ")") || is(OPERATOR, ";;") || is_any(words);
}

/* NULL: there is nothing, or trouble. */
static struct node *list(void)
{
    struct node *all = NULL;

    for (;;) {
        newlines();
        if (trouble || at_the_end())
            return trouble ? NULL : all;
        struct node *n = and_or();
        if (trouble)
            return NULL;
        if (is(OPERATOR, "&")) {
            n = node_new(BEHIND, n, NULL);
            next();
        } else if (is(OPERATOR, ";") || token == NEWLINE)
            next();
        else if (!at_the_end()) {
            is_wrong("it does not belong there");
            return NULL;
        }
        all = all ? node_new(THEN, all, n) : n;
    }
}

/* The tree of a text, in the pool; NULL: it has none, or trouble says why not. */
static struct node *parse(const char *text)
{
    at = text;
    trouble = FINE;
    pending_texts = NULL;
    next();
    struct node *n = list();
    if (!trouble && token != END)
        is_wrong("it does not belong there");
    return trouble ? NULL : n;
}

#endif
