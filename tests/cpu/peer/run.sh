#!/bin/bash
# run.sh [TURNS [KERNEL...]] - ossim's interpreter beside qemu's, kernel by kernel.
#
# The peer is qemu-system-riscv32 -icount shift=0: a translator to machine code that
# counts instructions exactly, with an MMU. Both run the same code compiled by the same
# compiler, in user mode under Sv32 with pages of 4 KiB. They take turns. Each turn runs
# few rounds and many; the difference of the CPU times (user and system) is free of
# start-up, compiling and translating. Instructions are counted by both and have to be equal.
# A measurement, not a test: no part of `make check`. OSSIM names another ossim.
set -e -o pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
ossim=$(realpath "${OSSIM:-$top/ossim}")
cc=riscv64-unknown-elf-gcc qemu=qemu-system-riscv32
turns=${1:-3}
shift || true
kernels=${*:-fib sieve matmul structs quicksort sha256}
# Guest instructions that many rounds add to few. qemu prints a count of 32 bits, so no
# more than 4e9; sha256 is straight-line code that it runs several times as fast.
declare -A work=([sha256]=2400000000)

for tool in "$cc" "$qemu" "$ossim"; do
    command -v "$tool" >/dev/null && continue
    echo "peer/run.sh: SKIPPED, nothing measured: $tool is missing" \
         "(apt-get install gcc-riscv64-unknown-elf qemu-system-misc; make)" >&2
    exit 77
done

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export XDG_CACHE_HOME="$dir"
# ossim looks for its kernels beside its executable.
mkdir -p "$dir/workloads/programs/bench"
cp "$ossim" "$dir/ossim"
ln -s "$top/workloads/libc" "$dir/workloads/libc"

# The flags of src/host/guest_cc.c, the library's -Os too: the same code on both sides.
flags="-mabi=ilp32 -std=gnu17 -O2 -fno-pic -ffunction-sections -fdata-sections
       -fno-stack-protector -fno-asynchronous-unwind-tables -nostdlib -static -no-pie"
$cc -march=rv32ima $flags -Os -fno-builtin -ffreestanding -isystem "$top/workloads/libc/include" \
    -c "$top/workloads/libc/string.c" -o "$dir/string.o"
$cc -march=rv32ima_zicsr $flags -c "$here/start.S" -o "$dir/start.o"

# build KERNEL ROUNDS NAME
build() {
    local source="$dir/workloads/programs/bench/$3.c"

    {
        echo "#define PEER_ROUNDS $2"
        echo "#define PEER_KERNEL \"$top/workloads/programs/bench/$1.c\""
        case $1 in
        sha256) echo "#define PEER_STATE h" ;;
        structs) echo "#define PEER_STATE pool" ;;
        esac
        echo "#include \"$here/rounds.h\""
    } >"$source"
    $cc -march=rv32ima $flags -isystem "$top/workloads/libc/include" -Wl,--gc-sections \
        -Wl,--build-id=none -Wl,--no-warn-rwx-segments -T "$here/peer.ld" \
        -o "$dir/$3.elf" "$dir/start.o" "$source" "$dir/string.o" -lgcc
}

in_ossim() { "$dir/ossim" bench cpu --once "$1" goto 1000000000000; }

in_qemu() {
    $qemu -machine virt -m 64 -bios none -icount shift=0 -display none -monitor none \
        -serial stdio -kernel "$dir/$1.elf" </dev/null >"$dir/count"
    echo $((16#$(tr -d '\r\n' <"$dir/count")))
}

# timed RUNNER NAME: prints "seconds instructions".
TIMEFORMAT='%U %S'
timed() {
    { time "$1" "$2" >"$dir/out"; } 2>"$dir/time"
    awk -v n="$(cat "$dir/out")" 'END { printf "%.3f %.0f\n", $1 + $2, n }' "$dir/time"
}

# turn RUNNER: "seconds instructions" of the rounds that many has above few.
turn() {
    echo "$(timed "$1" few) $(timed "$1" many)" |
        awk '{ printf "%.3f %.0f\n", $3 - $1, $4 - $2 }'
}

echo "load average at the start: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) processors"
$qemu --version | head -1
printf '%-10s %5s %12s %10s %10s %7s\n' kernel turn instructions ossim qemu ratio
for kernel in $kernels; do
    build "$kernel" 1 few
    once=$(in_ossim few)
    build "$kernel" $((1 + ${work[$kernel]:-600000000} / once)) many
    in_ossim many >/dev/null                    # compiled before the clock runs
    for ((i = 1; i <= turns; i++)); do
        read -r a_time a_count < <(turn in_ossim)
        read -r b_time b_count < <(turn in_qemu)
        if [ "$a_count" != "$b_count" ]; then
            echo "peer/run.sh: $kernel: ossim counts $a_count instructions," \
                 "qemu $b_count" >&2
            exit 1
        fi
        echo "$kernel $i $a_count $a_time $b_time" | tee -a "$dir/all" | awk '{
            printf "%-10s %5d %12.0f %10.1f %10.1f %7.2f\n", $1, $2, $3,
                   $3 / $4 / 1e6, $3 / $5 / 1e6, $5 / $4 }'
    done
done
# Of each kernel the best turn of either side, and the median of the paired ratios.
awk '
    function close_kernel(   i, j, t, m) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && r[j - 1] > r[j]; j--) {
                t = r[j]; r[j] = r[j - 1]; r[j - 1] = t
            }
        m = n % 2 ? r[(n + 1) / 2] : (r[n / 2] + r[n / 2 + 1]) / 2
        printf "%-10s  best  %21.1f %10.1f %7.2f (median of the pairs)\n", name, a, b, m
        la += log(a); lb += log(b); lm += log(m); k++
        n = a = b = 0
    }
    n && $1 != name { close_kernel() }
    { name = $1; x = $3 / $4 / 1e6; y = $3 / $5 / 1e6; r[++n] = $5 / $4
      if (x > a) a = x
      if (y > b) b = y }
    END { close_kernel()
          printf "%-16s %22.1f %10.1f %7.2f\n", "geometric mean", exp(la / k), exp(lb / k),
                 exp(lm / k) }' "$dir/all"
echo "load average at the end: $(cut -d' ' -f1-3 /proc/loadavg)"
