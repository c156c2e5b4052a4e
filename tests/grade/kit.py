#!/usr/bin/env python3
"""What a rubric needs goes with it: file trees, programs with their headers, data, plug-ins and
cost sets, from wherever they lie, into the autograder's zip and into what students take home;
and nothing of a hidden part goes home."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import zipfile

from grading import HERE, check, finish, grade, one, ossim, same, workspace

SOURCE = (HERE / "solutions/rr.c").read_text()
READER = """#include "say.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    char text[100];
    int fd = open("/data/word.txt", O_RDONLY);
    long n = read(fd, text, sizeof text);
    for (volatile long i = 0; i < 3000 * n; i++)
        ;
    printf(SAY, n);
    return n == WORD ? 0 : 1;
}
"""
# A reads five bytes of a tree; B has costs, which make the schedule another one than ideal ones do.
WORKLOAD = {"ossim": 1, "machine": {"disk": {"size": "1MiB"}, "costs": "l4re-a53"},
            "kernel": {"files": {"/data": {"from": "tree"}}},
            "processes": [{"name": "A", "program": "reader.c", "include": ["inc"]},
                          {"name": "B", "bursts": [{"cpu": 9}]}]}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text))


def course(root):
    """A rubric two folders away from what it uses."""
    write(root / "shared/reader.c", READER)
    write(root / "shared/inc/say.h", '#include "word.h"\n#define SAY "%ld\\n"\n')
    write(root / "shared/inc/word.h", "#define WORD 5\n")
    write(root / "shared/tree/word.txt", "hello")
    write(root / "shared/files.json", WORKLOAD)
    write(root / "shared/hidden-tree/secret.txt", "sesame")
    write(root / "shared/hidden.json", {**WORKLOAD, "kernel": {"files": {"/data": {"from": "hidden-tree"}}}})
    write(root / "policies/eager.c", SOURCE)
    like = {"schedule": {"like": "rr:quantum=4"}}
    path = root / "week/three/rubric.json"
    write(path, {"ossim_rubric": 1, "name": "kit", "pass": 9, "parts": [
        {"id": "files", "points": 4, "check": like, "run": [{"workload": "../../shared/files.json"}]},
        {"id": "plug-in", "points": 2, "check": {"schedule": {"like": "guest:../../policies/eager.c"}},
         "run": [{"vary": True, "workload": {"ossim": 1, "processes": [
             {"name": n, "bursts": [{"cpu": 12 + i}]} for i, n in enumerate("AB")]}}],
         "hints": [{"when": {"passes": ["files"]}, "say": "x"}]},
        {"id": "secret", "points": 3, "visibility": "hidden", "check": like,
         "run": [{"workload": "../../shared/hidden.json"}]},
        {"id": "last", "points": 1, "requires": ["files", "secret"], "check": {"survives": True},
         "run": [{"workload": "../../shared/files.json", "set": {"machine.cpus": 2}}],
         "hints": [{"when": {"passes": ["secret"]}, "say": "x"}]}]})
    return path


with workspace() as tmp:
    tmp = pathlib.Path(tmp)
    rubric = course(tmp / "course")
    (tmp / "mine.c").write_text(SOURCE)
    (tmp / "five.c").write_text(SOURCE.replace("4 * p->time_unit", "5 * p->time_unit"))
    run = ossim("check", rubric)
    same("ossim check", (run.returncode, run.stderr), (0, ""))
    parts = one(rubric, tmp / "mine.c")
    same("graded where it is", [p["status"] for p in parts.values()], ["pass"] * 4)
    same("and a wrong one", [p["status"] for p in one(rubric, tmp / "five.c").values()],
         ["fail", "fail", "fail", "skipped"])

    # --- the zip, unpacked where nothing else is ---
    z = tmp / "kit.zip"
    run = ossim("grade", "--make-autograder", "gradescope", rubric, "-o", z)
    same("make-autograder", (run.returncode, run.stderr), (0, ""))
    again = tmp / "again.zip"
    ossim("grade", "--make-autograder", "gradescope", rubric, "-o", again)
    check("the same bytes again", z.read_bytes() == again.read_bytes())
    tree = tmp / "autograder"
    with zipfile.ZipFile(z) as f:
        names = f.namelist()
        same("nothing twice", len(names), len(set(names)))
        for i in f.infolist():
            f.extract(i, tree / "source")
            os.chmod(tree / "source" / i.filename, i.external_attr >> 16 & 0o777)
    check("all of it", {f"rubric/{n}" for n in ("week/three/rubric.json", "shared/files.json", "shared/reader.c",
          "shared/inc/say.h", "shared/inc/word.h", "shared/tree/word.txt", "policies/eager.c")} <= set(names), str(names))
    (tree / "submission").mkdir()
    shutil.copy(tmp / "mine.c", tree / "submission")
    (tmp / "course").rename(tmp / "away")
    run = subprocess.run([tree / "source/run_autograder"], cwd="/", capture_output=True, text=True,
                         env={"PATH": os.environ["PATH"], "AUTOGRADER_BASE": str(tree)})
    same("run_autograder", (run.returncode, run.stderr), (0, ""))
    same("its results", json.loads((tree / "results/results.json").read_text())["score"], 10)
    (tmp / "away").rename(tmp / "course")

    # --- home ---
    home = tmp / "home"
    run = ossim("grade", "--rubric", rubric, "--variant", "kim", "--write", home)
    same("--write", (run.returncode, run.stderr), (0, ""))
    taken = home / "week/three/rubric.json"
    check("where it is, is said", str(taken) in run.stdout, run.stdout)
    files = [p for p in home.rglob("*") if p.is_file()]
    check("nothing of what is hidden", not any("sesame" in p.read_text() or "secret" in p.read_text() or
          "hidden" in p.name for p in files), str(files))
    same("ossim check, at home", ossim("check", taken).returncode, 0)
    visible = json.loads(taken.read_text())
    same("the visible parts, and a mark that can be reached", ([p["id"] for p in visible["parts"]], visible["pass"]),
         (["files", "plug-in", "last"], 7))
    (tmp / "course").rename(tmp / "away")
    same("graded at home", [p["points"] for p in one(taken, tmp / "mine.c").values()], [4, 2, 1])
    at_home = one(taken, tmp / "five.c")
    (tmp / "away").rename(tmp / "course")
    there = one(rubric, tmp / "five.c", options=("--variant", "kim"))
    same("as the course will", [at_home[i]["status"] for i in ("files", "plug-in")],
         [there[i]["status"] for i in ("files", "plug-in")])
    mine = json.loads((taken.parent / "plug-in-1.json").read_text())
    same("on the same variant", mine, there["plug-in"]["divergence"]["workload"])
    check("which is none of another's", mine != json.loads(rubric.read_text())["parts"][1]["run"][0]["workload"])
    run = ossim("run", taken.parent / "plug-in-1.json", "--sched", f"guest:{tmp}/mine.c", "--quiet")
    same("and it runs", (run.returncode, run.stderr), (0, ""))
    # --- what failed can be seen again: by what is told, at the same time ---
    drawn = {"ossim": 1, "processes": [{"name": "t", "count": 5, "arrival": {"poisson": 6}, "bursts": [
        {"cpu": {"uniform": [5, 20]}}]}]}
    like, law = {"schedule": {"like": "rr:quantum=4"}}, {"law": "no-starvation", "within": 1}
    again = tmp / "again.json"
    write(again, {"ossim_rubric": 1, "parts": [
        {"id": i, "points": 1, "check": c, "run": [{"workload": drawn, **more}]} for i, c, more in [
            ("plain", like, {}), ("seeds", like, {"seeds": "3..4"}), ("set", like, {"seeds": 7, "set": {
                "machine.cpus": 2, "kernel.runqueues": "per-hart"}}), ("law", law, {"seeds": "5..6"})]]})
    for id, p in one(again, tmp / "five.c").items():
        d = p.get("divergence", p.get("run"))
        write(tmp / "w.json", d["workload"])
        options = shlex.split(d.get("options", ""))
        mine = f"guest:{tmp}/five.c"
        run = ossim("diff", tmp / "w.json", "--sched", f"rr:quantum=4,{mine}", *options) if id != "law" else \
            ossim("run", tmp / "w.json", "--sched", mine, *options)
        check(f"{id}: again", f"part at {d['at']:.9g} ms" in run.stdout if id != "law" else
              run.returncode == 0 and options == ["--seed", "5"], f"{d['workload']} {options} {run.stdout[:200]} {run.stderr}")
    # --- what is wrong ---
    same("not over the rubric itself", ossim("grade", "--rubric", rubric, "--write", tmp / "course").returncode, 1)
    same("still whole", json.loads(rubric.read_text())["pass"], 9)
    for args in [["--write", home], ["--rubric", rubric, "--write", home, "--variant", "name"],
                 ["--rubric", rubric, "--write", home, tmp / "mine.c"]]:
        same(f"refused: {args[0]} ...", ossim("grade", *args).returncode, 2)
    absolute = json.loads(rubric.read_text())
    absolute["parts"][0]["run"][0]["workload"] = str(tmp / "course/shared/files.json")
    os.chdir(rubric.parent)
    write(pathlib.Path("absolute.json"), absolute)
    run = ossim("grade", "--make-autograder", "gradescope", "absolute.json", "-o", z)
    check("a path from the root", run.returncode == 1 and "from the root" in run.stderr, run.stderr)
finish()
