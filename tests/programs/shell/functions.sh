f() { echo "f $# $1 $2 $0" | sed "s|$0|shell|"; }; f a "b c"; f; echo "$# $1"
g() { return 3; echo not; }; g; echo $?; g || echo failed; if g; then echo yes; else echo no; fi
h() { echo in; false; }; h; echo $?; h() { echo anew; }; h
k() (cd /; x=sub; pwd); x=top; k; echo $x; k | wc -l
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }; fact 10
count() { [ $1 -eq 0 ] && return; printf '%s ' $1; count $(($1 - 1)); }; count 12; echo
m() { local x=1 y; y=2; echo $x $y; n; echo $x; }; n() { x=5; }; x=outer y=kept; m; echo $x $y
many() { for i in "$@"; do [ "$i" = stop ] && return 7; echo "<$i>"; done; }; many a 'b c' stop d; echo $?
for i in 1 2 3; do brk() { return 4; }; brk; echo $i $?; done
out() { echo to out; echo to err >&2; }; out > o 2>&1; wc -l < o; out 2> /dev/null | tr a-z A-Z
sh_args() { set -- x y z; echo $# $1; shift; echo $1; }; sh_args p; echo $# $1
body() {
    case $1 in
    a) echo one ;;
    *) while read l; do echo "read $l"; done ;;
    esac
}
body a; printf '1\n2\n' | body b
doc() { cat <<END
here $1
END
}
doc text
later() { early; }; early() { echo early; }; later
unset -f early; later 2>/dev/null; echo $?; type_is=$(type h 2>/dev/null); echo ${type_is%%is*}
V=5 h; nested() { inner() { echo inner $1; }; inner x; }; nested; inner y; redefines() { redefines() { echo second; }; echo first; }; redefines; redefines
echo 'echo sourced; return 4; echo not' > src; . ./src; echo $?
while :; do w() { break; }; w 2>/dev/null; break; done; echo after
(trap 'echo bye' EXIT; echo hi); (trap 'echo bye $?' EXIT; exit 3); echo $?
sh -c 'trap "echo end" EXIT; trap "echo int" INT; kill -INT $$; echo after'; echo $?
sh -c 'trap "" TERM; kill -TERM $$; echo lives; trap - TERM; kill -TERM $$; echo not'; echo $?
sh -c 'trap "echo usr; x=1" USR1; x=0; while [ $x = 0 ]; do kill -USR1 $$; done; echo $x'
sh -c 'trap "echo caught" TERM; (sleep 0.05; kill -TERM $$) & sleep 0.2; echo slept; wait; echo ok'
sh -c 'trap "echo caught" TERM; sleep 1 & (sleep 0.05; kill -TERM $$) & wait $!; wait $!; kill $!; echo $?' 2>/dev/null | head -1
sh -c 'trap "echo sub" EXIT; (echo in); x=$(echo y); echo $x; echo p | cat'
sh -c 'trap "echo e1" EXIT; trap - EXIT; trap "echo e2" EXIT; exit 4'; echo $?
sh -c 'trap "echo a" INT EXIT; trap; trap - INT; trap'
sh -ec 'false; echo not'; echo $?; sh -ec 'false || echo or; if false; then :; fi; ! true; echo end'; echo $?
sh -c 'set -e; f() { false; echo not; }; f; echo not'; echo $?; sh -c 'set -e; f() { false; echo yes; }; f && echo tested; f || :; echo end'; echo $?
sh -c 'set -e; x=$(false); echo not'; echo $?; sh -c 'set -e; (exit 3); echo not'; echo $?; sh -c 'set -e; false | true; echo yes; true | false; echo not'; echo $?
sh -c 'set -e; trap "echo bye" EXIT; for i in 1 2; do echo $i; [ $i = 1 ]; done; echo not'; echo $?
sh -c 'set -e; while false; do :; done; until true; do :; done; true && false || true; set +e; false; echo end'
sh -uc 'echo ${x:-d} "$@" $#; echo $x; echo not' 2>/dev/null; [ $? -ne 0 ] && echo refused
sh -uc 'x=; echo "[$x]" ${#x}; y=$((x + 1)); echo $y; echo $z; echo not' 2>/dev/null; [ $? -ne 0 ] && echo refused
sh -uc 'echo $1' 2>/dev/null || echo refused; sh -uc 'echo $1' a b; set -u; set +u; echo "[$nothing_here]"
sh -c 'echo ${x:?}; echo not' 2>/dev/null || echo refused; x=; sh -c 'x=; echo "[${x?}]"; echo ${x:?said}; echo not' 2>/dev/null || echo refused
(set -x; echo shown; : "a b") 2>&1 | head -1
set -- a b; echo $#; set -eu x y; set +eu; echo $# $1; set -- -n; echo "$1"; set --; echo $#
echo $((5 & 6)) $((5 | 2)) $((5 ^ 1)) $((1 ? 2 : 3)) $((0 ? 2 : 1 ? 4 : 5)) $((2 < 1 ? 7 : 8)) $((~5 & 7)) $((1 << 3 | 1)) $((6 & 3 == 3))
x=4; echo $((x = 7)) $x $((x += 2)) $x $((x -= 1)) $((x *= 3)) $((x /= 5)) $((x %= 3)) $((x <<= 4)) $((x >>= 1)) $((x |= 3)) $((x &= 6)) $((x ^= 5))
echo $((y = x = 3)) $y $((0 && (y = 9))) $((1 || (y = 9))) $y $((0 ? (y = 9) : y)) $((1 || 1 / 0)) $((0 && 1 / 0)) $((x == 3)) $((x != 3)) $((x >= 3)) $((x<=2))
echo $((-7 / 2)) $((-7 % 2)) $((- -3)) $((!0 + 1)) $((010 + 0x10)) $((1 - 1 - 1)) $((2 * 3 % 4)); (echo $((1 / 0))) 2>/dev/null || echo no; (echo $((1 +))) 2>/dev/null || echo no
i=0; while [ $((i += 1)) -lt 4 ]; do [ $i = 2 ] && continue; echo $i; done; until [ $i -eq 0 ]; do i=$((i - 1)); [ $i = 1 ] && break; done; echo $i
