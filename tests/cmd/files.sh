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

sed 's/posix_files/full_disk/' "$dir/posix.json" >"$dir/full.json"
check "four processes fill the disk" run full "$dir/full.json" --cpus 2
check "  and leave it clean" e2fsck -fn "$dir/full.img"
check "  and were told so" test "$(grep -c 'errno 28' "$dir/full/posix.out")" = 4

shell=$root/workloads/shell.json
for policy in rr mlfq lottery; do
    check "the shell's session under $policy" run "sh-$policy" "$shell" --sched $policy --set processes.0.stdin.open=false
    check "  and leaves a clean disk" e2fsck -fn "$dir/sh-$policy.img"
    check "  and says what it does under rr" cmp "$dir/sh-rr/sh.out" "$dir/sh-$policy/sh.out"
done
check "a script's output is right" grep -q "^3 3 14$" "$dir/sh-rr/sh.out"

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
exit $failed
