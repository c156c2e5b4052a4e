#!/bin/bash
# run.sh - the real ./ossim in a real terminal (tmux): keys in, screens out.
#
#     tests/screens/run.sh [--update] [case...]
#
# A screen is compared with expected/CASE-N.txt; --update writes those instead. Time
# in the screens is virtual, so they are the same on every machine. A script never
# relies on how long something takes: it waits until a text is there.
cd "$(dirname "$0")/../.." || exit 3
here=tests/screens
ossim=$PWD/ossim
update= failed=0 cases=0 shots=0
[ "$1" = --update ] && update=1 && shift
wanted="$*"

if ! command -v tmux >/dev/null; then
    echo "screens: tmux is not installed" >&2
    exit 1
fi
tmp=$(mktemp -d)
unset TMUX NO_COLOR
opened=0                        # each terminal has a server, and a socket, of its own
t() { tmux -L "ossim-test-$$-$opened" -f /dev/null "$@"; }
trap 't kill-server 2>/dev/null; rm -rf "$tmp"' EXIT

# A terminal of W x H with an ossim in it; the rest are its environment and options.
# The shell around it says how it ended.
open_screen() {
    local w=$1 h=$2
    shift 2
    t kill-server 2>/dev/null
    opened=$((opened + 1))
    t new-session -d -x "$w" -y "$h" "LC_ALL=C.UTF-8 TERM=screen-256color $* ; \
        echo \"status \$?\"; stty -a | grep -o -e '-*icanon' -e '-*echo '; exec cat" 2>"$tmp/tmux" ||
        { cat "$tmp/tmux" >&2; exit 1; }
}
screen() { t capture-pane -p | sed 's/ *$//'; }
fail() {
    echo "FAIL $name: $1"
    screen
    case_failed=1
}
# Wait until the screen contains a text (a line's part), 15 s at most.
await() {
    local i
    for i in $(seq 200); do
        screen | grep -qF -- "$1" && return 0
        sleep 0.05
    done
    fail "\"$1\" never came"
}
keys() { t send-keys -- "$@"; }
# Compare the whole screen with the expected one; wait for it, too.
shot() {
    local file=$here/expected/$name-$1.txt i
    shots=$((shots + 1))
    if [ "$update" ]; then
        sleep 0.3
        screen >"$file"
        return
    fi
    for i in $(seq 200); do
        screen >"$tmp/got"
        cmp -s "$tmp/got" "$file" && return 0
        sleep 0.05
    done
    echo "FAIL $name: screen $1 differs (< expected, > got)"
    diff "$file" "$tmp/got"
    case_failed=1
}
closed() {                      # the terminal is itself again
    await "status $1"
    await icanon
    screen | grep -q -e '-icanon' -e '-echo' && fail "the terminal is not as it was"
}

work=$here/demo.json

case_ordinary() {
    open_screen 80 24 "$ossim" $work
    await "Space runs"
    shot start
    keys n n n n
    await "time 2 ms"
    shot steps
    keys d d
    await "time 8 ms"
    keys p
    await "waits for I/O"
    shot back
    keys G
    await "ready  ~ waiting"
    keys e
    await "END: every process has ended"
    shot end
    keys b
    await "paused"
    shot unit-back
    keys q
    closed 0
}

case_running() {
    open_screen 80 24 "$ossim" $work
    await "Space runs"
    keys ] ] ] Space
    await "END: every process has ended"
    shot end
    keys r
    await "Space runs"
    keys F10
    closed 0
}

case_wide() {
    open_screen 300 50 "$ossim" workloads/four-harts.json
    await "Space runs"
    keys U
    await "time 10 ms"
    keys U
    await "time 20 ms"
    shot steps
    keys ?
    await "Keys"
    shot help
    keys q
    await "Run queues"
    keys q
    closed 0
}

case_resize() {
    open_screen 100 30 "$ossim" $work
    await "Space runs"
    keys u
    await "time 1 ms"
    t resize-window -x 60 -y 18
    await "F10Quit"
    shot small
    t resize-window -x 40 -y 12
    shot least
    t resize-window -x 38 -y 8
    await "too small"
    keys u
    t resize-window -x 130 -y 40
    await "time 2 ms"
    shot wide
    keys ?
    await "Keys"
    t resize-window -x 80 -y 24
    shot help
    keys x q
    closed 0
}

case_mono() {
    open_screen 80 24 TERM=vt100 "$ossim" $work
    await "Space runs"
    keys U
    await "time 10 ms"
    shot vt100
    t capture-pane -pe | grep -q $'\e\[[0-9;]*[34][0-7]m' && fail "colour on a vt100"
    keys q
    closed 0
    open_screen 80 24 NO_COLOR=1 "$ossim" $work
    await "Space runs"
    t capture-pane -pe | grep -q $'\e\[[0-9;]*[34][0-8]' && fail "colour with NO_COLOR"
    keys q
    closed 0
}

# With colour: a task's paint, black on one of the twelve of 256, and none of them alike.
case_colour() {
    local kinds
    open_screen 80 24 "$ossim" $work
    await "Space runs"
    keys U
    await "time 10 ms"
    kinds=$(t capture-pane -pe | grep -o $'48;5;[0-9]*m' | sort -u | wc -l)
    [ "$kinds" -ge 5 ] || fail "$kinds backgrounds of 256 colours"
    keys q
    closed 0
    open_screen 80 24 TERM=linux "$ossim" $work
    await "Space runs"
    keys U
    await "time 10 ms"
    kinds=$(t capture-pane -pe | grep -o $'\e\[[0-9;]*4[0-7]m' | sort -u | wc -l)
    [ "$kinds" -ge 4 ] || fail "$kinds backgrounds of eight colours"
    keys q
    closed 0
}

# Who leaves before the end gets the report so far.
case_left() {
    open_screen 80 60 "$ossim" $work
    await "Space runs"
    keys u
    await "time 1 ms"
    keys q
    await "trace hash"
    closed 0
}

case_ascii() {
    open_screen 80 24 LC_ALL=C "$ossim" $work
    await "Space runs"
    keys U
    await "time 10 ms"
    shot locale
    screen | LC_ALL=C grep -q '[^ -~]' && fail "more than ASCII"
    keys q
    closed 0
}

case_misses() {
    open_screen 100 26 "$ossim" $here/misses.json
    await "Space runs"
    keys e
    await "missed deadlines"
    shot end
    keys l '\' MISSES Enter
    await "filter: MISSES"
    shot filtered
    keys q
    closed 0
}

# Who has which frame, where the pages of a process are, when there were faults, and what was
# used.
case_memory() {
    open_screen 100 30 "$ossim" workloads/bully.json
    await "Space runs"
    keys U U U U M
    await "underlined: dirty"
    shot frames
    keys M
    await "page 0"
    shot pages
    keys M
    await "no translation"
    keys e
    keys M
    await "# major"
    shot faults
    keys M
    await "used in the last window"
    shot sets
    keys q
    closed 0
}

# The arm with its queue and way, cache and journal over time, the tree; back again it is the
# same picture; and in the narrow pane of a wide terminal nothing of its line is cut off.
case_disk() {
    open_screen 80 24 "$ossim" workloads/journal-modes.json
    await "Space runs"
    keys U U U U D
    await "16 served"
    shot arm
    keys D
    await "cache (2 of 4"
    shot cache
    keys D
    await "journal (3 of 4"
    shot journal
    keys D
    await "files (4 of 4"
    shot files
    keys U U D
    await "arm (1 of 4"
    keys B B
    await "16 served"
    shot arm
    keys q
    closed 0
    open_screen 120 40 "$ossim" workloads/journal-modes.json
    await "Space runs"
    keys U U U U D
    await "16 served"
    shot wide
    keys q
    closed 0
}

# What is under way is not served yet; without an arm there are still requests; a drive of an
# array that is missing says so, and a narrow pane has the whole of its line.
case_drives() {
    open_screen 80 24 "$ossim" workloads/disk-readers.json
    await "Space runs"
    keys U U U U U D
    await "15 waiting, 2 served, 1 under way"
    shot arm
    keys U B
    await "15 waiting, 2 served, 1 under way"
    shot arm
    keys q
    closed 0
    open_screen 80 24 "$ossim" workloads/ssd-amplification.json
    await "Space runs"
    keys U D
    await "No arm (flash, or a fixed delay)"
    shot flash
    keys q
    closed 0
    open_screen 120 40 "$ossim" workloads/raid5-small-writes.json --set machine.disk.failed=1
    await "Space runs"
    keys U U U U U D
    await "drive 1   failed"
    shot raid
    keys q
    closed 0
}

# The log is a ring: after it was emptied, and again after it went on at its beginning, what is
# used lies from the tail to the head.
case_ring() {
    open_screen 80 24 "$ossim" workloads/journal-modes.json --set kernel.fs.journal=data \
        --set "processes[0].bursts[0].repeat=100"
    await "Space runs"
    keys D D D e
    await "END"
    shot end
    keys q
    closed 0
}

# The console pane, alone on the screen: the last of what the shell printed, as many rows as
# there is room for; and what is typed to it is echoed and answered there.
case_console() {
    local rows=20 i
    "$ossim" run workloads/shell.json --until 500 --quiet --stdout "$tmp/out" || fail "the shell's run"
    tr -d '\r' <"$tmp/out/sh.out" | sed 's/ *$//' | tail -n "$rows" | awk 1 >"$tmp/printed"
    open_screen 80 24 "$ossim" workloads/shell.json
    await "Space runs"
    keys c m Z
    await "$(tail -n 2 "$tmp/printed" | head -n 1)"
    for i in $(seq 200); do
        screen | sed -n '4,23p' | sed 's/^ //' | tail -n "$rows" >"$tmp/pane"
        cmp -s "$tmp/pane" "$tmp/printed" && break
        sleep 0.05
    done
    diff "$tmp/pane" "$tmp/printed" || fail "the pane does not show what was printed"
    shots=$((shots + 1))
    keys t
    await "Type to sh"
    keys "echo typed" Enter
    await "\$ echo typed"
    keys Escape Space q
    closed 0
}

case_deadlock() {
    open_screen 90 24 "$ossim" $here/deadlock.json
    await "Space runs"
    keys e
    await "STUCK"
    shot end
    keys q
    closed 1
}

# The structure: ways as they are gone, who waits, what failed; beside each other and below.
case_structure() {
    open_screen 80 24 "$ossim" workloads/structure-microkernel.json
    await "Space runs"
    keys S
    await "No service has been called"
    keys U U g 24.5 Enter
    await "time 24.5 ms"
    shot busy
    keys S g 50.5 Enter
    await "time 50.5 ms"
    shot failed
    keys m
    shot full
    keys q
    closed 0
    open_screen 140 40 "$ossim" workloads/structure-rings.json
    await "Space runs"
    keys S e
    await "END"
    shot rings
    keys q
    closed 0
    open_screen 80 24 "$ossim" $here/guests.json
    await "Space runs"
    keys S e
    await "END"
    keys m
    shot guests
    # How long they waited, those in others too; forwards and back.
    keys P
    await "─ Power ─ steal time of guests"
    shot steal
    keys B
    keys q
    closed 1
    # Beside the processes there is less room: what stands in boxes goes on in further lines.
    open_screen 120 40 "$ossim" $here/guests.json
    await "Space runs"
    keys S
    await "│ time d:disk d:tty d:net     │"
    screen | grep -q '[^ ]*…' && fail "something is cut"
    keys q
    closed 0
    # Names that differ at their ends do so in boxes and queues too, however narrow these are.
    open_screen 120 40 "$ossim" $here/names.json
    await "Space runs"
    keys S n n n n n n
    await "┌"
    shot names
    keys q
    closed 0
    # More harts than lines.
    open_screen 80 24 "$ossim" workloads/zoo/smartphone.json
    await "Space runs"
    keys P
    await "─ Power ─ power  rows 0-4 of 8  column = "
    keys NPage
    await "rows 3-7 of 8"
    keys q
    closed 0
    open_screen 120 40 "$ossim" workloads/zoo/smartphone.json
    await "Space runs"
    keys P U
    await "533 MHz   28.7 mW "
    screen | grep -q '│.*m…\| m…' && fail "a unit is cut"
    keys q
    closed 0
}

case_signals() {
    local signal
    for signal in TERM INT HUP SEGV ABRT BUS QUIT FPE ILL; do
        open_screen 80 24 "sh -c 'echo \$\$ >$tmp/pid; exec $ossim $work'"
        await "Space runs"
        keys u
        await "time 1 ms"
        kill -$signal "$(cat "$tmp/pid")"
        await "status"
        await icanon
        screen | grep -q -e '-icanon' -e '-echo' && fail "$signal: not as it was"
        screen | grep -q "F10Quit" && fail "$signal: still on the other screen"
        [ "$(t display -p '#{cursor_flag}#{mouse_any_flag}')" = 10 ] || fail "$signal: cursor, mouse"
    done
}

case_dumb() {
    open_screen 100 60 TERM=dumb "$ossim" $work
    await "trace hash"
    await "status 0"
    screen | grep -q "F10Quit" && fail "screens on a dumb terminal"
}

for name in ordinary running wide resize mono colour left ascii misses memory disk drives ring console \
    deadlock structure signals dumb; do
    [ "$wanted" ] && [[ " $wanted " != *" $name "* ]] && continue
    cases=$((cases + 1)) case_failed=
    case_"$name"
    if [ "$case_failed" ]; then
        failed=$((failed + 1))
    else
        echo "ok   $name"
    fi
done
echo "screens: $cases cases, $shots screens compared, $failed failed"
[ "$failed" = 0 ]
