#!/usr/bin/env python3
"""What a task costs: peak memory of `ossim run` with so many EDF tasks more. What does not
depend on their number falls out of the difference."""
import json
import os
import subprocess
import sys
import tempfile

GOAL = 256                      # bytes a task
FEW, MANY, ENTRIES = 100000, 200000, 100


def workload(tasks):
    entries = [{"name": f"t{i}", "count": tasks // ENTRIES, "period": 10 + i % 91,
                "bursts": [{"cpu": f"{(10 + i % 91) * 800000 // tasks}ns"}]}
               for i in range(ENTRIES)]
    return {"ossim": 1, "kernel": {"scheduler": "edf"}, "processes": entries,
            "stop": {"at": "100ms"}}


def peak(folder, ossim, tasks):
    path = os.path.join(folder, "edf.json")
    with open(path, "w") as f:
        json.dump(workload(tasks), f)
    child = subprocess.Popen([ossim, "run", path, "--quiet"])
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"not ok: {tasks} tasks: status {status}")
    return used.ru_maxrss * 1024


ossim = sys.argv[1] if len(sys.argv) > 1 else "./ossim"
with tempfile.TemporaryDirectory() as folder:
    each = (peak(folder, ossim, MANY) - peak(folder, ossim, FEW)) / (MANY - FEW)
good = each <= GOAL
print(f"{'ok' if good else 'not ok'}: {each:.0f} bytes an EDF task (goal {GOAL})")
print(f"{int(good)} of 1 cases pass")
sys.exit(not good)
