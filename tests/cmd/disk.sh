#!/bin/bash
# disk.sh - ossim disk as a user of mke2fs, debugfs and e2fsck would try it.
PATH=$PATH:/sbin:/usr/sbin
ossim=$PWD/ossim
src=$PWD/src/fs
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failed=0 n=0
want() { # WANT STATUS NAME COMMAND...
    local status=$1 name=$2
    shift 2
    n=$((n + 1))
    "$@" >out 2>&1
    local got=$?
    if [ $got = "$status" ]; then
        echo "ok   disk: $name"
    else
        echo "FAIL disk: $name: status $got instead of $status"
        head -5 out
        failed=$((failed + 1))
    fi
}

for journal in none ordered data; do
    want 0 "mkfs --journal $journal" "$ossim" disk mkfs $journal.img --size 16MiB \
        --journal $journal --from "$src"
    want 0 "e2fsck finds it clean" e2fsck -fn $journal.img
    want 0 "debugfs reads it" sh -c "debugfs -R 'cat /fs.h' $journal.img 2>/dev/null | cmp - $src/fs.h"
    want 0 "get gives back what was put" sh -c \
        "'$ossim' disk get $journal.img / $journal.out && rmdir $journal.out/lost+found && diff -r $src $journal.out"
    want 0 "fsck finds it clean" "$ossim" disk fsck $journal.img
done
for kind in "ext2 -b 1024" "ext2 -b 4096" "ext3 -b 2048" "ext3"; do
    rm -f theirs.img
    mke2fs -q -t $kind theirs.img 24M >/dev/null 2>&1
    want 0 "put into what mke2fs -t $kind made" "$ossim" disk put theirs.img "$src" /src
    want 0 "e2fsck finds it clean" e2fsck -fn theirs.img
    want 0 "cat gives it back" sh -c "'$ossim' disk cat theirs.img /src/dir.c | cmp - $src/dir.c"
done
want 0 "an image is sparse" test "$(du -k none.img | cut -f1)" -lt 4096
want 0 "two images made at one time are the same" env SOURCE_DATE_EPOCH=1000000000 sh -c \
    "'$ossim' disk mkfs a --size 4M && '$ossim' disk mkfs b --size 4M && cmp a b"
cp none.img damaged.img
printf '\0\0' | dd of=damaged.img bs=1 seek=1036 conv=notrunc status=none
want 4 "fsck says that faults are left" "$ossim" disk fsck damaged.img
want 0 "and changes nothing without --repair" sh -c "cmp none.img damaged.img | grep -q 'byte 103[67]'"
want 1 "fsck --repair repairs" "$ossim" disk fsck damaged.img --repair
want 0 "after which it is clean" "$ossim" disk fsck damaged.img
want 2 "no image" "$ossim" disk ls nowhere.img
want 2 "no file system" "$ossim" disk fsck "$src/fs.h"
want 2 "no such path" "$ossim" disk cat none.img /nothing
want 2 "no size" "$ossim" disk mkfs new.img
want 2 "too small" "$ossim" disk mkfs new.img --size 8K
want 2 "a wrong block size" "$ossim" disk mkfs new.img --size 8M --block 512
want 2 "an unknown action" "$ossim" disk format none.img
cp none.img before.img
head -c 20000000 /dev/zero | tr '\0' x >big
want 2 "a file that does not fit" "$ossim" disk put none.img big /
want 0 "leaves the image as it was" cmp none.img before.img
echo "disk.sh: $((n - failed)) of $n as expected"
[ $failed = 0 ]
