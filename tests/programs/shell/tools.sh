exec 2>/dev/null; mkdir work; cd work
echo "the cat sat on the mat" > p; echo "and the dog looked on" >> p; echo "While the process slept" >> p; echo "other.dot" >> p
mkdir -p d/e; echo x > d/e/f; echo yy > d/g; ln -s p s; echo > .hid
ls; ls -1; ls -a; ls -A; ls -d d; ls -R; ls d p; ls -r; ls -S; ls -F; ls d/g; ls -d .;  ls d d/e
grep the p; grep -n the p; grep -i WHILE p; grep -v the p; grep -c the p; grep -l the p d/g; grep -r yy .; grep '^the' p; grep 'cat.*mat' p; grep -w the p; grep -E 'cat|dog' p; grep -o the p; grep -q the p && echo q; grep the p s; grep -h the p s; grep -F 'r.d' p; grep 'r.d' p; grep -x 'other.dot' p; grep -e dog p; grep -vc the p; grep -in 'WHILE' p; grep '[a-c]at' p; grep 'n$' p; grep -s x nosuch || echo none; grep zz p; echo $?; cat p | grep -c .; grep -ow 'o[a-z]*' p; grep -no the p
sort p; sort -r p; sort -k 2 p; sort -k 3,3 p; sort -f p; sort -u p p; for l in '10 b' '9 a' '10 a' '-1 c' '2.5 d'; do echo "$l"; done > n; sort n; sort -n n; sort -rn n; sort -k 2 n; sort -k2,2 -k1 n >/dev/null; sort -nk1 n; sort -k2r n; echo a:3:z > c; echo b:1:y >> c; echo c:2:x >> c; sort -t : -k 2 c; sort -t: -k2n c; sort -t: -k3 c; sort -t: -k3,3 -r c; sort -o o p; cat o; sort -b p; sort nosuch || echo bad
head -n 1 p; head -1 p; head -c 5 p; echo; head p s; head -n 0 p; head -n 2 < p; head nosuch; echo $?
tail -n 1 p; tail -1 p; tail -n 2 < p; tail -c 4 p; tail -n 0 p; tail -n 99 p; echo a > nonl; echo -n b >> nonl; tail -n 1 nonl; echo; tail -n 1 /dev/null
echo -n no; echo; echo "a  b"; echo -n; echo
cat -n p; cat -n p d/g; cat p - < d/g
touch new; ls -l new | grep -o '^..........'; touch -c nope; ls nope || echo none
mkdir -m 700 m; ls -ld m | grep -o '^..........'; mkdir m; echo $?; mkdir -p m/a/b m/c; ls -R m; rmdir m/c; ls m; rmdir m; echo $?; rmdir nosuch; echo $?
cp p p2; cp -r d d2; ls -R d2; cp -p p p3; cp p d; ls d; cp -a d d3; ls -R d3; cp d dx; echo $?; cp p nosuch/x; echo $?; cp p2 p3 d; ls d
mv p2 p4; mv p3 p4 d; ls d; mv nosuch x; echo $?; mv d2 d4; ls d4
ln p hard; ln -s p soft; ln -sf d/g soft; cat soft; ln -s p d; ls -l d | grep -c -- '->'; ln p hard; echo $?; ln -f p hard; cat hard | wc -l
rm hard; rm nosuch; echo $?; rm -f nosuch; echo $?; rm d; echo $?; rm -r d3; rm -rf d4; ls; rm -rf; echo $?
for m in 600 u+x +w a-r,u+r go=rx u=rwx,go= +x a+rwx o-w ug+s u-s,g-s +t 4755 a=; do chmod $m p; ls -l p | grep -o '^..........'; done; chmod 644 p;  chmod -R 755 d; ls -lR d | grep -o '^[-d]rw.......'
dd if=p of=q bs=10 count=2 2>/dev/null; cat q; echo; dd if=p of=q bs=2 skip=2 seek=1 count=3 conv=notrunc status=none; cat q; echo; dd if=p bs=1k status=none | wc -c; dd if=nosuch status=none; echo $?
wc -l p; wc -c < p; wc -w p; wc nosuch 2> err; echo $?
mkdir y; echo 1 > y/f; cp -r ./y y/z; echo $?; cat y/z/f; ls y/z; ln -s f y/l; cp -r y w; ls -l w | grep -c -- '->'; cp -r y/ w; ls w; mv w/ v; ls v
ln y/f y/h; mv y/f y/h; echo $?; mv y/f y/f; echo $?; mv y/l y/f; echo $?; ls y; cp y/f y/h; echo $?; cat y/h
grep -q x y; echo $?; grep -c x y; echo $?; sort y; echo $?; head y; echo $?; tail y; echo $?; wc -c < y; echo $?; ls y/nosuch; echo $?
mkdir -p y/f; echo $?; rm -f y/f/g; echo $?; echo 12345678 > q; dd if=y/f of=q seek=1 bs=2 status=none; cat q
x=0123456789; for i in 1 2 3; do x=$x$x$x$x$x$x$x$x$x; done; echo $x > long; echo $x >> long; echo a >> long; sort -u long | wc -l; sort -r long | wc -c; sort -u long | head -c 12; echo
echo 1 > cf; cat cf cf >> cf; echo $?; cat cf; cat cf > cf; echo $?; wc -c < cf; cat < cf
