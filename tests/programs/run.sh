#!/bin/sh
# run.sh - the shipped programs (run.py), then the kernel by programs (kernel.sh) and gdb.
cd "$(dirname "$0")/../.." || exit 2
python3 tests/programs/run.py "$@" && tests/programs/kernel.sh && exec tests/programs/gdb.sh
