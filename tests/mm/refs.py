#!/usr/bin/env python3
"""`ossim refs` against plain doubles of every policy, laws, and textbook examples.

The doubles are written from the papers with lists and dictionaries, apart from the
policies' own code, and must give the same victims in the same order.
"""
import json, os, random, subprocess, sys, tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
OSSIM = os.path.join(TOP, "ossim")
failures = []


def ossim(refs, policies, frames, *more):
    text = "\n".join(("w%d" if w else "%d") % p for p, w in refs)
    p = subprocess.run([OSSIM, "refs", "-", "--replacement", policies, "--frames",
                        ",".join(map(str, frames)), "--json", "-", *more],
                       input=text, capture_output=True, text=True)
    if p.returncode:
        raise RuntimeError(p.stderr)
    return json.loads(p.stdout)["runs"]


# --- doubles: refs is a list of (page, write); each returns the victims in order ---

def simple(refs, n, choose, hit=lambda *a: None, enter=lambda *a: None):
    """choose(resident in order of arrival, i) gives the page to go."""
    resident, out = [], []
    for i, (page, _) in enumerate(refs):
        if page in resident:
            hit(page, i)
            continue
        if len(resident) == n:
            victim = choose(resident, i)
            resident.remove(victim)
            out.append(victim)
        resident.append(page)
        enter(page, i)
    return out


def fifo(refs, n):
    return simple(refs, n, lambda resident, i: resident[0])


def lru(refs, n):
    last = {}
    use = last.__setitem__
    return simple(refs, n, lambda r, i: min(r, key=last.get), use, use)


def lfu(refs, n):
    count = {}      # page: (uses, since when)
    return simple(refs, n, lambda r, i: min(r, key=count.get),
                  lambda p, i: count.update({p: (count[p][0] + 1, i)}),
                  lambda p, i: count.update({p: (1, i)}))


def opt_faults(refs, n):
    pages = [p for p, _ in refs]

    def next_use(page, i):
        return pages.index(page, i) if page in pages[i:] else len(pages)
    return simple(refs, n, lambda r, i: max(r, key=lambda p: next_use(p, i)))


def clock(refs, n, bit=1, dirty=0):
    ring, hand, acc, mod, out = [], 0, {}, {}, []
    for page, write in refs:
        if page not in ring:
            if len(ring) < n:
                ring.append(page)
            else:
                rounds = [(0, 0, False), (0, 1, True)] * 2 if dirty else [(0, None, True)] * 2
                victim = None
                for a, m, clear in rounds:
                    for _ in range(n):
                        x = ring[hand]
                        if acc[x] == a and m in (None, mod[x]):
                            victim = x
                            break
                        if clear:
                            acc[x] = 0
                        hand = (hand + 1) % n
                    if victim is not None:
                        break
                out.append(victim)
                ring[hand] = page
                hand = (hand + 1) % n
            acc[page], mod[page] = bit, int(write)
        else:
            acc[page] = 1
            mod[page] |= int(write)
    return out


def sieve(refs, n):
    line, hand, seen, out = [], None, {}, []    # newest first, as in the paper
    for page, _ in refs:
        if page in line:
            seen[page] = True
            continue
        if len(line) == n:
            i = line.index(hand) if hand is not None else n - 1
            while seen[line[i]]:
                seen[line[i]] = False
                i = i - 1 if i > 0 else n - 1
            hand = line[i - 1] if i > 0 else None
            out.append(line.pop(i))
        line.insert(0, page)
        seen[page] = False
    return out


def arc(refs, c):
    """ARC(c), figure 4 of the paper, case by case; most recent last."""
    from fractions import Fraction
    t1, t2, b1, b2, p, out = [], [], [], [], Fraction(0), []

    def replace(x):
        if t1 and ((x in b2 and len(t1) == p) or len(t1) > p):
            b1.append(t1[0])
            out.append(t1.pop(0))
        else:
            b2.append(t2[0])
            out.append(t2.pop(0))
    for x, _ in refs:
        if x in t1 or x in t2:
            (t1 if x in t1 else t2).remove(x)
            t2.append(x)
        elif x in b1:
            p = min(c, p + max(Fraction(len(b2), len(b1)), 1))
            replace(x)
            b1.remove(x)
            t2.append(x)
        elif x in b2:
            p = max(0, p - max(Fraction(len(b1), len(b2)), 1))
            replace(x)
            b2.remove(x)
            t2.append(x)
        else:
            if len(t1) + len(b1) == c:
                if len(t1) < c:
                    b1.pop(0)
                    replace(x)
                else:
                    out.append(t1.pop(0))
            elif len(t1) + len(t2) + len(b1) + len(b2) >= c:
                if len(t1) + len(t2) + len(b1) + len(b2) == 2 * c:
                    b2.pop(0)
                replace(x)
            t1.append(x)
    return out


def s3_fifo(refs, n):
    small, main, ghosts, freq, out = [], [], [], {}, []
    nsmall, nghosts = n * 10 // 100, n * 90 // 100
    for x, _ in refs:
        if x in small or x in main:
            freq[x] = min(freq[x] + 1, 3)
            continue
        gone = None
        while gone is None and len(small) + len(main) == n:
            if len(main) > n - nsmall or not small:
                while freq[main[0]]:
                    freq[main[0]] -= 1
                    main.append(main.pop(0))
                gone = main.pop(0)
            else:
                while small and gone is None:
                    t = small.pop(0)
                    if freq[t] >= 2:
                        main.append(t)
                        freq[t] = 0
                    else:
                        gone = t
                        ghosts = (ghosts + [t])[-nghosts:] if nghosts else []
        if gone is not None:
            out.append(gone)
        if x in ghosts:
            ghosts.remove(x)
            main.append(x)
        else:
            small.append(x)
        freq[x] = 0
    return out


def aging(refs, n, interval):
    acc, byte, order, out = {}, {}, [], []      # order: by (byte, time at it)
    for i, (page, _) in enumerate(refs):
        if i and i % interval == 0:
            known = sorted((p for p in order if byte[p] is not None), key=lambda p: byte[p])
            order = known + [p for p in order if byte[p] is None]
            for p in order:
                byte[p] = ((byte[p] or 0) >> 1) | (128 if acc[p] else 0)
                acc[p] = False
            order.sort(key=lambda p: byte[p])
        if page not in order:
            if len(order) == n:
                victim = min(order, key=lambda p: 256 if byte[p] is None else byte[p])
                order.remove(victim)
                out.append(victim)
            order.append(page)
            byte[page] = None
        acc[page] = True
    return out


def wsclock(refs, n, window):
    ring, hand, acc, seen, mod, out = [], 0, {}, {}, {}, []
    for i, (page, write) in enumerate(refs):
        if page in ring:
            acc[page] = True
            mod[page] |= write
            continue
        if len(ring) < n:
            ring.append(page)
        else:
            victim = old = None
            for _ in range(n):
                x = ring[hand]
                if acc[x]:
                    acc[x], seen[x] = False, i
                elif i - seen[x] > window:
                    if not mod[x]:
                        victim = x
                        break
                    old = x if old is None else old
                hand = (hand + 1) % n
            if victim is None:
                turn = ring[hand:] + ring[:hand]
                victim = old if old is not None else min(turn, key=lambda p: (mod[p], seen[p]))
            out.append(victim)
            # In the ring the new page stands where the hand has just been.
            place = ring.index(victim)
            at = ring[(hand + 1) % n] if victim == ring[hand] else ring[hand]
            ring.pop(place)
            place = ring.index(at) if ring else 0
            ring.insert(place, page)
            hand = (place + 1) % n
        acc[page], seen[page], mod[page] = False, i, write
    return out


DOUBLES = {
    "fifo": fifo, "lru": lru, "lfu": lfu, "clock": clock, "sieve": sieve, "arc": arc,
    "s3-fifo": s3_fifo, "clock:bit=0": lambda r, n: clock(r, n, bit=0),
    "clock:dirty=1": lambda r, n: clock(r, n, dirty=1),
    "aging:interval=7": lambda r, n: aging(r, n, 7),
    "wsclock:window=9": lambda r, n: wsclock(r, n, 9),
}
OTHERS = ["opt", "nru", "random", "two-list", "mglru", "nru:interval=5", "mglru:interval=5",
          "mglru:generations=2:into=oldest", "two-list:inactive=0.1", "aging", "wsclock"]


def some_string(rng):
    pages, n = rng.randint(2, 30), rng.randint(1, 300)
    kind = rng.randrange(4)
    refs, at = [], 0
    for i in range(n):
        at = (rng.randrange(pages) if kind == 0 else int(pages * rng.random() ** 3)
              if kind == 1 else (at + rng.choice([0, 1, 1, -1, 5])) % pages if kind == 2
              else i % pages)
        refs.append((at, rng.random() < 0.3))
    return refs


def dirty_victims(refs, victims, n):
    """Writes, from victims and string alone."""
    resident, dirty, count, k = set(), set(), 0, 0
    for page, write in refs:
        if page not in resident:
            if len(resident) == n:
                gone = victims[k]
                k += 1
                resident.remove(gone)
                count += gone in dirty
                dirty.discard(gone)
            resident.add(page)
        if write:
            dirty.add(page)
    return count


def check(cond, what):
    if not cond:
        failures.append(what)


def one_string(seed):
    rng = random.Random(seed)
    refs = some_string(rng)
    npages = len({p for p, _ in refs})
    sizes = sorted({rng.randint(1, npages + 2) for _ in range(3)})
    runs = ossim(refs, ",".join([*DOUBLES, *OTHERS]), sizes, "--victims")
    least = {r["frames"]: r["faults"] for r in runs if r["policy"] == "opt"}
    for r in runs:
        where = "string %d, %s with %d frames" % (seed, r["policy"], r["frames"])
        n = r["frames"]
        if r["policy"] in DOUBLES:
            check(DOUBLES[r["policy"]](refs, n) == r["victims"], where + ": other victims")
        if r["policy"] == "opt":
            check(len(opt_faults(refs, n)) == r["evictions"], where + ": not the optimum")
        check(r["faults"] >= least[n], where + ": better than opt")
        check(r["evictions"] == r["faults"] - min(n, npages), where + ": evictions")
        check(r["writes"] == dirty_victims(refs, r["victims"], n), where + ": writes")
        check("policy_faults" not in r, where + ": impossible answers")
    # Mattson: one pass is the same as size by size; more frames never hurt a stack.
    every = list(range(1, npages + 8))
    one = ossim(refs, "lru", every)
    each = ossim(refs, "lru", every, "--victims")
    for a, b in zip(one, each):
        b.pop("victims")
        check(a == b, "string %d: lru in one pass, %s is not %s" % (seed, a, b))
    for policy, curve in (("lru", one), ("opt", ossim(refs, "opt", every))):
        check(all(x["faults"] >= y["faults"] for x, y in zip(curve, curve[1:])),
              "string %d: an anomaly of %s" % (seed, policy))


def laws():
    # A cycle of N pages in C < N frames: everything misses, but for opt's (N-C)/(N-1).
    n, c, rounds = 40, 30, 200
    cycle = [(i % n, False) for i in range(n * rounds)]
    for r in ossim(cycle, "fifo,lru,opt", [c]):
        want = n + (len(cycle) - n) * (n - c) / (n - 1) if r["policy"] == "opt" else len(cycle)
        check(abs(r["faults"] - want) <= n, "cycle under %s: %d" % (r["policy"], r["faults"]))
    # Independent references: FIFO and RANDOM miss sum p/(1+pq), where sum pq/(1+pq) = C;
    # LRU by Che: sum p exp(-pt), where sum (1 - exp(-pt)) = C.
    import math
    rng, npages, c = random.Random(1), 500, 100
    p = [1 / (i + 1) for i in range(npages)]
    p = [x / sum(p) for x in p]
    refs = [(x, False) for x in rng.choices(range(npages), p, k=200000)]

    def solve(f):
        low, high = 0.0, 1e9
        for _ in range(200):
            low, high = ((low + high) / 2, high) if f((low + high) / 2) < c \
                else (low, (low + high) / 2)
        return low
    q = solve(lambda q: sum(x * q / (1 + x * q) for x in p))
    t = solve(lambda t: sum(1 - math.exp(-x * t) for x in p))
    want = {"fifo": sum(x / (1 + x * q) for x in p)}
    want["random"] = want["fifo"]
    want["lru"] = sum(x * math.exp(-x * t) for x in p)
    for r in ossim(refs, "fifo,random,lru", [c]):
        got = r["faults"] / r["refs"]
        check(abs(got - want[r["policy"]]) < 0.006,
              "independent references, %s: %.4f, theory %.4f" % (r["policy"], got,
                                                                 want[r["policy"]]))


def worked():
    cases = json.load(open(os.path.join(TOP, "tests/worked/refs.json")))
    for case in cases:
        for row in case["expected"]:
            policy = row["policy"].lower()
            got = ossim([(p, False) for p in case["refs"]], policy, [row["frames"]])[0]
            check(got["faults"] == row["faults"], "%s: %s with %d frames: %d faults, not %d" %
                  (case["title"], policy, row["frames"], got["faults"], row["faults"]))
    return sum(len(c["expected"]) for c in cases)


def by_hand():
    """Working sets and addresses, from the same file of textbook examples."""
    def ask(text, *args):
        p = subprocess.run([OSSIM, "refs", ",".join(map(str, text)), "--json", "-", *args],
                           capture_output=True, text=True)
        return json.loads(p.stdout)

    def words(numbers):
        return ",".join(map(str, numbers))
    cases = json.load(open(os.path.join(TOP, "tests/worked/paging.json")))
    for case in cases:
        if "window" in case:
            got = ask(case["refs"], "--working-set", str(case["window"]), "--at",
                      words(case["at"]))["working_set"][0]
            check([s["pages"] for s in got["sets"]] == case["sets"], case["title"])
        else:
            got = ask(case["logical"], "--page-size", str(case["page_size"]), "--page-table",
                      words(case["page_table"]))
            check(got["physical"] == case["physical"], case["title"])
    # Sizes by counting; and s(T+1) - s(T) = m(T), but for the string's end.
    for seed in range(20):
        rng = random.Random(seed)
        pages = [p for p, _ in some_string(rng)]
        got = ask(pages, "--working-set", words(range(1, 12)), "--pff", "3")["working_set"]
        for w in got:
            T = w["window"]
            sizes = [len(set(pages[max(0, i - T + 1):i + 1])) for i in range(len(pages))]
            faults = sum(p not in pages[max(0, i - T):i] for i, p in enumerate(pages))
            check(abs(w["mean"] - sum(sizes) / len(sizes)) < 1e-9 and w["max"] == max(sizes)
                  and w["faults"] == faults, "working set %d of string %d" % (T, seed))
        for w, more in zip(got, got[1:]):
            grown = (more["mean"] - w["mean"]) * len(pages)
            check(0 <= w["faults"] - grown <= w["window"] + 1 + 1e-6,
                  "s(T+1) - s(T) = m(T): string %d, T %d" % (seed, w["window"]))
    return len(cases)


def figure():
    """A file and a list, few policies and several: a figure each, and nothing to complain of."""
    with tempfile.TemporaryDirectory(prefix="ossim-refs-") as there:
        for what, policies, name in (("workloads/traces/belady.refs", "fifo,lru", "belady-refs"),
                                     ("1,2,3,1,w2", "opt,clock:bit=0,arc", "refs")):
            p = subprocess.run([OSSIM, "refs", what, "--replacement", policies, "--frames", "1..6",
                                "--plot", there, "--quiet"], cwd=TOP, capture_output=True, text=True)
            check((p.returncode, p.stderr) == (0, ""), "a figure of %s: %s" % (what, p.stderr))
            for kind in ("csv", "png", "svg"):
                check(os.path.exists("%s/%s-misses.%s" % (there, name, kind)),
                      "%s-misses.%s in %s" % (name, kind, os.listdir(there)))


def main():
    n = int(os.environ.get("STRINGS", "60"))
    for seed in range(n):
        one_string(seed)
    print("ok   %d random strings under %d policies" % (n, len(DOUBLES) + len(OTHERS)))
    laws()
    print("ok   %d worked examples" % worked())
    print("ok   %d examples of working sets and addresses" % by_hand())
    figure()
    for f in failures[:20]:
        print("FAIL " + f)
    print("refs: %d failures" % len(failures))
    return 1 if failures else 0


sys.exit(main())
