#!/bin/sh
# run.sh - runs run.py
cd "$(dirname "$0")/../.." || exit 2
exec python3 tests/programs/run.py "$@"
