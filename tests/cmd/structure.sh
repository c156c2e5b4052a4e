#!/bin/bash
# structure.sh - what results say about how control passed between the kernel's services.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
says() { # NAME WORKLOAD PYTHON-CONDITION
    if ./ossim run "$2" --until 200 --json - --quiet 2>/dev/null | python3 -c "
import json, sys
d = json.load(sys.stdin)
s = d['structure']
by = {(b['from'], b['to']): b for b in s['by']}
sys.exit(not ($3))"; then
        passed=$((passed + 1)); echo "ok   $1"
    else
        failed=$((failed + 1)); echo "FAIL $1"
    fi
}
says "the model is named" workloads/unix.json "s['model'] == 'monolithic'"
says "crossings add up" workloads/unix.json \
    "s['crossings'] == sum(b['count'] for b in s['by']) == d['summary']['crossings'] > 0"
says "a call is a call" workloads/unix.json \
    "all(b['mechanism'] == 'call' and b['time'] == 0 for b in s['by'])"
says "forks ask for memory and files" workloads/unix.json \
    "by['proc', 'mem']['count'] >= d['summary']['forks'] <= by['proc', 'file']['count']"
says "bursts cross nothing" workloads/demo.json "s['crossings'] == 0 and s['by'] == []"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
