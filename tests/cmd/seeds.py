"""seeds.py - what random tests of whole machines have in common: OSSIM, a child, numbers to begin
from, and a try of each."""
import os
import subprocess
import sys
import tempfile

OSSIM = os.environ.get("OSSIM", os.path.abspath("ossim"))


def run(*args, **more):
    return subprocess.run(args, capture_output=True, timeout=300, **more)


def e2fsck(image):
    """What it says where it finds faults; some of them leave its exit status at 0."""
    r = run("e2fsck", "-fn", image, text=True)
    return r.stdout + r.stderr if r.returncode or "? no" in r.stdout else ""


def main(what, count, try_one, show, prepare=None):
    """[FIRST] [COUNT]: try_one(seed, folder) gives what was tried, and what is wrong with it or None."""
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    count = int(sys.argv[2]) if len(sys.argv) > 2 else count
    wrong = 0
    with tempfile.TemporaryDirectory() as d:
        if prepare:
            prepare(d)
        for seed in range(first, first + count):
            tried, why = try_one(seed, d)
            if why:
                wrong += 1
                print(f"seed {seed}: {show(tried, why)}")
    print(f"{count} {what}, {wrong} wrong")
    sys.exit(wrong > 0)
