"""The rules of the rubrics' policies, and typical mistakes as changes of them, written down once
more without ossim: one CPU, whole numbers, lists that are searched from end to end."""


class Task:
    def __init__(self, number, entry):
        self.number, self.name = number, entry["name"]
        self.priority, self.nice = entry.get("priority", 0), entry.get("nice", 0)
        self.tickets = entry.get("tickets", 100)
        self.arrival = entry.get("arrival", 0)
        self.period = entry.get("period")
        self.steps = [] if self.period else unrolled(entry["bursts"])
        if self.period:
            self.cpu, self.jobs = entry["cpu"], entry["jobs"]
            self.relative = entry.get("deadline", self.period)
            self.released = self.started = 0


def unrolled(bursts):
    """[cpu, io, cpu, ...]"""
    out = []
    for b in bursts:
        out += unrolled(b["do"]) * b["repeat"] if "do" in b else [b.get("cpu", b.get("io"))]
    return out


class Run:
    """What came of it: who held the CPU, and what laws and metrics ask for."""
    def __init__(self, tasks):
        self.tasks, self.pieces, self.misses, self.preemptions = tasks, [], 0, 0
        self.longest = {t.name: 0 for t in tasks}   # wait at a stretch
        self.waited = {t.name: 0 for t in tasks}
        self.cpu = {t.name: 0 for t in tasks}
        self.first = {}


def play(processes, rule, stop=None):
    """The schedule of a workload's processes under a rule, from entries as JSON has them."""
    return Engine([Task(i, p) for i, p in enumerate(processes)], rule, stop).run()


class Engine:
    ARRIVES, WAKES = range(2)

    def __init__(self, tasks, rule, stop):
        self.rule, self.stop = rule, stop
        self.out = Run(tasks)
        self.events = [(t.arrival, self.ARRIVES, t.number, t) for t in tasks]
        self.waits = len(tasks)
        self.on, self.since, self.limit = None, 0, None     # who runs, since when, how long
        self.came, self.now = [], 0
        rule.begin(tasks)
        self.rings = rule.alarm(0)

    def next(self):
        times = [e[0] for e in self.events]
        if self.on:
            times += [self.ends(), self.expires()]
        if self.rings is not None and (self.on or self.events or self.rule.waiting):
            times.append(self.rings)
        return min((t for t in times if t is not None), default=None)

    def ends(self):
        return self.since + self.on.steps[0]

    def expires(self):
        return None if self.limit is None else self.since + self.limit

    def run(self):
        while (t := self.next()) is not None and (self.stop is None or t < self.stop):
            self.now, self.came, self.ousted = t, [], None
            if not self.rule.expired_first:
                self.arrive()
            self.stops()
            self.ring()
            if self.rule.expired_first:
                self.arrive()
            self.decide()
        if self.stop is not None:
            self.now = self.stop
            if self.on:
                self.leave()
            for t in self.rule.waiting:
                self.note_wait(t)
        return self.out

    def put(self, t, why):
        t.waits_since = self.now
        self.rule.come(t, why, self.now)
        self.came.append(t)

    def leave(self):
        """Off the CPU: how long it ran."""
        t, ran = self.on, self.now - self.since
        if ran:
            self.out.pieces.append((self.since, self.now, t.name))
        self.out.cpu[t.name] += ran
        t.steps[0] -= ran
        self.on = None
        return ran

    def arrive(self):
        for e in sorted((e for e in self.events if e[0] == self.now), key=lambda e: e[:3]):
            self.events.remove(e)
            t = e[3]
            if t.period:
                t.released += 1
                if t.released < t.jobs:
                    self.events.append((t.arrival + t.released * t.period, self.ARRIVES, t.number, t))
                if not t.steps:
                    self.start_job(t)
            elif t.steps:       # the last may have been a wait
                self.put(t, "new" if e[1] == self.ARRIVES else "woken")

    def start_job(self, t):
        release = t.arrival + t.started * t.period
        t.started += 1
        t.deadline = release + t.relative
        t.steps = [t.cpu]
        self.put(t, "new")

    def stops(self):
        """A burst ends, or a slice; one that ends with its slice has ended."""
        t = self.on
        if t and self.now == self.ends():
            ran = self.leave()
            t.steps.pop(0)
            self.rule.stopped(t, ran, "blocked")
            if t.steps:
                self.waits += 1
                self.events.append((self.now + t.steps.pop(0), self.WAKES, self.waits, t))
            elif t.period:
                self.out.misses += self.now > t.deadline
                if t.started < t.released:
                    self.start_job(t)
        elif t and self.now == self.expires():
            self.oust("expired")

    def oust(self, why):
        t = self.ousted = self.on
        self.rule.stopped(t, self.leave(), why)
        self.put(t, why)

    def ring(self):
        """The rule's own clock: who runs is handed back, and picked afresh."""
        if self.rings == self.now:
            if self.on:
                self.oust("preempted")
            self.rings = self.rule.alarm(self.now)

    def decide(self):
        if self.on and any(self.rule.beats(t, self.on) for t in self.came):
            self.oust("preempted")
        if not self.on and self.rule.waiting:
            t = self.rule.take(self.now)
            self.out.preemptions += self.ousted not in (None, t)
            self.note_wait(t)
            self.out.first.setdefault(t.name, self.now)
            self.on, self.since, self.limit = t, self.now, self.rule.limit(t)

    def note_wait(self, t):
        wait = self.now - t.waits_since
        self.out.waited[t.name] += wait
        self.out.longest[t.name] = max(self.out.longest[t.name], wait)


class Rule:
    """First come, first served; `waiting` holds who is in line."""
    expired_first = False

    def begin(self, tasks):
        self.waiting = []

    def come(self, t, why, now):
        self.waiting.append(t)

    def take(self, now):
        return self.waiting.pop(0)

    def stopped(self, t, ran, why):
        pass

    def limit(self, t):
        return None

    def beats(self, queued, running):
        return False

    def alarm(self, now):
        return None

    def least(self, key):
        t = min(self.waiting, key=key)
        self.waiting.remove(t)
        return t


class Line(Rule):
    """FCFS, and RR with a quantum."""
    def __init__(self, quantum=None, front=False, woken_first=False, by_number=False,
                 newest_tie=False, expired_first=False, expired_on=False):
        self.quantum, self.front, self.woken_first = quantum, front, woken_first
        self.by_number, self.newest_tie = by_number, newest_tie
        self.expired_first, self.expired_on = expired_first, expired_on

    def come(self, t, why, now):
        at = len(self.waiting)
        if (why == "woken" and self.woken_first) or (why == "expired" and self.expired_on):
            at = 0
        if why == "new" and self.newest_tie and now == 0:
            while at and self.waiting[at - 1].number < t.number:
                at -= 1
        self.waiting.insert(at, t)

    def take(self, now):
        if self.by_number:
            return self.least(lambda t: t.number)
        return self.waiting.pop(-1 if self.front else 0)

    def limit(self, t):
        return self.quantum


class Mlfq(Rule):
    """OSTEP, "Scheduling: The Multi-Level Feedback Queue", rules 1 to 5."""
    expired_first = True

    def __init__(self, unit, slices=(10, 20, 40), boost=100, renews=False, sinks=True,
                 expires=True, preempts=True, front=False, asleep=True):
        self.slices = [s * unit for s in slices]
        self.boost = boost and boost * unit
        self.renews, self.sinks, self.expires = renews, sinks, expires
        self.preempts, self.front, self.asleep = preempts, front, asleep

    def begin(self, tasks):
        self.lines = [[] for _ in self.slices]
        self.tasks, self.known = tasks, set()

    @property
    def waiting(self):
        return [t for line in self.lines for t in line]

    def place(self, t, level):
        t.level, t.left = level, self.slices[level]

    def come(self, t, why, now):
        if why == "new":
            self.place(t, 0)
            t.used_up = False
            self.known.add(t)
        first = why == "preempted" and not t.used_up
        line = self.lines[t.level]
        line.insert(0 if first or self.front else len(line), t)
        t.used_up = False

    def take(self, now):
        return next(line for line in self.lines if line).pop(0)

    def stopped(self, t, ran, why):
        t.left -= ran
        t.used_up = t.left <= 0
        if t.used_up:
            self.place(t, min(t.level + self.sinks, len(self.slices) - 1))
        elif why == "blocked" and self.renews:
            t.left = self.slices[t.level]

    def limit(self, t):
        return t.left if self.expires else None

    def beats(self, queued, running):
        return self.preempts and queued.level < running.level

    def alarm(self, now):
        if not self.boost:
            return None
        if now:
            top = self.lines[0] + [t for line in self.lines[:0:-1] for t in line]
            for t in self.known if self.asleep else top:
                self.place(t, 0)
            self.lines = [top] + [[] for _ in self.slices[1:]]
        return now + self.boost


class Ageing(Rule):
    """The smallest number first; who waits `age` gains a level, and keeps it until it comes back
    by itself. Within a level who queued first, and ahead of all who was preempted."""
    def __init__(self, unit, age=10, reverse=False, preempts=True, rings=True):
        self.age, self.reverse, self.preempts, self.rings = age * unit, reverse, preempts, rings

    def begin(self, tasks):
        self.waiting, self.front, self.back = [], 0, 0

    def level(self, t):
        level = t.priority - t.gained
        return -level if self.reverse else level

    def come(self, t, why, now):
        if why == "preempted":
            self.front -= 1
            t.place = self.front
        else:
            t.gained = 0
            self.back += 1
            t.place = self.back
        t.gains = now + self.age
        self.waiting.append(t)

    def take(self, now):
        return self.least(lambda t: (self.level(t), t.place))

    def beats(self, queued, running):
        return self.preempts and self.level(queued) < self.level(running)

    def alarm(self, now):
        if not self.rings:
            return None
        for t in self.waiting:
            if t.gains <= now:
                t.gained += 1
                t.gains += self.age
        return min([now + self.age] + [t.gains for t in self.waiting])


class Deadline(Rule):
    """Liu and Layland (1973): the earliest absolute deadline; of equals who came first."""
    def __init__(self, key="deadline", preempts=True):
        self.key, self.preempts = key, preempts

    def begin(self, tasks):
        self.waiting, self.places = [], 0

    def urgency(self, t):
        return getattr(t, self.key) if self.key else 0

    def come(self, t, why, now):
        if why != "preempted":
            self.places += 1
            t.place = self.places
        self.waiting.append(t)

    def take(self, now):
        return self.least(lambda t: (self.urgency(t), t.place))

    def beats(self, queued, running):
        return self.preempts and self.urgency(queued) < self.urgency(running)


class Lottery(Rule):
    """Waldspurger and Weihl (1994). Draws: Steele, Lea, Flood (2014), from the run's seed."""
    def __init__(self, unit, seed, tickets=True, richest=False, expires=True):
        self.quantum = 10 * unit if expires else None
        self.random, self.by_tickets, self.richest = seed, tickets, richest

    def draw(self):
        most = (1 << 64) - 1
        self.random = x = (self.random + 0x9e3779b97f4a7c15) & most
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 & most
        x = (x ^ x >> 27) * 0x94d049bb133111eb & most
        return x ^ x >> 31

    def tickets(self, t):
        return t.tickets if self.by_tickets else 1

    def take(self, now):
        if self.richest:
            return self.least(lambda t: (-t.tickets, t.number))
        line = sorted(self.waiting, key=lambda t: t.number)
        winner = self.draw() % sum(map(self.tickets, line))
        for t in line:
            if winner < self.tickets(t):
                self.waiting.remove(t)
                return t
            winner -= self.tickets(t)

    def limit(self, t):
        return self.quantum


class Stride(Rule):
    """Waldspurger and Weihl (1995): the smallest pass; a newcomer begins with the queue's, who
    sleeps keeps how far ahead of that it was, and less than a quantum costs its part."""
    STRIDE1 = 2**4 * 3**2 * 5**4 * 7 * 11 * 13

    def __init__(self, unit, tickets=True, newcomers_at_zero=False, whole=False):
        self.quantum, self.by_tickets = 10 * unit, tickets
        self.newcomers_at_zero, self.whole = newcomers_at_zero, whole

    def begin(self, tasks):
        self.waiting, self.at = [], 0

    def come(self, t, why, now):
        if why == "new":
            t.at = 0 if self.newcomers_at_zero else self.at
        elif why == "woken":
            t.at += self.at
        self.waiting.append(t)

    def take(self, now):
        t = self.least(lambda t: (t.at, t.number))
        self.at = max(self.at, t.at)
        return t

    def stopped(self, t, ran, why):
        stride = self.STRIDE1 // (t.tickets if self.by_tickets else 100)
        t.at += stride * (self.quantum if self.whole else ran) // self.quantum
        if why == "blocked":
            t.at = max(t.at - self.at, 0)

    def limit(self, t):
        return self.quantum


class Fair(Rule):
    """Linux, "CFS Scheduler": the smallest CPU time over weight runs 3 units at most. Who comes
    back has at most a slice of credit."""
    def __init__(self, unit, nice=1, newcomers_at_zero=False, sleepers_last=False):
        self.slice, self.sign = 3 * unit, nice
        self.newcomers_at_zero, self.sleepers_last = newcomers_at_zero, sleepers_last

    def begin(self, tasks):
        self.waiting, self.at = [], 0

    def come(self, t, why, now):
        if why == "new":
            t.at = 0 if self.newcomers_at_zero else self.at
        elif why == "woken":
            t.at = self.at + 100 * self.slice if self.sleepers_last else max(t.at, self.at - self.slice)
        self.waiting.append(t)

    def take(self, now):
        t = self.least(lambda t: (t.at, t.number))
        self.at = max(self.at, t.at)
        return t

    def stopped(self, t, ran, why):
        t.at += ran * 1024 / (1024 * 1.25 ** -(self.sign * t.nice))

    def limit(self, t):
        return self.slice
