#!/bin/sh
# fuzz.sh FUZZER SECONDS SEED - run one fuzzer from its seeds (tests/fuzz/seeds/NAME/) with its
# dictionary (tests/fuzz/NAME.dict), if it has them; what it finds stays in build/fuzz. The
# assembler and the ELF reader start from the shipped programs.
name=$(basename "$1" _fuzz)
corpus=build/fuzz/corpus-$name
mkdir -p "$corpus"
seeds= dict=
[ -d "tests/fuzz/seeds/$name" ] && seeds="tests/fuzz/seeds/$name"
case $name in
asm) seeds=workloads/programs ;;
elf)
    for p in hello fib; do
        ./ossim asm "workloads/programs/$p.s" -o "$corpus/$p.elf" || exit 1
    done ;;
esac
[ -f "tests/fuzz/$name.dict" ] && dict="-dict=tests/fuzz/$name.dict"
log=build/fuzz/$name.log
if "$1" -max_total_time="$2" -seed="$3" -rss_limit_mb=3000 -timeout=20 -print_final_stats=1 $dict \
    -artifact_prefix="build/fuzz/$name-" "$corpus" $seeds >"$log" 2>&1; then
    echo "fuzz $name: $(sed -n 's/stat::number_of_executed_units: *//p' "$log") runs, nothing found"
else
    tail -40 "$log"
    echo "fuzz $name: FOUND something"
    exit 1
fi
