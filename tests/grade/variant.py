#!/usr/bin/env python3
"""`--variant`: other numbers, the same difficulty. A variant is compared with its template by
runs of its own (`ossim run`, with the reference), and mistakes lose the same parts on it."""
import json
import pathlib

from grading import HERE, ROOT, check, finish, grade, ossim, same, workspace

CHOSEN = {"mlfq": ["boost-forgotten", "allotment-reset", "off-by-one", "newcomers-wait"],
          "rr": ["quantum-forgotten", "off-by-one"]}


def difficulty(workload, policy, path):
    """Preemptions, waits for I/O, and pairs of tasks that come together."""
    path.write_text(json.dumps(workload))
    out = json.loads(ossim("run", path, "--sched", policy, "--json", "-").stdout)
    arrivals = [p.get("arrival", 0) for p in workload["processes"]]
    ties = sum(a == b for i, a in enumerate(arrivals) for b in arrivals[:i])
    waits = json.dumps(workload).count('"io"')
    return out["summary"]["preemptions"], waits, ties


with workspace() as tmp:
    tmp = pathlib.Path(tmp)
    for name, wrongs in CHOSEN.items():
        path = ROOT / f"workloads/rubrics/{name}/rubric.json"
        parts = {p["id"]: p for p in json.loads(path.read_text())["parts"]}
        source = (HERE / f"solutions/{name}.c").read_text()
        folder = tmp / name
        folder.mkdir()
        (folder / "solution.c").write_text(source)
        known = {w["name"]: w for w in json.loads((HERE / f"wrong/{name}.json").read_text())}
        for w in wrongs:
            text = source
            for old, new in known[w]["edit"]:
                text = text.replace(old, new)
            (folder / f"{w}.c").write_text(text)
        _, out, run = grade(path, folder, options=("--variant", "name"))
        seen = {}
        for s in out["submissions"]:
            w = s["name"][:-2]
            lost = {p["id"]: p["status"] for p in s["parts"] if p["status"] != "pass"}
            same(f"{name}/{w}: parts lost", lost, known[w]["lost"] if w in known else {})
            for p in s["parts"]:
                d = p.get("divergence", {})
                if not any(r.get("vary") for r in parts[p["id"]].get("run", [])) or "workload" not in d:
                    continue
                templates = [r["workload"] for r in parts[p["id"]]["run"]]
                check(f"{name}/{w}/{p['id']}: no template", d["workload"] not in templates)
                policy = parts[p["id"]]["check"]["schedule"]["like"]
                check(f"{name}/{w}/{p['id']}: as difficult",
                      difficulty(d["workload"], policy, tmp / "w.json") in
                      [difficulty(t, policy, tmp / "w.json") for t in templates],
                      json.dumps(d["workload"]))
                seen.setdefault(p["id"], set()).add(json.dumps(d["workload"]))
        check(f"{name}: everybody has workloads of their own",
              any(len(v) > 1 for v in seen.values()), str(seen))
        if name != "rr":
            continue
        wrong = folder / "off-by-one.c"
        first = grade(path, wrong, options=("--variant", "7"))[2].stdout
        same("the same seed, the same bytes", grade(path, wrong, options=("--variant", "7"))[2].stdout, first)
        check("another seed, others", grade(path, wrong, options=("--variant", "8"))[2].stdout != first)
    # What has no reference has no measure.
    bad = tmp / "bad.json"
    bad.write_text(json.dumps({"ossim_rubric": 1, "parts": [
        {"id": "a", "points": 1, "check": {"survives": True},
         "run": [{"vary": True, "workload": {"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": 3}]}]}}]}]}))
    run = ossim("check", bad)
    check("no template without a reference", run.returncode == 2 and "vary" in run.stderr, run.stderr)
finish()
