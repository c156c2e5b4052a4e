#!/bin/bash
# Message queues of programs: between two machines by a link, beside burst tasks, and their
# errors. Times in ms, worked out by hand.
set -u
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

report() { # NAME STATUS
    if [ "$2" = 0 ]; then passed=$((passed + 1)); echo "ok   $1"
    else failed=$((failed + 1)); echo "FAIL $1"; fi
}

# --- two machines, in C ---
if ! command -v riscv64-unknown-elf-gcc >/dev/null; then
    echo "queues: no RISC-V compiler, its programs are left out"
else
./ossim run workloads/messages.json --audit --quiet --stdout "$dir" --json "$dir/m.json" --events "$dir/m.events" && python3 - "$dir" <<'PY'
import json, sys
said = open(sys.argv[1] + "/west_client.out").read()
assert said == "".join(f"{n}: {n * n}\n" for n in (2, 6, 12, 20, 30)), said
o = json.load(open(sys.argv[1] + "/m.json"))
assert [g["summary"]["ipc_messages"] for g in o["guests"]] == [5, 5]
events = [json.loads(l) for l in open(sys.argv[1] + "/m.events")]
sent = [e["at"] for e in events if e["event"] == "send"]
came = [e["at"] for e in events if e["event"] == "deliver"]
assert len(sent) == len(came) == 10
# Each is on its way for 0.2 ms; what the call and its exits take comes on top, less than 0.02.
assert all(0.2 - 1e-9 < b - a < 0.22 for a, b in zip(sorted(sent), sorted(came))), list(zip(sent, came))
PY
report "the lab messages" $?

cat >"$dir/errors.c" <<'C'
#include <errno.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
static char text[1025];
static void said(const char *what, long r) { printf("%s %s\n", what, r < 0 ? strerror(errno) : "ok"); }
static void nothing(int s) { (void)s; }
static struct timespec in(long ms)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}
int main(void)
{
    struct timespec t;
    struct mq_attr a;
    struct pollfd p;
    said("unknown", mq_open("/nowhere", O_RDONLY));
    said("made", mq_open("/nowhere", O_RDONLY | O_CREAT, 0600, NULL));
    said("read what one sends", mq_open("/out", O_RDONLY));
    said("there already", mq_open("/both", O_RDWR | O_CREAT | O_EXCL, 0600, NULL));
    int q = mq_open("/both", O_RDWR | O_NONBLOCK), in_ = mq_open("/both", O_RDONLY), out = mq_open("/out", O_WRONLY);
    said("empty", mq_receive(q, text, sizeof text, NULL));
    said("short buffer", mq_receive(q, text, 1023, NULL));
    said("too long", mq_send(q, text, 1025, 0));
    said("urgent", mq_send(q, text, 1, 1));
    said("wrong way", mq_receive(out, text, sizeof text, NULL));
    said("no queue", mq_send(1, text, 1, 0));
    said("bad pointer", mq_send(q, (char *)4, 1, 0));
    p = (struct pollfd){ .fd = q, .events = POLLIN | POLLOUT };
    poll(&p, 1, 0);
    printf("poll %d\n", p.revents == POLLOUT);
    said("one", mq_send(q, "one", 3, 0));
    said("two", mq_send(q, "", 0, 0));
    poll(&p, 1, 0);
    printf("poll %d\n", p.revents == POLLIN);
    said("full", mq_send(q, "three", 5, 0));
    mq_getattr(q, &a);
    printf("holds %ld of %ld, %ld bytes, %d\n", a.mq_curmsgs, a.mq_maxmsg, a.mq_msgsize, a.mq_flags == O_NONBLOCK);
    long n = mq_receive(in_, text, sizeof text, NULL);
    printf("got %ld %.3s\n", n, text);
    printf("got %ld\n", (long)mq_receive(in_, text, sizeof text, NULL));
    t = in(3);
    said("late", mq_timedreceive(in_, text, sizeof text, NULL, &t));
    t.tv_nsec = -1;
    said("no time", mq_timedreceive(in_, text, sizeof text, NULL, &t));
    struct sigaction s = { .sa_handler = nothing };
    sigaction(SIGALRM, &s, NULL);
    ualarm(2000, 0);
    said("interrupted", mq_receive(in_, text, sizeof text, NULL));
    if (fork() == 0) {
        usleep(1000);
        mq_send(q, "from a child", 12, 0);
        _exit(0);
    }
    n = mq_receive(in_, text, sizeof text, NULL);
    printf("got %.*s\n", (int)n, text);
    said("unlink", mq_unlink("/both"));
    said("close", mq_close(q));
    said("closed", mq_send(q, "", 0, 0));
    return 0;
}
C
cat >"$dir/errors.json" <<'J'
{"ossim": 1, "kernel": {"channel_capacity": 2}, "processes": [
  {"name": "errors", "program": "errors.c", "sends": ["out", "both"], "receives": ["both"]}]}
J
cat >"$dir/errors.want" <<'W'
unknown No such file or directory
made No space left on device
read what one sends Permission denied
there already File exists
empty Resource temporarily unavailable
short buffer Message too long
too long Message too long
urgent Invalid argument
wrong way Bad file descriptor
no queue Bad file descriptor
bad pointer Bad address
poll 1
one ok
two ok
poll 1
full Resource temporarily unavailable
holds 2 of 2, 1024 bytes, 1
got 3 one
got 0
late Connection timed out
no time Invalid argument
interrupted Interrupted system call
got from a child
unlink ok
close ok
closed Bad file descriptor
W
./ossim run "$dir/errors.json" --audit --quiet --stdout "$dir" && diff "$dir/errors.want" "$dir/errors.out"
report "errors, polling, signals and forks" $?
fi

# --- programs and burst tasks, in assembly: what is sent arrives, and waits as bursts do ---
open="la a0, name\\nli a1, MODE\\nli a2, 0\\nli a3, 0\\nli a7, 180\\necall\\nmv s0, a0\\n"
data=".data\\nname: .asciz \\\"c\\\"\\nword: .ascii \\\"hello\\\"\\n.bss\\nroom: .space 1024\\n"
send="_start: ${open/MODE/1}mv a0, s0\\nla a1, word\\nli a2, 5\\nli a3, 0\\nli a4, 0\\nli a7, 418\\necall\\nli a7, 93\\necall\\n$data"
# Receives, prints it, and exits with its size.
recv="_start: ${open/MODE/0}mv a0, s0\\nla a1, room\\nli a2, 1024\\nli a3, 0\\nli a4, 0\\nli a7, 419\\necall\\nmv s1, a0\\nmv a2, a0\\nla a1, room\\nli a0, 1\\nli a7, 64\\necall\\nmv a0, s1\\nli a7, 93\\necall\\n$data"
says() { # NAME WORKLOAD PYTHON: o: results, f(t): finish, x(t): exit code
    echo "$2" >"$dir/w.json"
    rm -f "$dir"/*.out
    ./ossim run "$dir/w.json" --audit --quiet --stdout "$dir" --json "$dir/o.json"
    [ $? -le 1 ] && python3 - "$dir" "$3" <<'PY'
import json, os, sys
o = json.load(open(sys.argv[1] + "/o.json"))
tasks = o["tasks"] + [t for g in o.get("guests", []) for t in g["tasks"]]
t = {x["name"]: x for x in tasks}
def out(name): return open(f"{sys.argv[1]}/{name}.out").read()
exec(sys.argv[2])
PY
    report "$1" $?
}
one() { # CAPACITY PROCESSES
    echo "{\"ossim\": 1, \"kernel\": {\"channel_capacity\": $1}, \"processes\": [$2]}"
}
S="{\"name\": \"S\", \"asm\": \"$send\", \"sends\": [\"c\"]}" R="{\"name\": \"R\", \"asm\": \"$recv\", \"receives\": [\"c\"]}"
for capacity in 0 1 16; do
    says "one kernel, room for $capacity" "$(one $capacity "$R, $S")" \
        'assert out("R") == "hello" and t["R"]["exit_code"] == 5 and t["S"]["exit_code"] == 0'
    says "the sender first, room for $capacity" "$(one $capacity "$S, $R")" \
        'assert out("R") == "hello" and t["R"]["exit_code"] == 5 and t["S"]["exit_code"] == 0'
    says "from a burst: empty, room for $capacity" "$(one $capacity "$R, {\"name\": \"B\", \"bursts\": [{\"cpu\": 1}, {\"send\": \"c\"}, {\"cpu\": 1}]}")" \
        'assert t["R"]["exit_code"] == 0 and t["B"]["finish"] >= 2'
    says "to a burst, room for $capacity" "$(one $capacity "{\"name\": \"B\", \"bursts\": [{\"recv\": \"c\"}, {\"cpu\": 1}]}, $S")" \
        'assert t["S"]["exit_code"] == 0 and t["B"]["finish"] >= 1'
done
two() { # CAPACITY STRUCTURE
    echo "{\"ossim\": 1, \"machine\": {\"cpus\": 2}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"link_latency\": 0.5, \"guests\": [
      {\"name\": \"a\", \"workload\": {\"ossim\": 1, \"kernel\": {\"channel_capacity\": $1}, \"processes\": [$S]}},
      {\"name\": \"b\", \"workload\": {\"ossim\": 1, \"processes\": [$R]}}]}}}"
}
for capacity in 0 16; do
    says "by a link, room for $capacity" "$(two $capacity)" \
        'r = t["R"]; assert r["exit_code"] == 5 and 0.5 < r["finish"] < 0.51 and t["S"]["finish"] < 0.01, (r, t["S"])'
done
says "to the machine under it" "{\"ossim\": 1, \"machine\": {\"cpus\": 2}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"link_latency\": 0.5, \"guests\": [
      {\"name\": \"a\", \"workload\": {\"ossim\": 1, \"processes\": [$S]}}]}}, \"processes\": [$R]}" \
    'assert out("R") == "hello" and 0.5 < t["R"]["finish"] < 0.51'

# --- mistakes in workloads ---
refused() { # NAME WORKLOAD EXPECTED
    echo "$2" >"$dir/w.json"
    ./ossim check "$dir/w.json" >"$dir/err" 2>&1
    [ $? = 2 ] && grep -q "$3" "$dir/err"
    report "$1" $?
}
refused "queues are for programs" "$(one 1 '{"name": "B", "cpu": 1, "sends": ["c"]}')" '/processes/0/sends: '
refused "a name with a slash" "$(one 1 "{\"name\": \"S\", \"asm\": \"$send\", \"sends\": [\"/c\"]}")" "/processes/0/sends/0: .*no '/'"
refused "no names" "$(one 1 "{\"name\": \"S\", \"asm\": \"$send\", \"sends\": []}")" '/processes/0/sends: '

echo "queues: $passed passed, $failed failed"
[ $failed = 0 ]
