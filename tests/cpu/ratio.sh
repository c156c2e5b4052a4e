#!/bin/sh
# ratio.sh RATIO [OSSIM] - the fast interpreter is at least RATIO times as fast as the plain
# stepper, both measured in one run, as the geometric mean over the benchmark kernels. A
# measurement, so no part of `make check`.
want=${1:?usage: ratio.sh RATIO [OSSIM]}
"${2:-./ossim}" bench cpu --quick | awk -v want="$want" '
    { print }
    /"geometric mean"/ { match($0, /"ratio": [0-9.]+/)
                         got = substr($0, RSTART + 9, RLENGTH - 9) + 0 }
    END { printf "ratio %s, wanted at least %s\n", got, want; exit !(got >= want) }'
