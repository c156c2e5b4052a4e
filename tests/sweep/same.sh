#!/bin/bash
# same.sh - images.sh makes the same bytes at another time, in another folder, under another
# umask and time zone: so a seed of `make sweep` gives the same cases everywhere.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tests/sweep/images.sh "$dir/a" || exit 1
sleep 1.1                       # all that has seconds in it would differ
(umask 077; TZ=Asia/Tokyo tests/sweep/images.sh "$dir/b/c") || exit 1
failed=0 n=0
for image in "$dir"/a/*.img; do
    n=$((n + 1))
    cmp "$image" "$dir/b/c/${image##*/}" || failed=$((failed + 1))
done
[ $failed = 0 ] && [ $n = 11 ] || { echo "FAIL $failed of $n images differ"; exit 1; }
echo "ok   $n images are the same twice"
