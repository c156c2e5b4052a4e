#!/bin/sh
# start_order.sh OSSIM >src/start.ld: the functions that small runs execute, object by object,
# as a script for the linker that places them before all others. To be run again (by valgrind)
# when starting has become slower; a name that is gone does no harm.
set -e
ossim=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat >"$dir/w.json" <<'W'
{"ossim": 1, "processes": [{"name": "a", "bursts": [{"cpu": 5}, {"io": 3}, {"cpu": 5}]},
                           {"name": "b", "arrival": 1, "bursts": [{"cpu": 5}]}]}
W
for options in --quiet '--quiet --json -' ''; do
    valgrind -q --tool=callgrind --callgrind-out-file="$dir/out" "$ossim" run "$dir/w.json" $options >/dev/null
    callgrind_annotate --threshold=100 "$dir/out" >>"$dir/all"
done
cat <<'HEAD'
/* What a small run executes stands together: a page touched for the first time costs as much
 * as a thousand instructions, and these functions would touch a hundred pages. Made by
 * tests/tools/start_order.sh. */
SECTIONS
{
    .text.start :
    {
HEAD
sed -nE "s|^.*[ /](src/[a-z/_0-9]+)\.c:([A-Za-z0-9_]+)[^ ]* \[$ossim\]\$|\1 \2|p" "$dir/all" |
    sort -u | awk '
        $1 != file { if (file) print line ")"; file = $1; line = "        *" file ".o(" }
        { more = ".text." $2 " .text." $2 ".*"
          if (length(line) + length(more) > 96) { print line; line = "            " }
          line = line (line ~ /[( ]$/ ? "" : " ") more }
        END { print line ")" }'
cat <<'TAIL'
    }
}
INSERT BEFORE .text;
TAIL
