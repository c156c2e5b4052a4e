#!/bin/bash
# images.sh DIR - the images that `make sweep` damages: of mke2fs and of ossim, with 1, 2 and 4
# KiB blocks, of revision 0, with copies, an index, bad blocks, attributes, a log to replay. They
# are made anew only if they are not there.
set -e
dir=$1
ossim=$PWD/ossim
PATH=$PATH:/sbin:/usr/sbin
# A time that is the same in every run, as far as mke2fs lets it be given.
export SOURCE_DATE_EPOCH=1700000000 E2FSPROGS_FAKE_TIME=1700000000 LC_ALL=C
[ -e "$dir/done" ] && [ "$dir/done" -nt "$0" ] && exit 0
rm -rf "$dir"
mkdir -p "$dir/t/dir/sub/leaf" "$dir/t/many" "$dir/t/empty"
cd "$dir"

# No two blocks of them are alike.
seq 1 9999 | head -c 20000 >t/dir/file
seq 10000 29999 | head -c 70000 >t/big
seq 30000 31000 | head -c 3000 | dd of=t/big bs=1 seek=900000 conv=notrunc status=none
seq 40000 50000 | head -c 5000 >t/dir/sub/deep
ln -s sub/x t/dir/fast
ln -s "$(printf 'p%.0s' {1..200})" t/dir/slow
ln t/dir/file t/hard
: >t/nothing
echo hello >t/small
for i in {1..80}; do echo "$i" >"t/many/this-is-a-long-name-to-fill-blocks-$i"; done
cp -a t u
mkfifo t/dir/fifo
cp t/big t/huge
seq 32000 33000 | head -c 3000 | dd of=t/huge bs=1 seek=68000000 conv=notrunc status=none
find t u -exec touch -h -d @$SOURCE_DATE_EPOCH {} +

debug() {
    debugfs -w -f - "$1" >/dev/null 2>&1
}

make() {
    local name=$1
    shift
    mke2fs -q -F -U 01234567-89ab-cdef-0123-456789abcdef -d t "$@"
    debug "$name.img" <<EOF
cd dir
mknod tty c 5 1
mknod disk b 8 1
cd /
ea_set big user.a value
ea_set small user.b other
ea_set big user.long $(printf 'q%.0s' {1..150})
EOF
    e2fsck -fn "$name.img" >/dev/null 2>&1
}

make a -t ext2 -b 1024 -g 1024 -N 256 a.img 4M
make b -t ext3 -b 1024 -I 128 -N 256 -J size=1 b.img 4M
make c -t ext3 -b 2048 -g 1024 -N 256 -J size=2 c.img 6M
make d -t ext2 -b 4096 -O ^resize_inode,^dir_index,^sparse_super -I 128 -g 512 -N 256 d.img 6M
printf '1500\n1501\n1700\n1701\n' >bad
make e -t ext2 -b 1024 -O ^resize_inode -l bad -N 256 e.img 3M
make h -t ext2 -b 1024 -I 128 -g 2048 -N 256 h.img 4M
e2fsck -fyD h.img >/dev/null 2>&1 || [ $? = 1 ]
make r -t ext2 -r 0 -b 1024 -N 256 -O none r.img 3M
"$ossim" disk mkfs f.img --size 3MiB --journal none --inodes 256 --block 1024 --from u >/dev/null
"$ossim" disk mkfs g.img --size 5MiB --journal ordered --inodes 256 --block 1024 --from u >/dev/null
"$ossim" disk mkfs i.img --size 8MiB --journal data --inodes 256 --block 4096 --from u >/dev/null
cp b.img j.img
seq 60000 61000 | head -c 3072 >blocks
printf 'jo\njw -b 3000,3001,3002 blocks\njc\n' | debug j.img
dumpe2fs -h j.img 2>/dev/null | grep -q needs_recovery
touch done
