#!/bin/bash
# images.sh DIR - the images that `make sweep` damages: of mke2fs and of ossim, with 1, 2 and 4
# KiB blocks, of revision 0, with copies, an index, bad blocks, attributes, a log to replay. They
# are made anew only if they are not there.
#
# Every byte of them is the same wherever and whenever they are made, so that a seed gives the
# same cases everywhere: folders are filled by debugfs, in the order that stands here (mke2fs -d
# takes names as the host's folder has them, and times of its inodes), at a time that is given to
# each tool, and with rights that no umask takes away.
set -e
dir=$1
ossim=$PWD/ossim
PATH=$PATH:/sbin:/usr/sbin
now=1700000000
export SOURCE_DATE_EPOCH=$now E2FSPROGS_FAKE_TIME=$now LC_ALL=C TZ=UTC
export MKE2FS_CONFIG=mke2fs.conf E2FSCK_CONFIG=/dev/null
[ "$dir/done" -nt "$0" ] && [ "$dir/done" -nt "$ossim" ] && exit 0
umask 022
rm -rf "$dir"
mkdir -p "$dir/t/dir/sub/leaf" "$dir/t/many" "$dir/t/empty"
cd "$dir"

# Debian's, less what may be changed in /etc.
cat >mke2fs.conf <<EOF
[defaults]
    base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
    default_mntopts = acl,user_xattr
    enable_periodic_fsck = 0
    inode_size = 256
[fs_types]
    ext3 = {
        features = has_journal
    }
EOF

# No two blocks of them are alike.
seq 1 9999 | head -c 20000 >t/dir/file
seq 10000 29999 | head -c 70000 >t/big
seq 30000 31000 | head -c 3000 | dd of=t/big bs=1 seek=900000 conv=notrunc status=none
seq 40000 50000 | head -c 5000 >t/dir/sub/deep
ln -s sub/x t/dir/fast
slow=$(printf 'p%.0s' {1..200})
ln -s "$slow" t/dir/slow
ln t/dir/file t/hard
: >t/nothing
echo hello >t/small
for i in {1..80}; do echo "$i" >"t/many/this-is-a-long-name-to-fill-blocks-$i"; done
cp -a t u
cp t/big t/huge
seq 32000 33000 | head -c 3000 | dd of=t/huge bs=1 seek=68000000 conv=notrunc status=none
find t u -exec touch -h -d @$now {} +

# The same tree, as debugfs makes it.
{
    echo "set_current_time @$now"
    for d in dir dir/sub dir/sub/leaf empty many; do echo "mkdir $d"; done
    for f in big dir/file dir/sub/deep huge nothing small; do echo "write t/$f $f"; done
    for i in {1..80}; do
        echo "write t/many/this-is-a-long-name-to-fill-blocks-$i many/this-is-a-long-name-to-fill-blocks-$i"
    done
    echo "symlink dir/fast sub/x"
    echo "symlink dir/slow $slow"
    echo "ln dir/file hard"
    echo "sif dir/file links_count 2"
    echo "cd dir"
    echo "mknod tty c 5 1"
    echo "mknod disk b 8 1"
    echo "mknod fifo p"
    echo "cd /"
    echo "ea_set big user.a value"
    echo "ea_set small user.b other"
    echo "ea_set big user.long $(printf 'q%.0s' {1..150})"
} >tree

# What debugfs cannot do it says on its error output, and ends with 0 all the same.
debug() {
    debugfs -w -f - "$1" >debug.out 2>&1
}

make() {
    local name=$1
    shift
    mke2fs -q -F -U 01234567-89ab-cdef-0123-456789abcdef \
        -E hash_seed=fedcba98-7654-3210-fedc-ba9876543210 "$@" >/dev/null 2>&1
    debug "$name.img" <tree
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
printf '%s\n' "set_current_time @$now" "ssv lastcheck @$now" | debug h.img
make r -t ext2 -r 0 -b 1024 -N 256 -O none r.img 3M
"$ossim" disk mkfs f.img --size 3MiB --journal none --inodes 256 --block 1024 --from u >/dev/null
"$ossim" disk mkfs g.img --size 5MiB --journal ordered --inodes 256 --block 1024 --from u >/dev/null
"$ossim" disk mkfs i.img --size 8MiB --journal data --inodes 256 --block 4096 --from u >/dev/null
cp b.img j.img
seq 60000 61000 | head -c 3072 >blocks
printf 'jo\njw -b 3000,3001,3002 blocks\njc\n' | debug j.img
# A commit has the time of the day.
head -c 12 /dev/zero | dd of=j.img bs=1 conv=notrunc status=none \
    seek=$(($(debugfs -R 'bmap <8> 5' j.img 2>/dev/null) * 1024 + 48))
dumpe2fs -h j.img 2>/dev/null | grep -q needs_recovery
touch done
