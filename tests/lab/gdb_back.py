#!/usr/bin/env python3
"""Backwards in the debugger's port: a step back undoes a step, whatever else runs beside it;
a breakpoint or watchpoint is met from behind where it was met from the front; what programs
read and print on the way is the same, and printed once; a changed past has another future;
and a run that was gone through in all directions ends with the results of one that was not."""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from gdb_fuzz import FORKS, ROOT, Session, frame  # noqa: E402

LOOPS = ("_start: la s0, word\\nli s1, 3000\\n1: lw a1, 0(s0)\\naddi a1, a1, 7\\nsw a1, 0(s0)\\naddi s1, s1, -1\\n"
         "bnez s1, 1b\\nli a0, 1\\nla a1, text\\nli a2, 5\\nli a7, 64\\necall\\nli a0, 0\\nli a7, 93\\necall\\n"
         ".data\\nword: .word 0\\ntext: .ascii \\\"done\\\\n\\\"\\n")
WORKLOAD = ('{"ossim": 1, "machine": {"cpus": 2}, "kernel": {"scheduler": "rr:quantum=10us", "timer_jitter": "3us"},'
            f'"processes": [{{"name": "loops", "asm": "{LOOPS}", "count": 2}}, {{"name": "forks", "asm": "{FORKS}"}},'
            '{"name": "burst", "bursts": [{"cpu": 0.05}, {"io": 0.1}, {"cpu": 0.05}]}]}')
READER = """
        .globl _start
_start: li a0, 0
        la a1, buf
        li a2, 1
        li a7, 63
        ecall
        blez a0, end
        li a0, 1
        li a7, 64
        ecall
        j _start
end:    li a7, 93
        ecall
        .bss
buf:    .space 4
"""


class Port:
    """A session, and packets that must be answered."""

    def __init__(self, folder, command, **options):
        self.session = Session(folder, command, **options)
        self.dice = random.Random(1)

    def ask(self, body):
        self.session.send(frame(body, self.dice))
        answer = self.session.reply()
        assert answer is not None, f"gone after {body}"
        return answer

    def place(self, stop):
        """Which thread stopped, and all registers of all threads."""
        threads = self.ask("qfThreadInfo")[1:].split(",")
        state = {}
        for t in threads:
            assert self.ask(f"Hg{t}") == "OK"
            state[t] = self.ask("g")
        where = stop.split("thread:")[1].split(";")[0]
        self.ask(f"Hg{where}")
        return where, state

    def pc(self):
        return int.from_bytes(bytes.fromhex(self.ask("g")[-8:]), "little")


def steps_back(folder, seed):
    """Steps of random threads, undone one by one: all threads stand where they stood."""
    rng = random.Random(seed)
    port = Port(folder, ["run", "w.json", "--quiet"])
    for _ in range(rng.randrange(4)):   # somewhere in the run
        port.ask("vCont;s:1;c")
    for _ in range(3):                  # a few steps of one thread, the others run along
        chosen, seen = rng.choice(list(port.place(port.ask("?"))[1])), []
        for _ in range(rng.randrange(2, 9)):
            stop = port.ask(f"vCont;s:{chosen};c")
            if not stop.startswith("T05"):
                break
            seen.append(port.place(stop))
        for then in reversed(seen[:-1]):
            assert port.ask(f"Hc{chosen}") == "OK"
            assert port.place(port.ask("bs")) == then, f"seed {seed}: {chosen} is not where it was"
    port.ask("bc")
    begin = port.place(port.ask("?"))
    assert "replaylog:begin" in port.ask("?")
    for _ in range(3):
        port.ask("c") if rng.random() < .3 else port.ask("vCont;s:1;c")
        stop = port.ask("bc")
        assert "replaylog:begin" in stop and port.place(stop) == begin, f"seed {seed}: another beginning"
    port.ask("D")
    port.session.end()


def points(folder):
    """Every write of a loop, from the front and from behind."""
    port = Port(folder, ["exec", "loop.elf"])
    word, store = SYMBOLS["word"], SYMBOLS["store"]
    assert port.ask(f"Z2,{word:x},4") == "OK"
    values = []
    for _ in range(5):
        assert f"watch:{word:x}" in port.ask("c")
        values.append(port.ask(f"m{word:x},4"))
    for value in reversed([f"{7 * i:02x}000000" for i in range(5)]):
        assert f"watch:{word:x}" in port.ask("bc") and port.pc() == store
        assert port.ask(f"m{word:x},4") == value, "not as before that write"
    assert "replaylog:begin" in port.ask("bc")
    assert port.ask(f"z2,{word:x},4") == port.ask(f"Z0,{store:x},4") == "OK"
    for _ in range(3):
        assert "swbreak" in port.ask("c")
    assert port.ask(f"m{word:x},4") == "0e000000"
    assert "swbreak" in port.ask("bc") and port.ask(f"m{word:x},4") == "07000000"
    # Another past: from here on the loop counts from 100.
    assert port.ask(f"M{word:x},4:64000000") == "OK"
    assert "swbreak" in port.ask("c") and port.ask(f"m{word:x},4") == "0e000000"
    assert "swbreak" in port.ask("bc") and port.ask(f"m{word:x},4") == "64000000", "the change is gone"
    assert port.ask("P5=40000000") == "OK" and port.ask("s").startswith("T05")      # t0, which is stored
    assert port.ask(f"m{word:x},4") == "40000000"
    assert port.ask("bs").startswith("T05") and port.ask(f"m{word:x},4") == "64000000"
    assert port.ask("s").startswith("T05") and port.ask(f"m{word:x},4") == "40000000", "the register is not"
    assert port.ask("bx") == port.ask("b") == port.ask("bcc") == ""
    port.session.send(frame("k", port.dice))
    port.session.end()


def input_again(folder):
    """What was read is read again, without anybody typing it; what was printed is not."""
    (folder / "in").write_text("abc")
    with open(folder / "in") as stdin, open(folder / "out", "w+") as stdout:
        port = Port(folder, ["exec", "reader.elf"], stdin=stdin, stdout=stdout)
        back, buf = SYMBOLS["_start"], SYMBOLS["buf"]
        port.ask(f"Z0,{back:x},4")
        seen = []
        for _ in range(3):
            port.ask("c")
            seen.append(port.ask(f"m{buf:x},1"))
        assert bytes.fromhex("".join(seen)) == b"abc", seen
        for _ in range(2):
            for want in ("62", "61"):
                assert "swbreak" in port.ask("bc") and port.ask(f"m{buf:x},1") == want
            for want in ("62", "63"):
                port.ask("c")
                assert port.ask(f"m{buf:x},1") == want
        port.ask("bc")
        port.ask("bc")
        port.ask("D")                   # in the past: the run goes on where it was
        port.session.end()
        stdout.seek(0)
        assert stdout.read() == "abc", "printed twice, or not at all"


def same_end(folder):
    """Back and forth, then to the end: the results of a run without a debugger."""
    command = ["run", "w.json", "--quiet", "--audit"]
    subprocess.run([ROOT / "ossim", *command, "--json", "plain"], cwd=folder, check=True)
    port = Port(folder, [*command, "--json", "walked"])
    word = SYMBOLS["word2"]
    port.ask(f"Z2,{word:x},4")
    for _ in range(20):
        port.ask("c")
    for _ in range(7):
        port.ask("bc")
    port.ask(f"z2,{word:x},4")
    assert port.ask("c").startswith("W00")
    port.session.send(frame("k", port.dice))
    port.session.end()
    plain, walked = (json.loads((folder / name).read_text()) for name in ("plain", "walked"))
    assert plain == walked, "a debugger's way back shows in the results"


def vanishes(folder):
    """Whoever is gone without a word ends the session, whatever has been said before that."""
    for last in (b"", b"+" * 100000, b"$m0,", frame("?", random.Random(1)) * 3000):
        port = Port(folder, ["exec", "loop.elf"])
        port.session.send(frame("c", port.dice) + last)
        port.session.end()


def assemble(folder, name, text):
    (folder / f"{name}.s").write_text(text)
    subprocess.run([ROOT / "ossim", "asm", f"{name}.s", "-o", f"{name}.elf"], cwd=folder, check=True)
    return (folder / f"{name}.elf").read_bytes()


def symbols(data):
    """Names and values of an ELF32 file's symbols."""
    word = lambda at, n: int.from_bytes(data[at:at + n], "little")
    sections = [[word(word(32, 4) + 40 * i + 4 * j, 4) for j in range(10)] for i in range(word(48, 2))]
    found = {}
    for s in sections:
        if s[1] == 2:
            names = sections[s[6]][4]
            for at in range(s[4], s[4] + s[5], 16):
                start = names + word(at, 4)
                found[data[start:data.index(b"\0", start)].decode()] = word(at + 4, 4)
    return found


SYMBOLS = {}


def main():
    loop = ("        .globl _start, word, store\n_start: la s0, word\n1:      lw t0, 0(s0)\n        addi t0, t0, 7\n"
            "store:  sw t0, 0(s0)\n        j 1b\n        .data\nword:   .word 0\n")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "w.json").write_text(WORKLOAD)
        SYMBOLS.update(symbols(assemble(folder, "reader", READER)))
        SYMBOLS.update(word2=symbols(assemble(folder, "loops", json.loads(f'"{LOOPS}"')))["word"])
        start = SYMBOLS["_start"]
        SYMBOLS.update(symbols(assemble(folder, "loop", loop)))
        SYMBOLS["_start"] = start
        points(folder)
        input_again(folder)
        same_end(folder)
        vanishes(folder)
        for seed in range(6):
            steps_back(folder, seed)
    print("gdb_back: steps, points, input and results, backwards: 0 failures")


if __name__ == "__main__":
    main()
