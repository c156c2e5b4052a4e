#!/usr/bin/env python3
"""`--variant`: other numbers, the same difficulty. A variant is compared with its template by
runs of its own (`ossim run`, with the reference): as many preemptions, waits for I/O, and things
that happen at the instant of another; and mistakes lose the same parts on it."""
import json
import pathlib

from grading import HERE, ROOT, check, finish, grade, ossim, same, workspace

SEEDS = 3
SAME = ()                       # no variant is found for these
CHOSEN = {"mlfq": ["boost-forgotten", "allotment-reset", "off-by-one", "newcomers-wait"],
          "rr": ["quantum-forgotten", "off-by-one"]}


def difficulty(workload, policy, path):
    """Preemptions, waits, arrivals and wake-ups and ends of slices at one instant, and pairs of
    tasks that come together."""
    events, results = path.with_suffix(".events"), path.with_suffix(".out")
    path.write_text(json.dumps(workload))
    ossim("run", path, "--sched", policy, "--json", results, "--events", events, "--quiet")
    lines = [json.loads(line) for line in events.read_text().split("\n") if line]
    own = [e["at"] for e in lines if e["event"] in ("arrive", "wake") or
           (e["event"] == "desched" and e["why"] == "expired")]
    arrivals = [p.get("arrival", 0) for p in workload["processes"]]
    return (json.loads(results.read_text())["summary"]["preemptions"],
            sum(e["event"] == "block" for e in lines), sum(a == b for a, b in zip(own, own[1:])),
            sum(a == b for i, a in enumerate(arrivals) for b in arrivals[:i]))


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
    # What is handed out, for more seeds and all rubrics that have templates.
    for path in sorted((ROOT / "workloads/rubrics").glob("*/rubric.json")):
        parts = [p for p in json.loads(path.read_text())["parts"] if any(r.get("vary") for r in p.get("run", []))]
        for seed in range(SEEDS if parts else 0):
            home = tmp / "home" / path.parent.name / str(seed)
            ossim("grade", "--rubric", path, "--variant", seed, "--write", home)
            for p in parts:
                for k, r in enumerate(p["run"], 1):
                    other = json.loads((home / f"{p['id']}-{k}.json").read_text())
                    policy, name = p["check"]["schedule"]["like"], f"{path.parent.name}/{seed}/{p['id']}-{k}"
                    check(f"{name}: other numbers", other != r["workload"] or name in SAME)
                    same(f"{name}: as difficult", difficulty(other, policy, tmp / "w.json"),
                         difficulty(r["workload"], policy, tmp / "w.json"))
    # What has no reference has no measure.
    bad = tmp / "bad.json"
    bad.write_text(json.dumps({"ossim_rubric": 1, "parts": [
        {"id": "a", "points": 1, "check": {"survives": True},
         "run": [{"vary": True, "workload": {"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": 3}]}]}}]}]}))
    run = ossim("check", bad)
    check("no template without a reference", run.returncode == 2 and "vary" in run.stderr, run.stderr)
finish()
