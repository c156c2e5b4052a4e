#!/bin/bash
# beside.sh - writes beside_*.txt anew: what Linux itself answers to beside_*.c, on a fresh ext2 of
# its own that is mounted and made the root. Needs root, a loop device, mke2fs and static libc.
# CI only compares with what stands there: tests/cmd/files.sh. Recorded on Linux 6.18.
set -e
cd "$(dirname "$0")"
dir=$(mktemp -d)
trap 'umount "$dir/m/proc" "$dir/m" 2>/dev/null; rm -rf "$dir"' EXIT
mkdir "$dir/m"
for source in beside_*.c; do
    name=${source%.c}
    cc -D_GNU_SOURCE -static -O1 -w -o "$dir/$name" "$source"
    truncate -s 16M "$dir/$name.img"
    mke2fs -q -t ext2 -O ^dir_index -b 1024 "$dir/$name.img"
    mount -o loop -t ext2 "$dir/$name.img" "$dir/m"
    mkdir "$dir/m/dev" "$dir/m/proc"
    mount -t proc proc "$dir/m/proc"
    for device in null:3 zero:5 full:7; do
        mknod -m 666 "$dir/m/dev/${device%:*}" c 1 "${device#*:}"
    done
    cp "$dir/$name" "$dir/m/prog"
    chroot "$dir/m" /prog </dev/null >"$name.txt"
    umount "$dir/m/proc" "$dir/m"
done
