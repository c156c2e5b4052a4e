#!/usr/bin/env python3
"""Every output format by a small validator of its own, all saying the same; a class in bulk:
other --jobs, another order, a kill and a resume give the same bytes; the autograder's zip
works unpacked in the layout of its platform."""
import base64
import csv
import fcntl
import html.parser
import io
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile

from grading import HERE, OSSIM, ROOT, check, finish, ossim, same, workspace

RUBRIC = ROOT / "workloads/rubrics/rr/rubric.json"
SOURCE = (HERE / "solutions/rr.c").read_text()
random.seed(1)

with workspace() as tmp:
    tmp = pathlib.Path(tmp)
    room = tmp / "class"
    room.mkdir()
    (room / "ann.c").write_text(SOURCE)
    (room / '=b<o>"b&.c').write_text(SOURCE.replace("4 * p->time", "5 * p->time"))
    (room / "dan.c").write_text('#error <script>alert(1)</script> ]]> "&" # --- {\n')

    def formatted(what, name, directory):
        run = ossim("grade", room / name if name else room, "--rubric", RUBRIC, "--format", what,
                    "--out", tmp / directory, "--resume")
        same(f"{what}: status", run.returncode, 0 if name == "ann.c" else 1)
        return {p.name: p.read_text() for p in (tmp / directory).iterdir() if p.is_file()}

    whole = json.loads(formatted("json", None, "class-out")["grades.json"])
    model = {s["name"]: s for s in whole["submissions"]}
    same("three of them", sorted(model), ['=b<o>"b&.c', "ann.c", "dan.c"])

    for name, s in model.items():
        parts = s["parts"]
        d = f"out-{name[0]}"
        o = json.loads(formatted("gradescope", name, d)["results.json"])
        same("gradescope: score", o["score"], s["score"])
        same("gradescope: tests", [(t["score"], t["max_score"], t["status"]) for t in o["tests"]],
             [(p["points"], p["max"], "passed" if p["status"] == "pass" else "failed") for p in parts])
        check("gradescope: fields", all(t["visibility"] in ("visible", "hidden", "after_due_date", "after_published")
              and t["output_format"] in ("text", "html", "simple_format", "md", "ansi") and isinstance(t["number"], str)
              and isinstance(t["tags"], list) for t in o["tests"]) and "execution_time" not in o)
        o = json.loads(base64.b64decode(formatted("github", name, d)["github.txt"], validate=False))
        same("github: status", o["status"], "pass" if s["passed"] else "fail")
        same("github: sum", (sum(t["score"] for t in o["tests"]), o["max_score"]), (s["score"], s["max"]))
        check("github: fields", all(t["status"] in ("pass", "fail", "error") and "message" in t and "line_no" in t for t in o["tests"]))
        o = json.loads(formatted("autolab", name, d)["autolab.txt"].strip().split("\n")[-1])
        same("autolab", o, {"scores": {p["id"]: p["points"] for p in parts}, "scoreboard": [s["score"]]})
        text = formatted("prairielearn", name, d)["prairielearn.json"]
        o = json.loads(text)
        same("prairielearn", (round(o["score"], 9), o["gradable"], len(text) < 10**6),
             (s["score"] / s["max"], name != "dan.c", True))
        same("prairielearn: tests", [(t["points"], t["max_points"]) for t in o["tests"]], [(p["points"], p["max"]) for p in parts])
        o = json.loads(formatted("submitty", name, d)["submitty.json"])
        same("submitty", [t["points_awarded"] for t in o["testcases"]], [p["points"] for p in parts])

    files = formatted("junit,tap,csv,html,text", None, "class-out")
    root = ET.fromstring(files["junit.xml"])
    cases = root.findall("testsuite/testcase")
    names = [(c.get("classname"), c.get("name")) for c in cases]
    check("junit: unique", len(set(names)) == len(names) == sum(len(s["parts"]) for s in model.values()))
    same("junit: passed", sum(len(c) == 0 for c in cases), sum(p["status"] == "pass" for s in model.values() for p in s["parts"]))
    lines = files["results.tap"].split("\n")
    tests = [l for l in lines if re.match(r"(not )?ok \d+ - ", l)]
    same("tap: plan", (lines[0], lines[1]), ("TAP version 13", f"1..{len(tests)}"))
    same("tap: numbers", [int(re.search(r"ok (\d+)", l)[1]) for l in tests], list(range(1, len(names) + 1)))
    check("tap: yaml blocks", files["results.tap"].count("\n  ---\n") == files["results.tap"].count("\n  ...\n") == len(tests))
    rows = list(csv.DictReader(io.StringIO(files["results.csv"])))
    same("csv", {r["name"].lstrip("'"): float(r["score"]) for r in rows}, {n: s["score"] for n, s in model.items()})
    check("csv: no formula", not any(r["name"].startswith("=") for r in rows))

    class Page(html.parser.HTMLParser):
        """Tags closed in order, nothing that runs, nothing from elsewhere."""
        def __init__(self):
            super().__init__()
            self.tags, self.bad, self.seen = [], [], set()
        def handle_starttag(self, tag, attrs):
            self.seen.add(tag)
            if tag in ("script", "link", "img", "iframe", "object") or any(k.startswith("on") or k in ("src", "href") for k, _ in attrs):
                self.bad.append(tag)
    page = Page()
    page.feed(files["results.html"])
    same("html: nothing foreign", page.bad, [])
    check("html: charts", {"svg", "rect", "table"} <= page.seen)
    check("html: names escaped", "=b&lt;o&gt;&quot;b&amp;.c" in files["results.html"])
    check("text", all(f"{n}: {s['score']:g} of" in files["results.txt"] for n, s in model.items()))
    same("an unknown format", ossim("grade", room, "--rubric", RUBRIC, "--format", "pdf").returncode, 2)
    same("several on stdout", ossim("grade", room, "--rubric", RUBRIC, "--format", "gradescope").returncode, 2)
    run = ossim("grade", room / "ann.c", "--rubric", RUBRIC, "--format", "gradescope")
    same("one on stdout", json.loads(run.stdout)["score"], 100)

    # --- in bulk ---
    many = tmp / "many"
    many.mkdir()
    for i in range(6):
        (many / f"s{i}.c").write_text(SOURCE.replace("4 * p->time", f"{2 + i} * p->time"))
    base = ["--rubric", RUBRIC, "--json"]
    def bytes_of(*args):
        return ossim("grade", *args, "--quiet").stdout
    first = bytes_of(many, *base, "-", "--jobs", 1)
    load = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(2)]
    same("other --jobs, under load", bytes_of(many, *base, "-", "--jobs", 3) == first, True)
    for p in load:
        p.kill()
        p.wait()
    turned = json.loads(bytes_of(*sorted(many.iterdir(), reverse=True), *base, "-"))["submissions"]
    same("another order", turned[::-1], json.loads(first)["submissions"])
    same("--repeat 2", ossim("grade", many / "s2.c", "--rubric", RUBRIC, "--repeat", 2, "--quiet").returncode, 0)
    same("--repeat x", ossim("grade", many / "s2.c", "--rubric", RUBRIC, "--repeat", "3x").returncode, 2)
    for n in range(3):
        out = tmp / "resumed"
        run = subprocess.Popen([OSSIM, "grade", many, "--rubric", RUBRIC, "--out", out, "--resume", "--jobs", "2", "--quiet"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.5, 3))
        run.send_signal(signal.SIGKILL)
        run.wait()
        for f in (out / ".results").glob("*.json"):
            json.loads(f.read_text())
    same("killed and resumed", bytes_of(many, *base, "-", "--out", out, "--resume") == first, True)
    same("resume without a place", ossim("grade", many, "--rubric", RUBRIC, "--resume").returncode, 2)
    # What was killed could not tidy up; the next run does, but for what somebody holds.
    def folder(held):
        made = pathlib.Path(tempfile.mkdtemp(prefix="ossim-grade-", dir="/tmp"))
        made.rename(made := made.with_name("ossim-grade-" + ("held" if held else "left") + f"{os.getpid() % 90 + 10}"))
        (made / "0").mkdir()
        (made / "0" / "s.c").write_text("")
        os.utime(made, (time.time() - 100, time.time() - 100))
        return made
    left, held = folder(False), folder(True)
    lock = os.open(held, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    ossim("grade", room / "ann.c", "--rubric", RUBRIC)
    same("left behind, and swept", (left.exists(), held.exists()), (False, True))
    shutil.rmtree(held)

    # --- the zip ---
    z = tmp / "autograder.zip"
    same("make-autograder", ossim("grade", "--make-autograder", "gradescope", RUBRIC, "-o", z).returncode, 0)
    with zipfile.ZipFile(z) as f:
        same("zip is whole", f.testzip(), None)
        tree = tmp / "autograder"
        for i in f.infolist():
            f.extract(i, tree / "source")
            os.chmod(tree / "source" / i.filename, i.external_attr >> 16 & 0o777)
    (tree / "submission").mkdir()
    shutil.copy(room / "ann.c", tree / "submission")
    net = ["unshare", "-rn"] if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0 else []
    print("the autograder runs without network:", "yes" if net else "no (no user namespaces here)")
    run = subprocess.run([*net, tree / "source/run_autograder"], cwd="/", capture_output=True, text=True,
                         env={"PATH": os.environ["PATH"], "AUTOGRADER_BASE": str(tree)})
    same("run_autograder", run.returncode, 0)
    same("its results", json.loads((tree / "results/results.json").read_text())["score"], 100)
    shutil.rmtree(tree / "results")
    (tree / "submission/ann.c").unlink()
    run = subprocess.run([tree / "source/run_autograder"], cwd="/", capture_output=True, text=True,
                         env={"PATH": os.environ["PATH"], "AUTOGRADER_BASE": str(tree)})
    same("nothing handed in", json.loads((tree / "results/results.json").read_text())["score"], 0)
finish()
