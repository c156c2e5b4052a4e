#!/usr/bin/env python3
"""What README.md shows is what happens: each command in it, typed in a fresh folder in the order
of the text, ends as it should, and prints each line that is shown, in that order ("..." stands
for anything). A command that is not typed here is named below, with the reason."""
import os, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOT_TYPED = {
    "ossim workloads/convoy.json --sched mlfq:quantum=4": "a screen: tests/screens",
    "ossim run workloads/convoy.json --sched guest:./mine.c:quantum=4": "needs a faulty policy",
    "ossim diff W.json --sched mlfq:boost=100,guest:mine.c": "W.json is the reader's",
    "ossim exec -DN=8 -I include a.c b.c start.s -- first second": "the reader's files",
    "ossim exec --with echo.c,wc.c sh.c": "the reader's files",
    "ossim bench --quick": "takes the host's time",
}
STATUS = {      # where it is not 0
    "ossim check w.json": 2, "ossim run workloads/convoy.json --sched tests/hostile/null.c": 1,
    "ossim exec --races workloads/programs/race.c": 1,
    "ossim grade mine.c --rubric workloads/rubrics/mlfq/rubric.json": 1,    # yet to be written
}
# What the text takes for granted.
FILES = {
    "w.json": '{"ossim": 1, "processes": [{"name": "a", "burst": [{"cpu": 1}]}, '
              '{"bursts": [{"cpu": -1}]}]}\n',
    "notes.txt": "to be put\n", "some/folder/a": "a\n",
}

def examples(text):
    """(command, lines shown) of each line with a dollar."""
    found, shown = [], None
    for line in re.sub(r"\\\n +", " ", text).split("\n"):
        if line.startswith("    $ "):
            shown = []
            found.append((line[6:], shown))
        elif not line.startswith("    ") and line.strip():
            shown = None
        elif shown is not None and line.strip():
            shown.append(line[4:])
    return found

def plain(line):
    """Blanks and addresses in a program do not matter: they change with the other rows and
    with the library."""
    return re.sub(r"0x[0-9a-f]{8}", "0x#", re.sub(" +", " ", line).rstrip())

def missing(shown, got):
    """The first line of `shown` that does not follow the others in `got`; None."""
    got, at = [plain(g) for g in got.split("\n")], 0
    for line in shown:
        if line.strip() == "...":
            continue
        pattern = ".*".join(map(re.escape, plain(line).split("...")))
        while at < len(got) and not re.fullmatch(pattern, got[at]):
            at += 1
        if at == len(got):
            return line
        at += 1
    return None

def main():
    failed = typed = 0
    env = dict(os.environ, LC_ALL="C.UTF-8", TERM="dumb", OSSIM_PLUGIN_SECONDS="2")
    env.pop("COLUMNS", None)
    with tempfile.TemporaryDirectory() as place:
        env["PATH"] = place + "/bin:" + env["PATH"]
        os.mkdir(place + "/bin")
        os.symlink(ROOT + "/ossim", place + "/bin/ossim")
        for name in ("workloads", "tests", "plots"):
            os.symlink(f"{ROOT}/{name}", f"{place}/{name}")
        for name, text in FILES.items():
            os.makedirs(os.path.dirname(f"{place}/{name}"), exist_ok=True)
            open(f"{place}/{name}", "w").write(text)
        for command, shown in examples(open(ROOT + "/README.md").read()):
            if command in NOT_TYPED or "gdb" in command or not command.startswith(("ossim ", "cat ")):
                continue
            typed += 1
            run = subprocess.run(["sh", "-c", command], cwd=place, env=env, text=True, timeout=120,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
            line = missing(shown, run.stdout)
            want = STATUS.get(command, 0)
            if run.returncode != want or line is not None:
                failed += 1
                print(f"FAIL {command}\n     status {run.returncode}, not {want}"
                      if run.returncode != want else f"FAIL {command}\n     no line: {line}")
                print("\n".join("     > " + l for l in run.stdout.split("\n")[:40]))
    print(f"readme: {typed} commands typed, {failed} failed")
    return failed > 0 or typed < 30

sys.exit(main())
