#!/bin/bash
# files.sh - programs on a machine with a disk: the same answers as Linux gives (through
# qemu-riscv32), a disk that e2fsck calls clean, and a shell that says the same under any
# scheduler.
PATH=$PATH:/sbin:/usr/sbin
root=$PWD
ossim=$PWD/ossim
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
check() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$dir/out" 2>&1; then
        echo "ok   files: $name"
    else
        echo "FAIL files: $name"
        head -8 "$dir/out"
        failed=1
    fi
}

cat >"$dir/posix.json" <<END
{"ossim": 1, "kernel": {"files": {"/etc/motd": "hello\n"}},
 "processes": [{"name": "posix", "program": "$root/tests/programs/posix_files.c"}]}
END
run() { # STDOUT-FOLDER WORKLOAD OPTION...
    local to=$1 workload=$2
    shift 2
    "$ossim" run "$workload" --quiet --audit --stdout "$dir/$to" --disk-out "$dir/$to.img" "$@"
}
for fs in '{"block": 1024, "journal": "none"}' '{"block": 2048, "journal": "ordered"}' \
          '{"block": 4096, "journal": "data"}'; do
    check "posix_files runs on $fs" run posix "$dir/posix.json" --set "kernel.fs=$fs"
    check "  and leaves a clean disk" e2fsck -fn "$dir/posix.img"
    cp "$dir/posix/posix.out" "$dir/posix.$((++n))"
done
check "the answers do not depend on the format" cmp "$dir/posix.1" "$dir/posix.2"
check "  nor on the journal" cmp "$dir/posix.1" "$dir/posix.3"
if command -v qemu-riscv32 >/dev/null && [ "$(id -u)" = 0 ]; then
    check "posix_files is built" "$ossim" asm "$root/tests/programs/posix_files.c" -o "$dir/p.elf"
    mkdir "$dir/host"
    (cd "$dir/host" && qemu-riscv32 "$dir/p.elf") >"$dir/posix.linux"
    check "they are those of Linux" diff "$dir/posix.linux" "$dir/posix.1"
else
    echo "left out: beside Linux (needs qemu-riscv32, and to be root as the programs are)"
fi

# Every way in which a call can fail.
sed 's/posix_files/file_errors/' "$dir/posix.json" >"$dir/errors.json"
check "file_errors runs" run errors "$dir/errors.json"
check "  and leaves a clean disk" e2fsck -fn "$dir/errors.img"
if command -v qemu-riscv32 >/dev/null && [ "$(id -u)" = 0 ]; then
    check "  and is built" "$ossim" asm "$root/tests/programs/file_errors.c" -o "$dir/e.elf"
    mkdir "$dir/errors.host"
    (ulimit -n 64; cd "$dir/errors.host" && qemu-riscv32 "$dir/e.elf") >"$dir/errors.linux"
    check "  its answers are those of Linux" diff "$dir/errors.linux" "$dir/errors/posix.out"
fi

# Call by call, as Linux answered on an ext2 of its own (tests/programs/beside.sh).
for name in beside_names beside_bytes beside_rights beside_maps beside_pointers; do
    sed "s/posix_files/$name/; s/\"kernel\"/\"machine\": {\"disk\": {\"model\": \"fixed\", \"size\": \"16MiB\"}}, &/" \
        "$dir/posix.json" >"$dir/$name.json"
    for fs in '{"block": 1024, "journal": "ordered"}' '{"block": 1024, "journal": "none"}'; do
        check "$name runs on $fs" run $name "$dir/$name.json" --set "kernel.fs=$fs"
        check "  and leaves a clean disk" e2fsck -fn "$dir/$name.img"
        check "  its answers are those of Linux" diff "$root/tests/programs/$name.txt" "$dir/$name/posix.out"
    done
done

# A file against a copy in memory, by three processes at once, in little memory and little cache,
# while pages are written back every millisecond.
ops() { # FRAMES DISK FS SEED
    cat <<END
{"ossim": 1, "seed": $4, "machine": {"cpus": 2, "memory": {"frames": $1}, "swap": {"frames": 400}, "disk": $2},
 "kernel": {"files": {"/etc/motd": "x"}, "fs": $3, "cache": {"blocks": 96, "write_back": 1}, "scheduler": "rr:quantum=1"},
 "processes": [$(for i in 0 1 2; do echo "{\"name\": \"p$i\", \"program\": \"ops.elf\", \"args\": [\"$4$i\", \"400\"]}"; done | paste -sd,)]}
END
}
check "file_ops is built" "$ossim" asm "$root/tests/programs/file_ops.c" -o "$dir/ops.elf"
ops 200 '{"raid": 5, "of": 3, "drive": "fixed", "size": "8MiB"}' '{"block": 1024, "journal": "data"}' 5 >"$dir/ops1.json"
ops 100 '{"model": "ssd", "size": "16MiB"}' '{"block": 4096, "journal": "ordered"}' 2 >"$dir/ops2.json"
for n in 1 2; do
    check "file_ops: a file is what was written to it, $n" run ops$n "$dir/ops$n.json"
    check "  said by all three" test "$(cat "$dir/ops$n"/p?.out | grep -c right)" = 3
    check "  and leaves a clean disk" e2fsck -fn "$dir/ops$n.img"
done

# Whose a process is, and what it may.
cat >"$dir/ids.json" <<END
{"ossim": 1, "kernel": {"files": {"/bin/ids": {"from": "$root/tests/programs/ids.c"}}},
 "processes": [{"name": "posix", "program": "$root/tests/programs/ids.c", "args": ["/bin/ids"]}]}
END
check "ids runs" run ids "$dir/ids.json"
check "  and leaves a clean disk" e2fsck -fn "$dir/ids.img"
if [ "$(id -u)" = 0 ]; then
    check "  and is built here" "${CC:-cc}" -D_GNU_SOURCE -O1 -o "$dir/ids.here" "$root/tests/programs/ids.c"
    mkdir "$dir/ids.host" && chmod 777 "$dir" "$dir/ids.host"
    (cd "$dir/ids.host" && "$dir/ids.here" "$dir/ids.here") >"$dir/ids.linux" 2>&1
    check "  its answers are those of Linux" diff "$dir/ids.linux" "$dir/ids/posix.out"
else
    echo "left out: ids beside Linux (needs to be root)"
fi

# ...and those that only a workload brings about: what POSIX names, some run must have shown.
here() { # MODE SIZE-OR-IMAGE MOUNT FAULTS
    cat <<END
{"ossim": 1, "machine": {"disk": {"model": "fixed", "latency": 0.1, $2}},
 "kernel": {"cache": {"blocks": 96}, "mount": $3},
 "processes": [{"name": "errors", "program": "$root/tests/programs/errors_here.c", "args": ["$1"]}],
 "events": [$4]}
END
}
with_files() {
    sed "s|\"kernel\": {|&\"files\": {\"/f\": \"hello\", \"/g\": \"$(printf 'x%.0s' {1..1024})\", \"/d/x\": \"x\", \"/e\": {}}, |"
}
bad=$(for b in {0..511}; do echo "{\"at\": 100, \"fault\": {\"disk\": \"bad-sector\", \"block\": $b}}"; done | paste -sd,)
here read-only '"size": "512KiB"' '"read-only"' "" | with_files >"$dir/read-only.json"
here full '"size": "512KiB"' true "" | with_files >"$dir/full-errors.json"
here files '"size": "512KiB"' true "" | with_files >"$dir/files.json"
here bad '"size": "512KiB"' true "$bad" | with_files >"$dir/bad.json"
"$ossim" disk mkfs "$dir/most.img" --size 1MiB >/dev/null && echo hi >"$dir/hi" &&
    "$ossim" disk put "$dir/most.img" "$dir/hi" /f >/dev/null &&
    printf '%s\n' "mkdir /d" "mkdir /e" "sif /f links_count 32000" "sif /d links_count 32000" |
        debugfs -w "$dir/most.img" >/dev/null 2>&1
here ends '"image": "most.img"' true "" >"$dir/ends.json"
here locks '"size": "512KiB"' true "" | with_files >"$dir/locks.json"
for mode in read-only full-errors files locks ends; do
    check "errors: $mode" run "$mode" "$dir/$mode.json"
done
run bad "$dir/bad.json" >"$dir/bad.said" 2>&1
check "errors: bad; that the disk cannot be unmounted is a failure" test $? = 1
check "  and said" grep -q "could not be unmounted; the disk is as it was left" "$dir/bad.said"
check "a disk that was read-only is as it was" e2fsck -fn "$dir/read-only.img"
check "a full one is clean" e2fsck -fn "$dir/full-errors.img"
covered() { # every errno of posix_errors.txt has been seen
    awk 'FILENAME ~ /names.def$/ {
             while (match($0, /ERRNO\([0-9]+, E[A-Z0-9]+\)/)) {
                 split(substr($0, RSTART + 6, RLENGTH - 7), part, ", ")
                 number[part[2]] = part[1]
                 $0 = substr($0, RSTART + RLENGTH)
             }
             next
         }
         FILENAME ~ /posix_errors.txt$/ {
             for (i = 2; $1 != "#" && $2 != "not" && i <= NF; i++) want[$1 " " $i] = 1
             next
         }
         { seen[$1 " " $NF] = 1 }
         END {
             for (w in want) {
                 split(w, part, " ")
                 if (!(part[1] " " number[part[2]] in seen)) { print "never: " w; missing = 1 }
             }
             exit missing
         }' "$root/include/ossim/names.def" "$root/tests/programs/posix_errors.txt" "$@"
}
check "every error that POSIX names was there" covered "$dir"/{errors/posix,{read-only,full-errors,files,locks,bad,ends}/errors}.out
sed 's/"read-only"/"rw"/' "$dir/read-only.json" >"$dir/rw.json"
check "mounting in another way is refused" bash -c \
    '"$1" check "$2" 2>&1 | grep "/kernel/mount: found \"rw\" (expected true, false or \"read-only\")"' - "$ossim" "$dir/rw.json"

sed 's/posix_files/full_disk/' "$dir/posix.json" >"$dir/full.json"
check "four processes fill the disk" run full "$dir/full.json" --cpus 2
check "  and leave it clean" e2fsck -fn "$dir/full.img"
check "a write at the end of the space is short, and right" test "$(grep -c '^short [012]: right' "$dir/full/posix.out")" = 3
check "  and were told so" test "$(grep -c 'errno 28' "$dir/full/posix.out")" = 4

shell=$root/workloads/shell.json
for policy in rr mlfq lottery; do
    check "the shell's session under $policy" run "sh-$policy" "$shell" --sched $policy --set processes.0.stdin.open=false
    check "  and leaves a clean disk" e2fsck -fn "$dir/sh-$policy.img"
    check "  and says what it does under rr" cmp "$dir/sh-rr/sh.out" "$dir/sh-$policy/sh.out"
done
check "a script's output is right" grep -q $'^3 3 14\r$' "$dir/sh-rr/sh.out"

# An image alone is enough: its block size is asked of itself.
"$ossim" disk mkfs "$dir/i.img" --size 4MiB --block 4096 >/dev/null && echo hello >"$dir/h.txt" &&
    "$ossim" disk put "$dir/i.img" "$dir/h.txt" /h.txt
cat >"$dir/i.json" <<J
{"ossim": 1, "machine": {"disk": {"model": "fixed", "image": "i.img"}}, "processes": [
  {"name": "cat", "program": "$root/workloads/programs/cat.c", "args": ["/h.txt"]}]}
J
check "an image of 4 KiB blocks is mounted as it is" "$ossim" run "$dir/i.json" --stdout "$dir/i" --quiet
check "  and read" cmp "$dir/i/cat.out" "$dir/h.txt"
head -c 102400 /dev/zero >"$dir/i.img"
"$ossim" check "$dir/i.json" >/dev/null 2>"$dir/i.err"
check "no file system on it is a mistake" test $? = 2
check "  and said" grep -q "no ext2 file system" "$dir/i.err"

# What was stored in a mapped page before a sync() is there after a power cut, as what was written.
cat >"$dir/sync.c" <<'END'
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void)
{
    int fd = open("/mapped", O_RDWR | O_CREAT, 0644);
    char *p;

    if (fd < 0 || ftruncate(fd, 9000) || (p = mmap(NULL, 9000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED)
        return 1;
    memset(p, 'M', 9000);
    close(fd);
    sync();
    memset(p + 4096, 'x', 1);   /* nobody asked for this one */
    pause();
    return 0;
}
END
cat >"$dir/sync.json" <<END
{"ossim": 1, "machine": {"disk": {"model": "hdd", "size": "8MiB"}}, "kernel": {"fs": {"journal": "ordered"}},
 "processes": [{"name": "p", "program": "$dir/sync.c"}], "events": [{"at": 900, "fault": {"disk": "power-cut"}}]}
END
synced() {
    "$ossim" run "$dir/sync.json" --quiet --audit --disk-out "$dir/sync.img" && e2fsck -fn "$dir/sync.img" &&
        "$ossim" disk cat "$dir/sync.img" /mapped | cmp - <(head -c 9000 /dev/zero | tr '\0' M)
}
check "a sync brings mapped pages to the disk, too" synced

# A bad sector under a file's data: its fsync says so, once, and no other's; the block beside it
# reaches the image; what only the log has stays in the log.
cat >"$dir/bad.py" <<'END'
import json, subprocess, sys
ossim, folder = sys.argv[1:]

def step(what, path, n=None):
    return {"file": {what: path, **({"bytes": n} if n else {})}}

writes = [step("append", "/a", 3000), step("sync", "/a"), step("append", "/b", 3000),
          step("sync", "/b"), step("sync", "/a")]

def run(journal, block):
    workload = {"ossim": 1, "machine": {"disk": "fixed"}, "kernel": {"fs": {"journal": journal}},
                "processes": [{"name": "A", "bursts": writes}],
                "events": [{"at": 0, "fault": {"disk": "bad-sector", "block": block}}]}
    with open(folder + "/bad.json", "w") as f:
        json.dump(workload, f)
    done = subprocess.run([ossim, "run", f.name, "--json", "-", "--events", folder + "/bad.events",
                           "--disk-out", folder + "/bad.img"], capture_output=True, text=True)
    # A disk that could not be unmounted is written all the same, and that is no success.
    assert done.returncode == ("could not be unmounted" in done.stderr), done.stderr
    assert block < 16000 or done.returncode == 0
    with open(folder + "/bad.events") as f:
        failed = [json.loads(line)["error"] for line in f if "file_failed" in line]
    return json.loads(done.stdout), failed

for journal, fails in (("none", 1), ("ordered", 1), ("data", 0)):
    results, failed = run(journal, 16000)
    assert not failed and results["disk"]["refused"] == 0
    tree = {e["path"]: e for e in results["disk"]["tree"]}
    block = tree["/a"]["blocks"][0][0]
    results, failed = run(journal, block)
    assert failed == ["EIO"] * fails, (journal, failed)
    assert results["disk"]["refused"] > 0 or journal == "data", journal
    assert results["disk"]["faults"] == [{"at": 0, "kind": "bad-sector", "sector": 2 * block}]
    judged = subprocess.run(["e2fsck", "-fy", folder + "/bad.img"], capture_output=True, text=True)
    recovered = "recovering journal" in judged.stdout
    assert judged.returncode == 0, judged.stdout
    assert recovered == (journal == "data"), (journal, judged.stdout)
END
check "a bad sector is told by fsync, once" python3 "$dir/bad.py" "$ossim" "$dir"
exit $failed
