"""What the tests of grading share: running `ossim grade`, and counting."""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/grade"
OSSIM = str(ROOT / "ossim")
passed, failures = 0, []


def check(name, good, note=""):
    global passed
    if good:
        passed += 1
    else:
        failures.append(name)
        print(f"FAIL {name} {note}")


def same(name, got, wanted):
    check(name, got == wanted, f": {got!r}, expected {wanted!r}")


def ossim(*args, **kw):
    kw.setdefault("timeout", 600)
    return subprocess.run([OSSIM, *map(str, args)], capture_output=True, text=True,
                          errors="replace", **kw)


def grade(rubric, *submissions, options=()):
    """(exit status, the JSON as an object, the run)"""
    run = ossim("grade", *submissions, "--rubric", rubric, "--json", "-", *options)
    try:
        return run.returncode, json.loads(run.stdout), run
    except ValueError:
        return run.returncode, None, run


def one(rubric, submission, options=()):
    """Parts by their id, of one submission."""
    status, out, run = grade(rubric, submission, options=options)
    if not out:
        check(f"{submission}: results", False, f": status {status}: {run.stderr[-400:]}")
        return {}
    return {p["id"]: p for p in out["submissions"][0]["parts"]}


def workspace():
    return tempfile.TemporaryDirectory(prefix="grade-test-")


def finish():
    print(f"{passed} passed, {len(failures)} failed")
    sys.exit(1 if failures or not passed else 0)
