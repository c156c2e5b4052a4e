#!/usr/bin/env python3
"""Every kind of kinds.def as a native plug-in: its exit status and its one line on stderr, the
results until then, no file and no process left behind, and no longer than a moment."""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OSSIM = ROOT / "ossim"
CC = os.environ.get("CC", "cc").split() + ["-std=gnu17", "-O2", "-g", "-fPIC", "-shared",
                                           "-Wl,-Bsymbolic", f"-I{ROOT}/include"]
KIND = re.compile(r'^KIND\((\w+), (\w+), (\d), "([^"]*)"', re.M)
LIMIT = "2"
BEFORE = {"CONSTRUCT", "STATE_SIZE", "TASK_SIZE", "INIT"}      # no run, no results
NO_RESULTS = {"closes_all", "limits_files", "kills_group_leader"}
NO_LINE = {"closes_stdout", "closes_stderr", "limits_files"}     # it has nowhere to go
WORKLOAD = {
    "ossim": 1, "name": "victim", "machine": {"cpus": 2}, "kernel": {"locks": "pip"},
    "processes": [
        {"name": "A", "count": 3, "bursts": [{"cpu": 7}, {"io": 2}, {"lock": "L"}, {"cpu": 3},
                                             {"unlock": "L"}]},
        {"name": "B", "arrival": 1, "bursts": [{"cpu": 5}, {"sleep": 1}, {"cpu": 2}]}]}


def run(folder, number, *more):
    env = dict(os.environ, OSSIM_PLUGIN_SECONDS=LIMIT, LC_ALL="C", HOSTILE_KIND=str(number),
               HOSTILE_HOME=str(folder))
    command = [str(OSSIM), "run", "w.json", "--json", "out.json", "--events", "events.jsonl",
               "--sched", f"../kinds.so:kind={number}", *more]
    started = time.monotonic()
    # Output goes to files: what a kind leaves behind would keep a pipe open.
    with open(folder / "out", "wb") as out, open(folder / "err", "wb") as err:
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=err)
        try:
            status = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            status = "none: it hung"
    return status, (folder / "err").read_text(errors="replace"), time.monotonic() - started


def strays(folder):
    """Processes with this folder in their environment."""
    found = []
    for p in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"HOSTILE_HOME={folder}".encode() in (p / "environ").read_bytes().split(b"\0") \
                    and (p / "stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX":
                found.append(p.name)
        except OSError:
            pass
    return found


def verdict(base, number, kind):
    name, op, status, text = kind
    text = text.replace("for 1 s", f"for {LIMIT} s")
    folder = base / name
    folder.mkdir()
    (folder / "w.json").write_text(json.dumps(WORKLOAD))
    got, said, seconds = run(folder, number)
    wrong = []
    if got != int(status):
        wrong.append(f"status {got}, expected {status}")
    if text not in said:
        wrong.append(f'no "{text}"')
    lines = [line for line in said.splitlines() if "error:" in line]
    if int(status) and name not in NO_LINE and not lines:
        wrong.append("nothing was said")
    if text.startswith(("policy ", "the plug-in ")) and len(lines) != 1:
        wrong.append(f"{len(lines)} lines of error")
    if "internal error" in said or "Sanitizer" in said:
        wrong.append("our fault")
    if op not in BEFORE and name not in NO_RESULTS and got in (0, 1):
        try:
            results = json.loads((folder / "out.json").read_text())
            events = [json.loads(line) for line in (folder / "events.jsonl").open()]
            if len(results["tasks"]) != 4 or not events:
                wrong.append("results without tasks or events")
        except (OSError, ValueError) as error:
            wrong.append(f"no results: {error}")
    left = {p.name for p in folder.iterdir()} - {"w.json", "out", "err", "out.json", "events.jsonl"}
    if left:
        wrong.append(f"left behind: {sorted(left)}")
    time.sleep(0.05)
    if strays(folder):
        wrong.append(f"processes left: {strays(folder)}")
    if seconds > 50:
        wrong.append(f"took {seconds:.0f} s")
    return name, wrong, said.strip()[-240:]


def main():
    # Who starts us in the background may have these ignored, and what we start inherits it.
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    kinds = KIND.findall((HERE / "kinds.def").read_text())
    names = sys.argv[1:] or [k[0] for k in kinds]
    failed = 0
    with tempfile.TemporaryDirectory() as work, \
            concurrent.futures.ThreadPoolExecutor(3) as pool:
        base = pathlib.Path(work).resolve()
        # Built once: for each run, compilers alone would take a minute.
        subprocess.run([*CC, "-o", base / "kinds.so", HERE / "kinds.c", "-lm"], check=True)
        jobs = [pool.submit(verdict, base, i, k) for i, k in enumerate(kinds) if k[0] in names]
        for job in jobs:
            name, wrong, said = job.result()
            if wrong:
                print(f"FAIL {name}: {'; '.join(wrong)}: {said}")
            failed += bool(wrong)
    print(f"native: {len(jobs)} kinds, {failed} failures")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
