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
# What an inode calls its size may be more than any host has room for: 16 GB of this are a hole.
cp none.img huge.img
debugfs -w -R 'set_inode_field /fs.h size 16000000000' huge.img >/dev/null 2>&1
want 0 "get leaves holes" timeout 20 "$ossim" disk get huge.img /fs.h huge
want 0 "which take no room" sh -c "test \$(stat -c %s huge) = 16000000000 -a \$(du -k huge | cut -f1) -lt 1024"
want 0 "and begin behind the text" cmp -n "$(stat -c %s "$src/fs.h")" huge "$src/fs.h"
want 0 "stat skips them" timeout 20 "$ossim" disk stat huge.img /fs.h
rm huge
for size in 1099511627776 18446744073709551615; do
    debugfs -w -R "set_inode_field /fs.h size $size" huge.img >/dev/null 2>&1
    want 2 "a size that no file can have" timeout 20 "$ossim" disk get huge.img /fs.h huge
done
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
says() { # TEXT IMAGE COMMAND...: refused with that text, and the image stays as it is
    local text=$1 image=$2
    shift 2
    cp "$image" kept.img
    want 0 "$* says: $text" sh -c '"$@" 2>err; test $? = 2 && grep -qF -e "$0" err' "$text" "$@"
    want 0 "and leaves the image" cmp "$image" kept.img
}
mke2fs -q -F -t ext4 ext4.img 2M >/dev/null 2>&1
says "not supported: extent, 64bit, flex_bg" ext4.img "$ossim" disk ls ext4.img
mke2fs -q -F -t ext2 -O uninit_bg,quota ro.img 2M >/dev/null 2>&1
says "allow reading only: uninit_bg, quota" ro.img "$ossim" disk put ro.img "$src/fs.h" /
want 0 "which can be read" "$ossim" disk ls ro.img
printf '\002\0\0\200' | dd of=ro.img bs=1 seek=1120 conv=notrunc status=none
says "not supported: FEATURE_I31" ro.img "$ossim" disk ls ro.img
chmod a-w none.img
says "read-only" none.img "$ossim" disk put none.img "$src/fs.h" /
says "read-only" none.img "$ossim" disk fsck --repair none.img
says "read-only" none.img "$ossim" disk mkfs none.img
chmod u+w none.img
says "ls has no option '--repair'" none.img "$ossim" disk ls none.img --repair
says "--block cannot be '512' (expected 1024, 2048 or 4096)" none.img \
    "$ossim" disk mkfs none.img --block 512
says "there is no 'disk format'" none.img "$ossim" disk format
says "more inodes than its groups can have" none.img "$ossim" disk mkfs none.img --inodes 99999
cp none.img before.img
head -c 20000000 /dev/zero | tr '\0' x >big
want 2 "a file that does not fit" "$ossim" disk put none.img big /
want 0 "leaves the image as it was" cmp none.img before.img
echo "disk.sh: $((n - failed)) of $n as expected"
[ $failed = 0 ]
