x=a.tar.gz; echo ${x%.gz} ${x%%.*} ${x#*.} ${x##*.} "${x%z}" ${x%nope} ${x#a} ${1-none} ${1:-none}
y=; echo "${y-unset}" "${y:-empty}" ${y:+set} ${x:+set} ${z:=new} $z ${y+there} "${u-a b}" ${u-a b}
p='*.gz'; echo ${x%$p} ${x%"$p"} ${x%'.gz'}
echo $((~5)) $((1<<4)) $((256>>2)) $((1 < 2)) $((3 >= 3)) $((1<<2+1)) $((7&&0))
cat <<E | wc -l
a
b
E
cat <<E; echo behind
$x ${x%.gz} $(echo sub) `echo back` \$x "quoted" 'single' \\ \n $((1+1))
E
cat <<'E'
$x $(echo sub) `back` \$x
E
	cat <<-E
		stripped	inside
	E
while read a b; do echo "$b|$a"; done <<E
1 2 3
4 5 6
E
if true; then
cat <<A
in if
A
fi
cat <<A - <<B
first
A
second
B
for i in abc b.c 'x y' '*' other; do
case $i in
    a*) echo starts with a;;
    *.c|*.h) echo C;;
    "x y") echo blank ;;
    '*') echo star;;
    (*) echo else
esac
done
case x in y) echo no;; esac; echo $?
case "" in "") echo empty; false;; esac; echo $?
p='[0-9]*'; case 12 in $p) echo number;; esac; case 12 in "$p") echo no;; *) echo literal;; esac
set -- one 'two three' 4; echo $# "$2"; shift; echo $1; set --; echo $#
for a in 1 2; do set -- $a $a; echo $*; done
eval 'v=5; echo $v'; n=v; eval "echo \$$n"; eval "w='a  b'"; echo "$w"
eval false; echo $?; eval; echo $?
true && case a in a) echo anded;; esac || echo never
case a in a) case b in b) echo nested;; esac;; esac
case $(echo hi) in h?) echo from command;; esac | cat
if true; then echo 'a
b'; fi
f=x/y.c; echo ${f##*/} ${f%/*} "${f%.c}.o"
sh -c 'echo $((1/0)) never' 2>/dev/null; echo $?
sh -c 'echo $((1 +)) never' 2>/dev/null; echo $?
sh -c 'case x in' 2>/dev/null; echo $?
sh -c 'case x in y) ;; ;; esac' 2>/dev/null; echo $?
sh -c 'echo a;; echo b' 2>/dev/null; echo $?
sh -c 'cat <<' 2>/dev/null; echo $?
echo esac case in; echo a\;\; 'b;;'
