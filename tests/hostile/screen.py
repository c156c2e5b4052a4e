#!/usr/bin/env python3
"""Native plug-ins under the screens: whatever becomes of the process, the terminal is as it
was, and one line names policy and cause. Leaving in the middle of a run prints the report."""
import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import native

CASES = {   # kind: (keys, exit status, what is on the screen at the end)
    "sigkill": (b" ", 1, "policy kinds was killed (SIGKILL) in pick"),
    "loops_blocked": (b" ", 1, "policy kinds did not return for"),
    "underscore_exit_0": (b" ", 1, "policy kinds ended the process (status 0) in pick"),
    "execs_sleep": (b" ", 1, "policy kinds did not return for"),
    "sigsegv": (b" q", 1, "policy kinds crashed (SIGSEGV) in pick"),
    "explains_past_end": (b"nnq", 1, "policy kinds crashed (SIGSEGV) in explain"),
    "honest": (b"nnnnq", 0, "trace hash"),
}


def watch(folder, number, keys):
    master, slave = pty.openpty()
    env = dict(os.environ, OSSIM_PLUGIN_SECONDS="2", TERM="xterm", LC_ALL="C", HOSTILE_KIND=str(number),
               LINES="40", COLUMNS="120")
    termios.tcsetwinsize(slave, (40, 120))
    before = termios.tcgetattr(slave)
    process = subprocess.Popen([native.OSSIM, "w.json", "--sched", f"./kinds.so:kind={number}"], cwd=folder,
                               env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    out, deadline, todo = b"", time.monotonic() + 60, [bytes([k]) for k in keys]
    while time.monotonic() < deadline and process.poll() is None:
        if select.select([master], [], [], .4)[0]:
            out += os.read(master, 65536)
        elif todo:
            os.write(master, todo.pop(0))
    if process.poll() is None:
        process.kill()
    while select.select([master], [], [], .2)[0]:
        out += os.read(master, 65536)
    after = termios.tcgetattr(slave)
    os.close(slave), os.close(master)
    return process.wait(), out.decode(errors="replace"), before == after


def hang_up():
    """Does the screen end when its terminal goes away and no signal tells it?"""
    master, slave = pty.openpty()
    process = subprocess.Popen([native.OSSIM, native.ROOT / "workloads/demo.json"], start_new_session=True,
                               stdin=slave, stdout=slave, stderr=slave, env=dict(os.environ, TERM="xterm"))
    os.close(slave)
    os.read(master, 1)      # it is there
    os.close(master)
    try:
        return process.wait(60) != 0
    except subprocess.TimeoutExpired:
        process.kill()
        return False


def main():
    kinds = [k[0] for k in native.KIND.findall((native.HERE / "kinds.def").read_text())]
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "w.json").write_text(json.dumps(native.WORKLOAD))
        subprocess.run([*native.CC, "-o", folder / "kinds.so", native.HERE / "kinds.c", "-lm"], check=True)
        for kind, (keys, want, text) in CASES.items():
            status, said, same = watch(folder, kinds.index(kind), keys)
            last = said[said.rfind("\x1b[?1049l"):]      # what is there once the screens are gone
            wrong = [w for w in (status != want and f"status {status}", text not in last and f"no {text!r}",
                                 not same and "the terminal is not as it was") if w]
            failed += bool(wrong)
            if wrong:
                print(f"FAIL {kind}: {wrong}: {last[-300:]!r}")
    if not hang_up():
        failed += 1
        print("FAIL a terminal that goes away ends the screen")
    print(f"screen: {len(CASES)} kinds and a lost terminal, {failed} failures")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
