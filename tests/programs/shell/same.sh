x=5; echo $x "$x" '$x' ${x}y "${x}"z
echo a > f1; echo b >> f1; wc -l < f1; wc -w f1; wc -c < f1
cat nosuch > out 2>&1; wc -l < out
cat nosuch 2>&1 > out | wc -l; wc -l < out
cat nosuch 2> err; wc -l < err; echo two >> err 2> err2; wc -l < err
echo to-err 2> err >&2; cat err; wc -c < f1 2>&1 | wc -l
true && echo yes || echo no
false && echo yes || echo no
: ; echo $?
mkdir d; cd d; true; cd ..
mkdir -p p/q/r && mkdir -p p/q/r && echo twice; mkdir p 2> err || echo there already
echo deep > p/q/r/file; cp -r p c; cat c/q/r/file; cp c/q/r/file c/copy; cat c/copy
mkdir into; cp -r p into; cat into/p/q/r/file; cp f1 c/copy into; cat into/f1 into/copy
cp f1 f1 2> err || cat f1; cp p nope 2> err || echo no folder; cp -r p p/q 2> err || echo not into itself
echo 10 > n1; echo 9 >> n1; echo 10 >> n1; sort n1; sort -n n1; sort -u n1; sort -rn n1 f1
head -1 n1; head -n 2 n1 | sort -n; grep -n 1 n1; grep -v 1 n1; grep -c 1 n1; grep -q 9 n1 && echo found
grep -q nothing n1 || echo none; grep b f1 n1
ln f1 hard; ln -s f1 soft; cat hard soft; rm f1; cat soft 2> err || echo dangling; cat hard
rm -r p c into; cat p 2> err || echo gone; rm nosuch 2> err || echo not there; rm -f nosuch && echo quiet
kill -KILL nonsense 2> err || echo no pid; kill -0 $$ && echo alive
echo one | cat | cat | wc -l; echo "a  b"   c; echo 'it''s' "a'b" a\ b
echo last
a=1 b=2; echo $a $b; a=3 sh -c 'echo $a'; echo $a
sh -c 'exit 3' || echo $?; sleep 0.01 && echo slept; echo end
