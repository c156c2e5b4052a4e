#!/usr/bin/env python3
"""workloads/schema.json against an independent validator, and against ossim.

    tests/formats/schema.py [OSSIM]

Every shipped workload must satisfy the schema, every shipped cost set its own part of
it, with a source for each figure; and a set of documents that are wrong must be refused
by the schema and by `ossim check` alike, as documents that are right must be taken by
both. Exit status 0 if all that holds.
"""
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
OSSIM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "ossim")
SCHEMA = json.loads((ROOT / "workloads/schema.json").read_text())
TIMES = 1200
failures = []


def validator(schema):
    cls = jsonschema.Draft202012Validator
    cls.check_schema(schema)
    return cls(schema)


def whole(**keys):
    return {"ossim": 1, "processes": [{"cpu": 1}], **keys}


def process(**keys):
    return {"ossim": 1, "processes": [keys]}


def step(value):
    return process(bursts=[value])


GOOD = [
    whole(kernel={"files": {}, "fs": {"block": 4096, "journal": "data"}}),
    whole(kernel={"files": {"/a/b": "text", "/d": {}, "/x": {"text": "x", "mode": "0600", "uid": 5}},
                  "cache": {"blocks": 500, "write_back": "1s", "read_ahead": 4}, "mount": True}),
    whole(kernel={"structure": "microkernel"}), step({"call": "file", "cpu": 1, "count": 3}),
    whole(kernel={"structure": {"model": "rings", "rings": 8, "placement": {"file": 1}}}),
    {"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"workload": whole()}]}}},
    whole(kernel={"structure": {"model": "vm", "type": "kvm", "mode": "para", "link_latency": 0,
                                "costs": {"hypercall": {"cycles": 500, "source": "x"}},
                                "scheduler": "stride"},
                  "guests": [{"name": "g", "workload": whole(), "vcpus": 2, "frames": 64,
                              "weight": 300, "cap": 50, "affinity": [0]}]}),
    whole(),
    whole(name="é", about="line\nline", source="x", time_unit="us", seed=2**64 - 1),
    whole(seed="18446744073709551615"), whole(seed=1.0), whole(seed=1e3),
    whole(kernel={"structure": {"model": "monolithic"}}),
    whole(machine={"cpus": 1024}),
    whole(machine={"cpus": [{"mhz": 2000, "kind": "big"}, {}], "mhz": 5,
                   "memory": {"frames": 1, "tlb": {"entries": 4, "ways": 4,
                              "replacement": "random"}, "svadu": True},
                   "costs": {"insn": {"mul": 3}, "trap": {"cycles": 9, "source": "x"}}}),
    whole(machine={"costs": "ideal"}),
    whole(machine={"disk": "femu"}),
    whole(machine={"disk": "fixed"}, events=[{"at": 5, "fault": {"disk": "slow", "for": 2}},
                                              {"at": 6, "fault": {"disk": "bad-sector", "block": 3}},
                                              {"at": 6, "fault": {"disk": "bad-sector", "block": 3, "for": 1}},
                                              {"at": 7, "fault": {"disk": "lost-write", "block": 3}},
                                              {"at": 7, "fault": {"disk": "lost-write"}},
                                              {"at": 8, "fault": {"disk": "torn", "for": 3}}]),
    whole(machine={"disk": {"raid": 5, "of": 4, "drive": {"model": "hdd", "rpm": 7200}}}),
    whole(machine={"disk": {"model": {"raid": 1, "of": 2, "failed": 1, "rebuild": True},
                            "scheduler": "look", "size": "64MiB"}}),
    whole(machine={"disk": {"raid": 0, "of": 2, "drive": "ssd", "scheduler": "sstf",
                            "size": 1 << 20}}),
    whole(machine={"disk": {"model": "hdd", "buffer": 0, "phase": 3, "bus_sector": "6.4us"}}),
    whole(machine={"disk": {"model": "hdd", "rpm": 7200, "scheduler": "look", "depth": 8,
                            "buffer": "1MiB", "seek_one": "0.5ms"}}),
    {**whole(machine={"disk": {"model": "textbook", "cylinders": 40, "head": 11}}),
     "processes": [{"bursts": [{"disk": {"read": {"cylinder": {"uniform": [0, 39]}}}},
                               {"disk": {"write": 3, "blocks": 2}}]}]},
    whole(kernel={"scheduler": "rr:quantum=4", "runqueues": "global", "locks": "srp",
                  "knowledge": "none", "smp_skew": "5us", "channel_capacity": 0,
                  "max_forks": 0, "structure": "monolithic"}),
    whole(kernel={"scheduler": {"policy": "rr", "quantum": "4ms"}}, knowledge="estimate"),
    whole(events=[{"at": 5, "scheduler": "fcfs"}], stop={"at": "5ms"}),
    process(cpu="1.5ms", arrival=0.5, priority=-5, nice=-20, tickets=1, affinity=[0]),
    process(cpu={"exp": 1}, count=10, arrival={"poisson": "2us"}),
    process(cpu=1, count=10, arrival={"uniform": [0, 5]}),
    process(cpu=1, arrival=[0, "5us", 3]),
    process(cpu=5, period=10, jobs=3, deadline=20, on_miss="abort"),
    process(bursts=[{"io": 1}, {"cpu": 1}], period=10, jobs=3),
    process(cpu=5, start_deadline=0, on_miss="skip"),
    process(uunifast={"n": 4, "utilization": 0.5, "periods": [10, 20],
                      "granularity": "1us"}, jobs=1),
    process(uunifast={"n": 4, "utilization": 2.5, "periods": {"uniform": [1, 9]}}, jobs=1),
    step("yield"), step({"yield": True}), step({"yield": {}}), step({"yield": None}),
    step({"touch": [7, 0, "2..5", "5..2"], "write": True, "each": 0.01}),
    step({"touch": {"loop": 50}, "count": 1000}), step({"touch": {"zipf": [9, 1.2]}}),
    step({"touch": {"walk": [9, 0.9]}}), step({"touch": {"phases": [[3, 100], [4, 9]]}}),
    whole(machine={"swap": {"frames": 9, "on": "own", "latency": "3ms"}},
          kernel={"replacement": "aging:interval=5", "allocation": "pff:low=9:high=1", "oom": "newest"}),
    step({"lock": "m"}), step({"sleep": {"pareto": [1.5, 1]}}),
    step({"cpu": {"lognormal": [0, 1]}}), step({"cpu": {"choice": [0, 5]}}),
    step({"repeat": 3, "do": [{"cpu": 1}, {"send": "c"}, {"recv": "c"}]}),
    {**whole(stop={"at": 5}), "processes": [{"cpu": 1, "period": 3}]},
]

BAD = [
    [], 5, {}, {"ossim": 1}, {"processes": [{"cpu": 1}]},
    whole(ossim=2), whole(ossim="1"), whole(processes=[]), whole(processes={}),
    whole(processes=[5]), whole(nmae="x"), whole(name=""), whole(name="x" * 64),
    whole(name="a\x1bb"), whole(name=5), whole(about=1), whole(about="\x1b[2J"),
    whole(time_unit="min"), whole(seed=-1), whole(seed=1.5), whole(seed="x"),
    whole(seed=2**64), whole(rubric={}), whole(knowledge="all"),
    whole(machine=5), whole(machine={"cpu": 2}), whole(machine={"cpus": 0}),
    whole(machine={"cpus": 1025}), whole(machine={"cpus": []}),
    whole(machine={"cpus": [{"speed": 1}]}), whole(machine={"mhz": 0}),
    whole(machine={"cpus": [{"kind": "x" * 16}]}),
    whole(machine={"memory": {"frames": 0}}),
    whole(machine={"memory": {"tlb": {"entries": 3}}}),
    whole(machine={"memory": {"tlb": {"replacement": "opt"}}}),
    whole(machine={"disk": {"model": "hddd"}}), whole(machine={"disk": {"heads": 2}}),
    whole(machine={"disk": {"size": "64 MB"}}), whole(machine={"disk": {"slots": 0}}),
    *(whole(machine={"disk": {"model": model, key: value}}) for model, key, value in (
        ("hdd", "surfaces", 0), ("hdd", "zones", 0), ("hdd", "zones", 1025), ("hdd", "outer", 0),
        ("hdd", "inner", 65537), ("hdd", "rpm", 0), ("hdd", "rpm", -1), ("hdd", "knee", 0),
        ("hdd", "phase", -1), ("hdd", "bus_sector", -1), ("hdd", "revolution", 0),
        ("hdd", "head_skew", 65537), ("ssd", "channels", 0), ("ssd", "dies", 65),
        ("ssd", "pages_per_block", 3), ("ssd", "spare", 4.5), ("ssd", "collect", 1))),
    whole(machine={"disk": "hdd"}, events=[{"at": 5, "fault": {"disk": "fire"}}]),
    *(whole(machine={"disk": "hdd"}, events=[{"at": 5, "fault": fault}]) for fault in (
        {"disk": "power-cut", "block": 3}, {"disk": "torn", "block": 3}, {"disk": "slow", "block": 3},
        {"disk": "lost-write", "for": 3}, {"disk": "bad-sector"}, {"disk": "bad-sector", "for": 3})),
    whole(machine={"disk": {"raid": 4}}), whole(machine={"disk": {"raid": 1, "of": 1}}),
    whole(machine={"swap": {"frames": 0}}), whole(machine={"swap": {}}), whole(machine={"swap": {"frames": 1, "on": "tape"}}),
    whole(machine={"costs": {"insn": {"alu": 0}}}), whole(machine={"costs": {"traps": 1}}),
    whole(machine={"costs": {"trap": {"source": "x"}}}), whole(machine={"costs": 5}),
    whole(machine={"costs": "../x"}),
    whole(kernel={"scheduler": 5}), whole(kernel={"scheduler": {"quantum": 4}}),
    whole(kernel={"scheduler": ""}), whole(kernel={"scheduler": {"policy": ""}}),
    whole(kernel={"scheduler": {"policy": "rr", "quantum": {}}}),
    whole(kernel={"scheduler": {"policy": "rr", "quantum": []}}),
    whole(kernel={"scheduler": {"policy": "rr", "quantum": "4:x=1"}}),
    whole(kernel={"runqueues": "per-cpu"}), whole(kernel={"locks": True}),
    whole(kernel={"structure": 5}), whole(kernel={"structure": {"model": "layers", "order": []}}), whole(seed=""), whole(seed="-1"),
    whole(kernel={"structure": {"model": "vm"}}), whole(kernel={"guests": [{"workload": whole()}]}),
    whole(kernel={"structure": {"model": "vm", "guests": []}}),
    whole(kernel={"structure": {"model": "vm", "guests": [{"name": "x"}]}}),
    whole(kernel={"structure": {"model": "vm", "guests": [{"workload": {"ossim": 1}}]}}),
    whole(kernel={"structure": {"model": "vm", "type": 3, "guests": [{"workload": whole()}]}}),
    whole(kernel={"structure": {"model": "vm", "mode": "half", "guests": [{"workload": whole()}]}}),
    whole(kernel={"structure": {"model": "vm", "wall": True, "guests": [{"workload": whole()}]}}),
    whole(kernel={"structure": {}}),
    whole(kernel={"files": {"etc": "x"}}), whole(kernel={"files": {"/x": 5}}),
    whole(kernel={"fs": {"block": 512}}), whole(kernel={"cache": {"replacement": "opt"}}),
    whole(kernel={"replacement": 1}), whole(kernel={"allocation": "mine"}), whole(kernel={"oom": "me"}), whole(kernel={"allocation": "pff:window=1"}), whole(kernel={"smp_skew": 0}),
    whole(kernel={"channel_capacity": -1}), whole(kernel={"max_forks": 1.5}),
    whole(events={}), whole(events=[{}]), whole(events=[{"at": 1}]),
    whole(events=[{"scheduler": "rr"}]), whole(events=[{"at": -1, "scheduler": "rr"}]),
    whole(events=[{"at": 1, "scheduler": "rr", "input": "x", "process": "P1"}]),
    whole(events=[{"at": 1, "scheduler": "rr", "process": "P1"}]),
    whole(events=[{"at": 1, "input": "x"}]), whole(events=[{"at": 1, "fault": {}}]),
    whole(stop=5), whole(stop={}), whole(stop={"at": 0}), whole(stop={"at": "0ms"}),
    whole(stop={"at": 5, "when": 3}),
    process(), process(name="A"), process(cpu=-1), process(cpu="soon"), process(cpu="5 h"),
    process(cpu=[1]), process(cpu=None), process(cpu=True), process(cpu="-5ms"),
    process(cpu=1, bursts=[{"cpu": 1}]), process(bursts=[]), process(bursts={}),
    process(cpu=1, count=0), process(cpu=1, count=10000001), process(cpu=1, nice=20),
    process(cpu=1, nice=1.5), process(cpu=1, tickets=0), process(cpu=1, priority="high"),
    process(cpu=1, arrival=-1), process(cpu=1, arrival={"poison": 1}),
    process(cpu=1, arrival={"poisson": 0}), process(cpu=1, arrival=[]),
    process(cpu=1, arrival=[0, -1]), process(cpu=1, arrival=[0, 1], count=2),
    process(uunifast={"n": 1, "utilization": 1}, jobs=1, arrival=[0]),
    process(cpu=1, affinity=[]),
    process(cpu=1, affinity=[64]), process(cpu=1, affinity=0),
    process(cpu=1, period=0, jobs=1), process(cpu=1, jobs=1), process(cpu=1, deadline=0),
    process(cpu=1, period=5, jobs=0), process(cpu=1, on_miss="abort"),
    process(cpu=1, period=5, jobs=1, on_miss="stop"), process(cpu=1, args=[]),
    process(cpu=1, stdin="x"), process(cpu=1, env={}), process(program=5),
    process(program=""), process(asm=5), process(cpu=1, burst=[]),
    process(cpu={}), process(cpu={"exp": 0}), process(cpu={"exp": 1, "uniform": [1, 2]}),
    process(cpu={"uniform": [1]}), process(cpu={"uniform": [1, 2, 3]}),
    process(cpu={"gauss": [1, 2]}), process(cpu={"lognormal": [1, -1]}),
    process(cpu={"pareto": [0, 1]}), process(cpu={"choice": []}),
    process(cpu={"poisson": 5}),
    process(uunifast={"n": 0, "utilization": 1}, jobs=1),
    process(uunifast={"n": 1}, jobs=1), process(uunifast={"utilization": 1}, jobs=1),
    process(uunifast={"n": 1, "utilization": 0}, jobs=1),
    process(uunifast={"n": 1, "utilization": 1}, period=5, jobs=1),
    process(uunifast={"n": 1, "utilization": 1, "cpus": 1}, jobs=1),
    step({}), step(5), step("cpu"), step({"cpu": 1, "io": 1}), step({"cup": 1}),
    step({"repeat": 2}), step({"do": [{"cpu": 1}]}), step({"repeat": 0, "do": [{"cpu": 1}]}),
    step({"repeat": 2, "do": []}), step({"cpu": 1, "do": [{"cpu": 1}]}),
    step({"lock": 5}), step({"lock": ""}), step({"yield": False}), step({"yield": 2}),
    step({"touch": []}), step({"touch": [-1]}), step({"touch": {"loop": 0}}), step({"touch": {"loop": 1, "uniform": 1}}), step({"touch": {"zipf": [1]}}), step({"touch": ["1.."]}), step({"cpu": 1, "write": True}), step({"touch": [1], "cpu": 1}), step({"touch": [1], "count": 0}), step({"disk": {"read": 1, "write": 2}}), step({"disk": {}}),
    step({"call": "files"}), step({"call": "file", "io": 1}), step({"io": 1, "count": 2}),
]


def ossim_takes(document, folder, number):
    path = folder / f"{number}.json"
    path.write_text(json.dumps(document))
    done = subprocess.run([OSSIM, "check", "--quiet", str(path)], capture_output=True,
                          text=True, timeout=60)
    if done.returncode not in (0, 2):
        failures.append(f"status {done.returncode} of ossim check for {document}")
    if done.returncode == 2 and str(path) not in done.stderr:
        failures.append(f"no message for {document}: {done.stderr}")
    return done.returncode == 0


def shipped_workloads():
    for path in sorted((ROOT / "workloads").rglob("*.json")):
        relative = path.relative_to(ROOT / "workloads")
        if not relative.name.endswith("schema.json") and relative.parts[0] not in ("costs", "rubrics", "structures"):
            yield path


def check_shipped():
    workload = validator(SCHEMA)
    n = 0
    for n, path in enumerate(shipped_workloads(), 1):
        for error in workload.iter_errors(json.loads(path.read_text())):
            failures.append(f"{path}: {error.json_path}: {error.message}")
    costs = validator({**SCHEMA["$defs"]["costs"], "$defs": SCHEMA["$defs"]})
    structures = validator({"anyOf": [{"$ref": "#/$defs/structure"}, {"$ref": "#/$defs/vm"}],
                            "$defs": SCHEMA["$defs"]})
    for path in sorted((ROOT / "workloads/structures").glob("*.json")):
        failures.extend(f"{path}: {error.message}"
                        for error in structures.iter_errors(json.loads(path.read_text())))
    sets = sorted((ROOT / "workloads/costs").glob("*.json"))
    for path in sets:
        document = json.loads(path.read_text())
        for error in costs.iter_errors(document):
            failures.append(f"{path}: {error.json_path}: {error.message}")
        figures = {**document, **document.get("insn", {})}
        for key, value in figures.items():
            if isinstance(value, int) and key != "ossim_costs":
                failures.append(f"{path}: {key} has no source")
        if document.get("name") != path.stem:
            failures.append(f"{path}: its name is not {path.stem}")
    return n, len(sets)


def check_agreement():
    workload = validator(SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(GOOD + BAD):
            good = number < len(GOOD)
            text = json.dumps(document)[:200]
            if workload.is_valid(document) != good:
                failures.append(f"the schema {'refuses' if good else 'takes'} {text}")
            if ossim_takes(document, pathlib.Path(folder), number) != good:
                failures.append(f"ossim {'refuses' if good else 'takes'} {text}")


def a_time(rng):
    """Mostly a time, or nearly one."""
    parts = [rng.choice(["", "0", "5", "17", "007", "100000000", "99999999999", "+1", "-1"]),
             rng.choice(["", "", ".", ".5", ".25", ".000001", ".0000001", "..5", ".5.5"]),
             rng.choice(["", "", "", "e3", "E+2", "e-3", "e", "e99", "e-99", "e1.5"]),
             rng.choice(["", "ns", "us", "ms", "s", "m", "S", "msms", " ms", "x"])]
    if rng.random() < .1:
        rng.shuffle(parts)
    return "".join(parts)


def fits(text):
    """What a schema cannot say: whole in ns, at most 100 years."""
    unit = next((u for u in ("ns", "us", "ms", "s") if text.endswith(u)), "")
    scale = {"ns": 1, "us": 10**3, "ms": 10**6, "": 10**6, "s": 10**9}[unit]
    ns = Fraction(text[:len(text) - len(unit)]) * scale
    return ns.denominator == 1 and ns <= 100 * 365.25 * 86400 * 10**9


def check_times():
    """One grammar of times: the schema's and the loader's, over random texts."""
    rng = random.Random(1)
    texts = sorted({a_time(rng) for _ in range(TIMES)})
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, text in enumerate(texts):
            names.append(f"{folder}/{number}.json")
            pathlib.Path(names[-1]).write_text(json.dumps(process(cpu=text)))
        said = subprocess.run([OSSIM, "check", *names], capture_output=True, text=True).stdout
    taken = {line.removesuffix(": ok") for line in said.splitlines() if line.endswith(": ok")}
    for name, text in zip(names, texts):
        form = re.fullmatch(SCHEMA["$defs"]["time_text"]["pattern"].strip("^$"), text) is not None
        if (name in taken) != (form and fits(text)):
            failures.append(f"the time {text!r}: the schema {'takes' if form else 'refuses'} it, "
                            f"ossim {'takes' if name in taken else 'refuses'} it")
    if sum(name in taken for name in names) < 50:
        failures.append(f"of {len(texts)} random times {len(taken)} are taken")
    return len(texts)


# Where an object may stand whose keys do not depend on its other keys. 0: in a list.
SECTIONS = [
    [], ["machine"], ["machine", "memory"], ["machine", "swap"], ["machine", "cpus", 0],
    ["machine", "cpus", 0, "idle", 0], ["machine", "cpus", 0, "opps", 0], ["machine", "costs"],
    ["kernel"], ["kernel", "cache"], ["kernel", "fs"], ["kernel", "balance"],
    ["kernel", "guest_policy"], ["processes", 0], ["events", 0], ["stop"],
]


def resolve(schema):
    while "$ref" in schema:
        node = SCHEMA
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        schema = node
    return schema


def variants(schema):
    """The schema and what it may be instead, references resolved."""
    schema = resolve(schema)
    yield schema
    for choice in ("oneOf", "anyOf", "allOf"):
        for part in schema.get(choice, []):
            yield from variants(part)


def schema_keys(section):
    nodes = [SCHEMA]
    for part in section:
        nodes = [v["items"] if part == 0 else v["properties"][part]
                 for n in nodes for v in variants(n)
                 if (part == 0 and "items" in v) or part in v.get("properties", {})]
    return {key for n in nodes for v in variants(n) for key in v.get("properties", {})}


def loader_says(section, keys):
    value = {key: {"no": "value"} for key in keys}
    for part in reversed(section):
        value = [value] if part == 0 else {part: value}
    document = whole()
    document.update(value)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        return subprocess.run([OSSIM, "check", file.name], capture_output=True, text=True).stderr


def check_keys():
    """What the loader offers the schema has, and what the schema has the loader knows."""
    checked = 0
    for section in SECTIONS:
        where, keys = "/".join(map(str, section)), schema_keys(section)
        offered = re.search(r"zzyzzy: unknown key \(expected one of (.*)\)$",
                            loader_says(section, ["zzyzzy"]), re.M)
        if not keys or not offered:
            failures.append(f"/{where}: {len(keys)} keys in the schema, ossim offers {offered}")
            continue
        more = set(offered[1].split(", ")) - keys - {"..."}
        if more:
            failures.append(f"/{where}: the schema lacks {sorted(more)}")
        for key in sorted(keys):
            checked += 1
            if f"/{key}: unknown key" in loader_says(section, [key]):
                failures.append(f"/{where}: the schema's {key} is unknown to ossim")
    return checked


def main():
    workloads, sets = check_shipped()
    check_agreement()
    times = check_times()
    keys = check_keys()
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"schema: {workloads} workloads, {sets} cost sets, {len(GOOD)} good and "
          f"{len(BAD)} bad documents, {times} times, {keys} keys, "
          f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
