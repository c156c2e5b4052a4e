#!/usr/bin/env python3
"""`ossim check` as a user meets it: what it prints, where, and its exit status.

    tests/formats/check.py [OSSIM]
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
OSSIM = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "ossim").resolve())
failures = 0

GOOD = '{"ossim": 1, "processes": [{"name": "A", "cpu": 5}]}\n'
BAD = """{
  "ossim": 1,
  "machine": {"cpus": 0},
  "kernel": {"scheduler": {"policy": "rr", "quantum": -1}},
  "processes": [
    {"name": "A", "bursts": [{"cpu": 5}, {"oi": 3}]},
    {"name": "B", "program": "missing.elf", "stdin": {"file": "missing.txt"}}
  ]
}
"""
BAD_SAYS = [
    "bad.json:3:23: error: /machine/cpus: found 0 (expected a whole number from 1 to 1024)",
    "bad.json:4:55: error: /kernel/scheduler/quantum: ",
    "bad.json:6:43: error: /processes/0/bursts/1/oi: unknown key (did you mean \"io\"?)",
    "bad.json:7:",
    "bad.json:7:63: error: /processes/1/stdin/file: missing.txt: cannot open it: "
    "No such file or directory",
]
PLUGIN = """{"ossim": 1, "kernel": {"scheduler": "./missing.c"},
 "processes": [{"cpu": 1}]}
"""
# What of a disk does not go together, and where that is said.
DISKS = [
    ('{"raid": 1, "model": "hdd"}', "33: error: /machine/disk/model: unknown key"),
    ('{"model": {"raid": 1, "scheduler": "look"}}',
     "43: error: /machine/disk/model/scheduler: unknown key"),
    ('{"rpm": 7200, "revolution": "8ms"}', "29: error: /machine/disk/rpm: there is a revolution"),
    ('{"raid": 5, "scheduler": "look", "drive": {"scheduler": "sstf"}}',
     "46: error: /machine/disk/scheduler: the drives have another one"),
    ('{"raid": 5, "drive": {"image": "raw.img"}}',
     "52: error: /machine/disk/drive/image: a drive of an array"),
    ('{"raid": 1, "drive": {"model": "fixed", "size": "1MiB"}, "size": "2MiB"}',
     "86: error: /machine/disk/size: the string"),
    ('{"raid": 1, "drive": {"model": "fixed", "size": "1MiB"}, "size": "1MiB"}', None),
    ('{"model": "fixed", "image": "raw.img"}', "49: error: /machine/disk/image: there is no ext2"),
]


def expect(folder, arguments, status, out, err, stdin=None):
    global failures
    done = subprocess.run([OSSIM, "check", *arguments], cwd=folder, capture_output=True,
                          text=True, input=stdin, timeout=60)
    lines = done.stderr.splitlines()
    fine = (done.returncode == status and done.stdout == out and len(lines) == len(err)
            and all(line.startswith(start) for line, start in zip(lines, err)))
    if not fine:
        failures += 1
        print(f"check {arguments}: status {done.returncode}, expected {status}\n"
              f"stdout: {done.stdout}stderr: {done.stderr}expected: {err}", file=sys.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "good.json").write_text(GOOD)
        (folder / "bad.json").write_text(BAD)
        (folder / "plugin.json").write_text(PLUGIN)
        (folder / "deep.json").write_text("[" * 100000)
        (folder / "bytes.json").write_bytes(b'{"ossim": 1, "name": "\xff"}')
        (folder / "empty.json").write_text("")
        expect(folder, ["good.json"], 0, "good.json: ok\n", [])
        expect(folder, ["--quiet", "good.json"], 0, "", [])
        expect(folder, ["bad.json"], 2, "", BAD_SAYS)
        expect(folder, ["bad.json", "good.json"], 2, "good.json: ok\n", BAD_SAYS)
        expect(folder, ["none.json"], 2, "", ["none.json: error: cannot open it: No such"])
        expect(folder, ["."], 2, "", [".: error: "])
        expect(folder, ["plugin.json"], 2, "",
               ["plugin.json:1:38: error: /kernel/scheduler: "])
        expect(folder, ["deep.json"], 2, "", ["deep.json:1:65: error: nested too deeply"])
        expect(folder, ["bytes.json"], 2, "", ["bytes.json:1:23: error: byte 0xff is not"])
        expect(folder, ["empty.json"], 2, "", ["empty.json:1:1: error: there is nothing"])
        expect(folder, ["--sched", "rrr", "good.json"], 2, "",
               ['--sched: error: /kernel/scheduler: no policy is called "rrr" '
                '(did you mean "rr"?)'])
        expect(folder, ["--cpus", "4", "--set", "processes[0].cpu=x", "good.json"], 2, "",
               ["--set processes[0].cpu: error: /processes/0/cpu: found the string"])
        expect(folder, ["--set", "processes[0].affinity=[3]", "--cpus", "4", "good.json"],
               0, "good.json: ok\n", [])
        for costs in sorted((ROOT / "workloads/costs").glob("*.json")):
            expect(folder, ["--quiet", "--set", f"machine.costs={costs.stem}",
                            "good.json"], 0, "", [])
        (folder / "raw.img").write_bytes(bytes(100000))
        for i, (disk, says) in enumerate(DISKS):
            (folder / f"disk{i}.json").write_text(
                '{"machine": {"disk":' + disk + '}, "ossim": 1, "processes": [{"cpu": 1}]}')
            expect(folder, ["--quiet", f"disk{i}.json"], 2 if says else 0, "",
                   [f"disk{i}.json:1:{says}"] if says else [])
        expect(folder, [], 2, "", ["ossim check: error: expected at least one", "try: "])
    print(f"check: {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
