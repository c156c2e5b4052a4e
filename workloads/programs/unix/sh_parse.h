/* sh_parse.h - a part of sh.c: from text to a tree of commands. POSIX.1-2017, Shell Command
 * Language, 2.10, without functions, case and here-documents. */
#ifndef SH_PARSE_H
#define SH_PARSE_H

#include "sh_words.h"

#include <fcntl.h>

struct word { struct word *next; const char *at; size_t n; };

struct redirection {            /* in their order: > f 2>&1 is not 2>&1 > f */
    struct redirection *next;
    int fd, flags;
    int same;                   /* `to` is the number of a descriptor */
    struct word to;
};

enum kind { SIMPLE, PIPE, AND, OR, THEN, BEHIND, NOT, IF, WHILE, UNTIL, FOR, GROUP, SUBSHELL };

struct node {
    enum kind kind;
    struct node *a, *b, *c;     /* PIPE: one, and the rest; IF: condition, then, else */
    struct word *words;         /* SIMPLE: all; FOR: the name, then the words */
    int over_args;              /* FOR without "in" */
    struct redirection *redirections;
    const char *begin, *end;    /* its text */
};

static enum token { END, NEWLINE, WORD, REDIRECT, OPERATOR } token;
static const char *at;          /* behind the token */
static const char *token_at;
static size_t token_n;
static enum { FINE, INCOMPLETE, WRONG } trouble;

static struct node *list(void);

static void is_wrong(const char *why)
{
    if (trouble)
        ;
    else if (token == END || token == NEWLINE)
        fprintf(stderr, "sh: syntax error at the end of the line: %s\n", why);
    else
        fprintf(stderr, "sh: syntax error near '%.*s': %s\n", token == REDIRECT ? 1 : (int)token_n,
                token_at, why);
    trouble = WRONG;
}

/* --- tokens --- */

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
        return;
    }
    if (*at == '\n')
        token = NEWLINE;
    else if (*at == '<' || *at == '>' || (isdigit((unsigned char)*at) && (at[1] == '<' || at[1] == '>'))) {
        token = REDIRECT;
        token_n = 0;            /* redirection() reads it */
    } else if (strchr("&|;()", *at)) {
        token = OPERATOR;
        token_n = (*at == '&' || *at == '|') && at[1] == *at ? 2 : 1;
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
        if (*at == '<') {
            is_wrong("this shell does not have here-documents (<<)");
            return;
        }
    } else {
        r->flags = O_WRONLY | O_CREAT | (*at == '>' ? O_APPEND : O_TRUNC);
        at += *at == '>';
    }
    r->same = *at == '&';
    at += r->same;
    next();
    if (token != WORD) {
        is_wrong("a file's name is missing");
        return;
    }
    r->to = (struct word){ NULL, token_at, token_n };
    next();
    while (*to)
        to = &(*to)->next;
    *to = r;
}

static struct node *simple(void)
{
    static const char *const unknown[] = { "case", "function", "select", "[[", NULL };
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
        is_wrong("this shell does not have functions");
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

static struct node *command(void)
{
    static const char *const words[] = { "if", "while", "until", "for", "{", NULL };
    const char *begin = token_at;
    char first = *token_at;
    struct node *n;

    if (is(OPERATOR, "(")) {
        next();
        n = node_new(SUBSHELL, some_list(), NULL);
        want(")");
    } else if (is_any(words)) {
        next();
        if (first == '{') {
            n = node_new(GROUP, some_list(), NULL);
            want("}");
        } else
            n = first == 'i' ? if_rest() : first == 'f' ? for_loop() : loop(first == 'w' ? WHILE : UNTIL);
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
    static const char *const words[] = { "then", "else", "elif", "fi", "do", "done", "}", NULL };

    return token == END || is(OPERATOR, ")") || is_any(words);
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
    next();
    struct node *n = list();
    if (!trouble && token != END)
        is_wrong("it does not belong there");
    return trouble ? NULL : n;
}

#endif
