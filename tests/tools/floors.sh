#!/bin/bash
# floors.sh BUILD - the house keeps its floors.
#
# 1. A folder includes only folders on lower floors (and its own, and <ossim/...>).
# 2. The core calls nothing of the C library but memory and string functions that are
#    pure, and has no writable data of its own: no files, clock, allocation, globals.
# 3. stat and formats touch no file, terminal, clock or environment.
# 4. A header that says "Only for:" is included by those files alone: the services' insides.
# 5. Files of a room do not know each other in circles (circles.sh says what that means).
# 6. Nobody asks which kind of body a task has: what is so of it stands in kern/body.h.
build=${1:?}
bad=0
say() { echo "floors: $*" >&2; bad=1; }

declare -A may=(
    [sim]="" [cpu]="sim" [sched]="sim" [fs]="sim" [stat]="sim" [host]=""
    [formats]="sim stat" [asm]="sim cpu" [mm]="sim cpu" [kern]="sim cpu sched fs mm"
    [machine]="sim cpu sched fs mm kern"
    [lab]="host stat formats asm mm machine sim" [tui]="host stat formats machine sim"
    [grade]="host stat formats machine lab sim"
    [cmd]="sim cpu sched fs stat host formats asm mm kern machine lab tui grade"
)
# config.h and the other plain headers of the engine are what machines are made from;
# host/check.c stands behind the port sim/check.h.
declare -A also=( [host/check.c]="sim" [host/plugin.c]="sim" )

for dir in src/*/; do
    room=$(basename "$dir")
    [ -n "${may[$room]+x}" ] || { say "src/$room is no room of the house"; continue; }
    while IFS=: read -r file _ include; do
        [[ $include =~ \#include\ \<([a-z]+)/[a-z_0-9/]*\.(h|def|inc)\> ]] || continue
        to=${BASH_REMATCH[1]}
        [ -d "src/$to" ] || continue
        [ "$to" = "$room" ] && continue
        allowed="${may[$room]} ${also[${file#src/}]}"
        [[ " $allowed " == *" $to "* ]] || say "$file includes <$to/...>, which is not below $room"
    done < <(grep -rn '#include <' "$dir" --include='*.c' --include='*.h' --include='*.inc')
done
# A private header names who may include it, so that nobody goes round the door: files of
# its own room by their names, others as room/file, whole rooms as room/.
may_read() {    # FILE HEADER WHO...
    local file=${1#src/} room=$(dirname "${2#src/}") who
    shift 2
    for who; do
        case $who in
        */)  [[ $file == "$who"* ]] && return ;;
        */*) [ "$file" = "$who" ] && return ;;
        *)   [ "$file" = "$room/$who" ] && return ;;
        esac
    done
    false
}
while read -r header; do
    room=$(dirname "${header#src/}") base=$(basename "$header")
    for_whom=$(sed -n '/Only for:/,/^ \*\/\|^ \*$/p' "$header" | sed 's/.*Only for://; s/^ \*//' | tr '\n' ' ')
    while read -r file; do
        may_read "$file" "$header" $for_whom || say "$file includes $header, which is only for $for_whom"
    done < <(grep -rlE "#include <$room/$base>" src --include='*.c' --include='*.h'
             grep -lE "#include \"$base\"" "src/$room"/*.[ch])
done < <(grep -rl ' Only for:' src --include='*.h')
while read -r line; do say "$line: only <ossim/...> and the types of C"; done \
    < <(grep -n '#include <' include/ossim/* | grep -v '<ossim/\|<std[a-z]*\.h>')

# A kind is chosen where a task is made, and nowhere compared: neither it, nor its ops, nor
# their name.
choose='src/kern/(kern\.h|kern\.c|life\.c|birth\.c)'
kinds='\bBODY_[A-Z]+\b'
asked="[!=]= *($kinds|&body_[a-z])|($kinds|&body_[a-z]+) *[!=]=|case +$kinds"
asked+="|[>.]body *[!=]=|switch *\(.*[>.]body\)|body_of\([^)]*\)( *[!=]=|->name)"
while read -r line; do say "$line: asks which kind of body a task has"; done < <(
    grep -rnE "$kinds" src --include='*.[ch]' | grep -vE "^$choose:"
    grep -rnE "$asked" src --include='*.[ch]')

pure='mem(cpy|set|cmp|move|chr)|str(len|cmp|ncmp|chr|nlen|spn|cspn)|check_failed|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__[a-z]*[dt]i[34]'
objects() { find "${@/#/src/}" -name '*.c' -not -path '*/preload/*' 2>/dev/null | sed "s|^|$build/|; s|c\$|o|"; }
core=$(objects sim cpu sched fs mm kern machine)
defined=$(mktemp)
trap 'rm -f "$defined"' EXIT
nm -g --defined-only $core | awk 'NF==3 {print $3}' | sort -u >"$defined"
while read -r line; do say "$line"; done < <(
    nm -A -u $core | awk -v pure="^($pure)\$" -v ours="$defined" '
        BEGIN { while ((getline name < ours) > 0) is_ours[name] = 1 }
        { sub(/:$/, "", $1); if ($NF !~ pure && !($NF in is_ours)) print $1 " calls " $NF }'
    objdump -t $core | awk '
        /file format/ { object = $1; sub(/:$/, "", object) }
        NF > 4 && $(NF-2) ~ /^(\.data|\.bss|\*COM\*|\.t(data|bss))$/ && $NF !~ /^\./ {
            print object " has writable data: " $NF }')

touching='f?open|creat|read|write|close|[a-z]*stat|getenv|time|clock.*|gettimeofday|isatty|printf|puts|putchar|fprintf|fputs|fwrite|perror|system|exec.*|fork|socket|random|rand|exit|_exit'
while read -r line; do say "$line"; done < <(
    nm -A -u $(objects stat formats) | awk -v touching="^($touching)\$" '
        { sub(/:$/, "", $1); if ($NF ~ touching) print $1 " calls " $NF }')
for room in sched stat host formats mm cmd; do
    while read -r line; do say "$line"; done < <(tests/tools/circles.sh "$build" $room 1)
done
while read -r line; do say "$line"; done < <(tests/tools/circles.sh "$build" kern 3)
[ $bad = 0 ] && echo "floors: every include points down, the core calls nobody"
exit $bad
