echo a > a.c; echo b > b.c; echo h > .h.c; echo s > 'sp ace.c'; echo *.c; echo [a]*.c; echo ?.c; echo "*.c" \*.c '*'; echo nomatch*; cat *.c
echo "a'b" 'a"b' a\"b "a\"b" "\$x"
echo 'FROM=yes; echo in $1' > src.sh; . ./src.sh; echo $FROM
echo '#!/bin/sh' > scr.sh; echo 'echo $# "$2" "$@"; exit 2' >> scr.sh; chmod +x scr.sh; ./scr.sh 1 "2 3"; echo $?
echo 1 > nums; echo 2 >> nums; while read n; do echo n$n; done < nums
/ 2>/dev/null; echo $?; ./nums 2>/dev/null; echo $?
echo quoted \"x\" "new
line" 'and
another'
cat nosuch > out 2>&1; wc -l < out; cat nosuch 2>&1 >/dev/null | wc -l
x=5; echo $x "$x" '$x' ${x}y "${x}"z
y='a  b   c'; echo $y; echo "$y"
for i in 1 2 3; do echo $i; done
for f in *.c; do echo file $f; done
for f in *.c; do echo "<$f>"; done
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done; echo end $i
until [ $i -eq 0 ]; do i=$((i - 1)); done; echo $i
if [ -f a.c ]; then echo yes; else echo no; fi
if [ -f zz ]; then echo yes; elif [ -d . ]; then echo dir; else echo no; fi
if false; then echo x; fi; echo $?
echo $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((7%3)) $((-3)) $((1<2)) $((2==2)) $((!1)) $((x+1)) $(($x*2))
echo $(echo a; echo b) "$(echo a; echo b)" `echo back`
z=$(false); echo $?; z=$(echo q); echo $? $z
(cd /; pwd); pwd | wc -l
{ echo a; echo b; } | wc -l
(exit 3); echo $?; ! true; echo $?; ! false; echo $?
echo one; echo two > f; echo three >> f; cat < f; cat f | sort -r | head -n 1
cat nosuch 2> err; wc -l < err
true && echo a || echo b; false && echo a || echo b; false || false || echo c
sh -c 'echo $0 $1 $#' name one two
set_=1; unset set_; echo "[${set_:-default}]" ${#x} ${y:-no}
export E=7; sh -c 'echo $E'; V=1 sh -c 'echo $V'; echo "[$V]"; W=2; sh -c 'echo "[$W]"'
for a in 1 2; do for b in x y; do if [ $b = y ]; then continue 2; fi; echo $a$b; done; done
for a in 1 2 3; do if [ $a = 2 ]; then break; fi; echo $a; done
while true; do break; done; echo $?
echo a b c | while read p q; do echo "$q-$p"; done
echo x > "sp ace"; cat "sp ace"; cat sp\ ace
echo a;echo b&wait;echo c
echo hi # comment
echo a#b '#c' "#d"
a=1 b=2; echo $a$b; a=$b; echo $a
echo ${x}$x$$ | wc -w
test -z "" && echo z; test -n "" || echo n; [ a = a ] && echo eq; [ a != b ] && echo ne; [ ! -e zz ] && echo not
[ 5 -gt 3 ] && echo gt; [ -d / ] && echo d; [ abc ] && echo s; [ "" ] || echo e
if true
then
  echo multi
  for i in a b
  do echo $i
  done
fi
while false; do :; done
x="multi
line"; echo "$x"; echo $x
echo a \
  b
true &&
echo after-and
echo p |
cat
( echo sub; exit 4 ); echo $?
exit_=1; sh -c 'exit 7'; echo $?
cd /; cd - > /dev/null; cd "$OLDPWD"; cd - >/dev/null
echo $#; echo "$@"; echo "$*"; for a in "$@"; do echo "[$a]"; done; for a; do echo "($a)"; done; shift; echo $1 $#
for a in $*; do echo "{$a}"; done
exec 3> third; echo to3 >&3; exec 3>&-; cat third
>empty; wc -c < empty
a=; echo "[$a]" $a end
echo $nothing "$nothing" | wc -w
e="echo dyn"; $e amic
echo "a  $(echo "in  ner")  b"
if ! false && true; then echo both; fi
for i in 1; do echo $i; done | cat > loopout; cat loopout
if true; then echo t; fi > ifout; cat ifout
{ echo g; } 2>/dev/null
sh -c 'kill -9 $$'; echo $?
nosuchcmd 2>/dev/null; echo $?
echo ~ | wc -l; echo a~b
[ -f a.c ] && [ -f b.c ] && echo both there
echo "$((2 + 3))" $(($(echo 4)+1))
echo {a} a}b
if [ $# -gt 0 ]; then echo args; fi
wait; echo done $?
sleep 0.01 & echo $! | wc -w; wait $!; echo $?
sh -c 'exit 9' & wait $!; echo $?
all="$@"; echo "$all"; all=x"$@"y$#; echo "$all"; echo "$@" > "f$#"; ls f2
exit 6
