#!/bin/bash
# floors.sh BUILD - the house keeps its floors.
#
# 1. A folder includes only folders on lower floors (and its own, and <ossim/...>).
# 2. The core calls nothing of the C library but memory and string functions that are
#    pure, and has no writable data of its own: no files, clock, allocation, globals.
# 3. stat and formats touch no file, terminal, clock or environment.
build=${1:?}
bad=0
say() { echo "floors: $*" >&2; bad=1; }

declare -A may=(
    [sim]="" [cpu]="sim" [sched]="sim" [fs]="sim" [stat]="sim" [host]=""
    [formats]="sim stat" [mm]="sim cpu" [kern]="sim cpu sched fs mm"
    [machine]="sim cpu sched fs mm kern"
    [lab]="host stat formats machine sim" [tui]="host stat formats machine sim"
    [grade]="host stat formats machine lab sim"
    [cmd]="sim cpu sched fs stat host formats mm kern machine lab tui grade"
)
# config.h and the other plain headers of the engine are what machines are made from;
# host/check.c stands behind the port sim/check.h.
declare -A also=( [host/check.c]="sim" [host/plugin.c]="sim" )

for dir in src/*/; do
    room=$(basename "$dir")
    [ -n "${may[$room]+x}" ] || { say "src/$room is no room of the house"; continue; }
    while IFS=: read -r file _ include; do
        to=$(sed -n 's/.*#include <\([a-z]*\)\/[a-z_0-9\/]*\.\(h\|def\|inc\)>.*/\1/p' <<<"$include")
        [ -n "$to" ] && [ -d "src/$to" ] || continue
        [ "$to" = "$room" ] && continue
        allowed="${may[$room]} ${also[${file#src/}]}"
        [[ " $allowed " == *" $to "* ]] || say "$file includes <$to/...>, which is not below $room"
    done < <(grep -rn '#include <' "$dir" --include='*.c' --include='*.h' --include='*.inc')
done
while read -r line; do say "$line: only <ossim/...> and the types of C"; done \
    < <(grep -n '#include <' include/ossim/* | grep -v '<ossim/\|<std[a-z]*\.h>')

pure='mem(cpy|set|cmp|move|chr)|str(len|cmp|ncmp|chr|nlen|spn|cspn)|check_failed|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__[a-z]*[dt]i[34]'
objects() { find "${@/#/src/}" -name '*.c' 2>/dev/null | sed "s|^|$build/|; s|c\$|o|"; }
core=$(objects sim cpu sched fs mm kern machine)
defined=$(nm -g --defined-only $core | awk 'NF==3 {print $3}' | sort -u)
for o in $core; do
    while read -r sym; do
        grep -qxE "$pure" <<<"$sym" && continue
        grep -qxF -- "$sym" <<<"$defined" || say "$o calls $sym"
    done < <(nm -u "$o" | awk '{print $2}')
    while read -r sym; do say "$o has writable data: $sym"; done \
        < <(objdump -t "$o" | awk 'NF > 4 && $(NF-2) ~ /^(\.data|\.bss|\*COM\*|\.t(data|bss))$/ &&
                                   $NF !~ /^\./ {print $NF}')
done

touching='f?open|creat|read|write|close|[a-z]*stat|getenv|time|clock.*|gettimeofday|isatty|printf|puts|putchar|fprintf|fputs|fwrite|perror|system|exec.*|fork|socket|random|rand|exit|_exit'
for o in $(objects stat formats); do
    while read -r sym; do
        grep -qxE "$touching" <<<"$sym" && say "$o calls $sym"
    done < <(nm -u "$o" | awk '{print $2}')
done
[ $bad = 0 ] && echo "floors: every include points down, the core calls nobody"
exit $bad
