/* structures_test.c - heap, tree and lists against models that cannot be wrong. */
#include "../suite.h"

#include <sched/average.h>
#include <sched/fifo.h>
#include <sched/heap.h>
#include <sched/tree.h>
#include <sched/weight.h>
#include <sim/rng.h>
#include <string.h>

enum { N = 60, ROUNDS = 30000 };

START_TEST(heap_against_a_scan)
{
    static struct heap_node n[N];
    bool in[N] = { false };
    rng_t r = rng_stream(3, "heap", 0);
    struct heap h;

    heap_init(&h);
    for (int round = 0; round < ROUNDS; round++) {
        tid_t t = (tid_t)rng_below(&r, N), least = TID_NONE;

        switch (rng_below(&r, 3)) {
        case 0:
            if (in[t])
                break;
            n[t].key = (int64_t)rng_below(&r, 9);
            n[t].tie = (int64_t)rng_below(&r, 3);
            heap_add(&h, n, t);
            in[t] = true;
            break;
        case 1:
            if (in[t])
                heap_remove(&h, n, t);
            in[t] = false;
            break;
        default:
            for (tid_t i = 0; i < N; i++)
                if (in[i] && (least == TID_NONE || heap_before(n, i, least)))
                    least = i;
            ck_assert_uint_eq(heap_take(&h, n), least);
            if (least != TID_NONE)
                in[least] = false;
        }
    }
}
END_TEST

struct record {
    struct tree_link link;
    int64_t key;
    uint64_t size, sum;         /* of the subtree */
};

static bool before(const void *tasks, tid_t a, tid_t b)
{
    const struct record *r = tasks;

    return r[a].key != r[b].key ? r[a].key < r[b].key : a < b;
}

static void gather(void *tasks, tid_t tid)
{
    struct record *r = tasks;

    r[tid].size = 1;
    r[tid].sum = tid;
    for (int side = 0; side < 2; side++) {
        tid_t child = side ? r[tid].link.right : r[tid].link.left;

        if (child != TID_NONE) {
            r[tid].size += r[child].size;
            r[tid].sum += r[child].sum;
        }
    }
}

static const struct tree_kind kind = { sizeof(struct record), before, gather };

/* Walks in order; every link, order and sum must hold. Returns the size. */
static uint64_t check_tree(struct record *r, tid_t at, tid_t parent, tid_t *last)
{
    if (at == TID_NONE)
        return 0;
    ck_assert_uint_eq(r[at].link.parent, parent);
    uint64_t size = check_tree(r, r[at].link.left, at, last);
    ck_assert(*last == TID_NONE || before(r, *last, at));
    *last = at;
    size += 1 + check_tree(r, r[at].link.right, at, last);
    ck_assert_uint_eq(r[at].size, size);
    return size;
}

START_TEST(tree_against_a_set)
{
    static struct record r[N];
    bool in[N] = { false };
    uint64_t size = 0, sum = 0;
    rng_t rng = rng_stream(3, "tree", 0);
    tid_t root = TID_NONE;

    for (int round = 0; round < ROUNDS; round++) {
        tid_t t = (tid_t)rng_below(&rng, N), last = TID_NONE;

        if (in[t]) {
            tree_remove(&kind, r, &root, t);
            size--, sum -= t;
        } else {
            r[t].key = (int64_t)rng_below(&rng, 9);
            tree_add(&kind, r, &root, t);
            size++, sum += t;
        }
        in[t] = !in[t];
        ck_assert_uint_eq(check_tree(r, root, TID_NONE, &last), size);
        if (root != TID_NONE)
            ck_assert_uint_eq(r[root].sum, sum);
    }
}
END_TEST

START_TEST(lists_against_arrays)
{
    static struct fifo_link links[N];
    tid_t model[2][N];
    unsigned len[2] = { 0 };
    struct fifo f[2];
    rng_t r = rng_stream(3, "lists", 0);

    fifo_init(&f[0]), fifo_init(&f[1]);
    for (int round = 0; round < ROUNDS; round++) {
        unsigned w = (unsigned)rng_below(&r, 2);
        unsigned at = (unsigned)rng_below(&r, len[w] + 1);
        tid_t t = 0, seen;
        bool there = true;

        while (there && t < N) {        /* the lowest number on neither list */
            there = false;
            for (unsigned l = 0; l < 2; l++)
                for (unsigned i = 0; i < len[l]; i++)
                    there |= model[l][i] == t;
            t += there;
        }
        switch (rng_below(&r, 4)) {
        case 0:
        case 1:
            if (t == N)
                break;
            if (at == len[w])
                fifo_append(&f[w], links, t);
            else
                fifo_insert(&f[w], links, at ? model[w][at - 1] : TID_NONE, t);
            memmove(&model[w][at + 1], &model[w][at], (len[w] - at) * sizeof(tid_t));
            model[w][at] = t;
            len[w]++;
            break;
        case 2:
            if (at == len[w])
                break;
            if (at == 0)
                ck_assert_uint_eq(fifo_take(&f[w], links), model[w][0]);
            else
                fifo_remove(&f[w], links, model[w][at]);
            memmove(&model[w][at], &model[w][at + 1], (len[w] - at - 1) * sizeof(tid_t));
            len[w]--;
            break;
        default:
            if (rng_below(&r, 10))
                break;
            fifo_splice(&f[w], &f[!w], links);
            memcpy(&model[w][len[w]], model[!w], len[!w] * sizeof(tid_t));
            len[w] += len[!w];
            len[!w] = 0;
        }
        for (unsigned l = 0; l < 2; l++) {
            seen = f[l].head;
            for (unsigned i = 0; i < len[l]; i++, seen = links[seen].next)
                ck_assert_uint_eq(seen, model[l][i]);
            ck_assert_uint_eq(seen, TID_NONE);
            ck_assert_uint_eq(f[l].tail, len[l] ? model[l][len[l] - 1] : TID_NONE);
        }
    }
}
END_TEST

/* Silberschatz, Galvin, Gagne: the figure of burst predictions, alpha 1/2. */
START_TEST(exponential_average)
{
    static const ns_t burst[] = { 6, 4, 6, 4, 13, 13, 13 };
    static const ns_t want[] = { 10, 8, 6, 6, 5, 9, 11, 12 };
    ns_t tau = 10;

    for (int i = 0; i < 7; i++) {
        ck_assert_int_eq(tau, want[i]);
        tau = average_next(tau, burst[i], 500000);
    }
    ck_assert_int_eq(tau, want[7]);
    ck_assert_int_eq(average_next(7, 1000, 0), 7);
    ck_assert_int_eq(average_next(7, 1000, 1000000), 1000);
    ck_assert_int_eq(average_next(NS_MAX, NS_MAX, 333333), NS_MAX);
}
END_TEST

START_TEST(weights)
{
    ck_assert_uint_eq(weight_of_nice(0), WEIGHT_NICE_0);
    ck_assert_uint_eq(weight_of_nice(-20), 88761);
    ck_assert_uint_eq(weight_of_nice(19), 15);
    ck_assert_uint_eq(weight_of_nice(99), 15);
    ck_assert_int_eq(ns_scale(10, 3, 2), 15);
    ck_assert_int_eq(ns_scale(NS_MAX, 1024, 1024), NS_MAX);
    ck_assert_int_eq(ns_scale(NS_MAX, 1024, 1), NS_MAX);
    ck_assert_int_eq(ns_scale(NS_MAX, 1, 2), NS_MAX / 2);
}
END_TEST

SUITE(structures, 40, heap_against_a_scan, tree_against_a_set, lists_against_arrays,
      exponential_average, weights)
