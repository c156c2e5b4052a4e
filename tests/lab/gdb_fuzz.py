#!/usr/bin/env python3
"""The debugger's port, spoken to by somebody who has read the protocol and means no good:
sessions of random packets in random order, with numbers of threads that are none, sizes that
do not fit, broken checksums, Ctrl-C at any time, and an end without a word. ossim answers in
packets, survives, and ends soon after the connection does."""
import ctypes
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SESSIONS, PACKETS, PATIENCE = 10, 120, 20
ENDLESS = "_start: la a0, word\\nlw a1, 0(a0)\\naddi a1, a1, 1\\nsw a1, 0(a0)\\nj _start\\n.data\\nword: .word 0\\n"
FORKS = "_start: li a0, 17\\nli a1, 0\\nli a7, 220\\necall\\nli t0, 40000\\n1: addi t0, t0, -1\\nbnez t0, 1b\\nli a0, 0\\nli a7, 93\\necall\\n"
WORKLOAD = ('{"ossim": 1, "machine": {"cpus": 2}, "kernel": {"scheduler": "rr:quantum=1"}, "processes": ['
            f'{{"name": "endless", "asm": "{ENDLESS}"}}, {{"name": "forks", "asm": "{FORKS}", "count": 2}},'
            '{"name": "burst", "bursts": [{"cpu": 5}]}]}')
THREADS = ["0", "-1", "1", "2", "3", "4", "5", "ff", "7fffffff", "80000000", "ffffffff", "fffffffff", "",
           "p1.1", "zz", "-ffffffff", "1000000000000000000000"]
NUMBERS = ["0", "1", "4", "20", "21", "ff", "7ff", "800", "fff", "1000", "10000", "10094", "12000", "7fffffff",
           "80000000", "bffffffc", "ffffffff", "fffffffe", "100000000", "", "-1", "g"]


def packet(rng):
    n, t = lambda: rng.choice(NUMBERS), lambda: rng.choice(THREADS)
    noise = "".join(chr(rng.randrange(1, 127)) for _ in range(rng.randrange(40)))
    noise = noise.lstrip("D")           # who detaches lets an endless program go on, and rightly
    hexes = "".join(rng.choice("0123456789abcdefxyz") for _ in range(rng.choice([0, 1, 8, 263, 264, 300, 4000])))
    return rng.choice([
        "?", "g", "G" + hexes, f"p{n()}", f"P{n()}={hexes[:9]}", f"P{n()}", f"m{n()},{n()}", f"M{n()},{n()}:{hexes}",
        f"M{n()},{n()}", f"X{n()},{n()}:{noise}", f"Z{rng.randrange(6)},{n()},{n()}", f"z{rng.randrange(6)},{n()},{n()}",
        f"H{rng.choice('gcx')}{t()}", f"T{t()}", f"qThreadExtraInfo,{t()}", "qfThreadInfo", "qsThreadInfo", "qC",
        f"qXfer:features:read:target.xml:{n()},{n()}", "qSupported:" + noise, "qAttached", "qSymbol::", "vCont?",
        f"vCont;s:{t()}", f"vCont;{noise}", f"vCont;s:{t()};c", "vMustReplyEmpty", "s", f"s{n()}", "S05", "H", "P", "m",
        "qSupported:multiprocess+;fork-events+;vfork-events+;exec-events+", f"vCont;c:p{n()}.-1", f"vCont;c:{t()};s:p2.{n()}",
        f"Hgp{n()}.{n()}", f"Tp{n()}.{t()}", f"vAttach;{rng.randrange(12)}", f"vKill;{rng.randrange(12)}", "vKill", "vAttach;",
        f"D;{rng.randrange(3, 12)}", "D;fff",
        "Z", "q", "v", "", noise, "!", "R00", "i", "bs", "bc", "bs", "bc", "b", "QStartNoAckMode", hexes])


def frame(body, rng):
    data = body.encode("latin-1").replace(b"$", b"").replace(b"#", b"")
    check = b"%02x" % (sum(data) % 256)
    if rng.random() < .03:
        check = b"zz"
    return b"$" + data + b"#" + check


def die_with_us():
    """A test that is killed takes the session along, whatever that is doing."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)      # PR_SET_PDEATHSIG


class Session:
    def __init__(self, folder, command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.error = open(folder / "err", "w+b")
        self.process = subprocess.Popen([str(ROOT / "ossim"), command[0], "--gdb", str(self.port), *command[1:]], cwd=folder,
                                        stdin=stdin, stdout=stdout, stderr=self.error, preexec_fn=die_with_us)
        self.socket, deadline = None, time.monotonic() + PATIENCE
        while not self.socket:
            try:
                self.socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
            except OSError:
                assert time.monotonic() < deadline, "nobody listens"
                time.sleep(.02)
        self.left = b""

    def reply(self, wait=PATIENCE):
        """The next packet; None if the connection ends, "" after `wait` seconds."""
        self.socket.settimeout(wait)
        while True:
            found = re.search(rb"\$([^#]*)#([0-9a-f]{2})", self.left)
            if found:
                self.left = self.left[found.end():]
                assert int(found[2], 16) == sum(found[1]) % 256, f"a wrong checksum: {found[0]}"
                return found[1].decode("latin-1")
            try:
                more = self.socket.recv(65536)
            except socket.timeout:
                return ""
            except OSError:
                return None
            if not more:
                return None
            self.left += more

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def end(self):
        self.socket.close()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("it goes on without a debugger")
        self.error.seek(0)
        said = self.error.read().decode(errors="replace")
        self.error.close()
        assert status in (0, 1), f"status {status}: {said[-300:]}"
        assert "internal error" not in said and "Sanitizer" not in said, said[-300:]


def fuzz(folder, seed):
    rng, last = random.Random(seed), "?"
    s = Session(folder, ["run", "w.json", "--quiet"])
    try:
        for _ in range(PACKETS):
            last = packet(rng)
            s.send(frame(last, rng))
            runs = last[:1] in ("s", "S", "c", "C") or last.startswith("vCont;")
            if rng.random() < .1 or runs:
                s.send(b"\x03")
            if s.reply() is None:
                break
            if rng.random() < .05:
                s.send(bytes(rng.randrange(256) for _ in range(9)).replace(b"$", b"").replace(b"\x03", b""))
        if rng.random() < .3:
            s.send(frame("c", rng))
        if rng.random() < .3:
            s.send(b"$m0,")             # and gone in the middle of one
        s.end()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}, after {last!r}: {error}") from None


def known(folder):
    s = Session(folder, ["run", "w.json", "--quiet"])

    def ask(body):
        s.send(frame(body, random.Random(1)))
        return s.reply()

    assert ask("?").startswith("T05thread:1"), "no stop at the beginning"
    assert ask("qThreadExtraInfo,0") == ask("qThreadExtraInfo,ffffffff") == ""
    assert bytes.fromhex(ask("qThreadExtraInfo,1")).decode() == "endless"
    assert ask("T0") == ask("Tffffffff") == ask("T4") == "E01" and ask("T1") == "OK"
    assert ask("Hg-1") == "OK" and ask("Hgff") == "E01"
    for _ in range(3):                  # Ctrl-C stops what runs, each time
        s.send(frame("c", random.Random(1)))
        assert s.reply(.3) == "", "an endless program stopped by itself"
        s.send(b"\x03")
        assert s.reply().startswith("T02thread:"), "Ctrl-C does not stop it"
    s.send(frame("c", random.Random(1)))
    time.sleep(.1)
    s.end()


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "w.json").write_text(WORKLOAD)
        known(folder)
        for seed in range(SESSIONS):
            fuzz(folder, seed)
    print(f"gdb_fuzz: {SESSIONS} sessions of {PACKETS} packets, 0 failures")


if __name__ == "__main__":
    main()
