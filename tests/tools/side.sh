#!/bin/sh
# side.sh COMMAND... < NAMES - runs "COMMAND NAME" for each name of standard input, as many
# side by side as there are processors. What each prints comes whole, at its end, under its
# name; the names that failed stand at the end again. Exit status 1 if any did.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export dir
xargs -P "$(nproc)" -I{} sh -c '
    name=$1
    shift
    out=$(mktemp "$dir/XXXXXX")
    start=$(date +%s)
    "$@" "$name" >"$out" 2>&1 </dev/null || echo "$name" >>"$dir/failed"
    { printf "== %s (%d s)\n" "$name" $(($(date +%s) - start)); cat "$out"; } >"$out.whole"
    cat "$out.whole"
' side {} "$@"
[ -s "$dir/failed" ] || exit 0
echo "FAILED: $(tr '\n' ' ' <"$dir/failed")"
exit 1
