#!/bin/sh
# run.sh - the shipped programs (run.py), then the kernel by programs (kernel.sh).
cd "$(dirname "$0")/../.." || exit 2
python3 tests/programs/run.py "$@" && exec tests/programs/kernel.sh
