#!/usr/bin/env python3
"""Random shell scripts, in a machine with a disk and on the host. [FIRST] [COUNT]

The same script runs under the machine's sh with its own tools, on a file system of a random
kind behind a random drive, and under the host's bash with the host's tools in an empty folder.
Both must print the same and leave the same files: names, kinds, lengths, contents, links, modes.
What is left on the machine's disk is clean for e2fsck.
"""
import difflib
import json
import os
import random
import shutil
import subprocess
from seeds import OSSIM, e2fsck, main, run

UNIX = os.path.abspath("workloads/programs/unix")
TOOLS = """sh cp mv rm mkdir rmdir ln wc grep head tail sort dd echo touch chmod ls printf seq tr cut uniq
           sed tee find expr env basename dirname true false""".split()


class Script:
    """Lines of a script; what they name exists more often than not."""

    def __init__(self, r):
        self.r = r
        self.files = ["f0"]     # of text
        self.bytes = ["z0"]     # with zero bytes in them, too, which tools for text may cut at
        self.dirs = ["."]

    def dir(self):
        return self.r.choice(self.dirs)

    def old(self, of=None):
        return self.dir() + "/nothing" if self.r.random() < 0.1 else self.r.choice(of or self.files)

    def raw(self):
        """A file of bytes, old or new."""
        if self.r.random() < 0.5:
            self.bytes.append(f"{self.dir()}/z{self.r.randrange(6)}")
        return self.r.choice(self.bytes)

    def new(self):
        name = f"{self.dir()}/{self.r.choice('abcdefgh')}{self.r.randrange(4)}"
        self.files.append(name)
        return name

    def either(self):
        return self.old() if self.r.random() < 0.5 else self.new()

    def words(self):
        return " ".join(self.r.choice(["red", "green", "blue", "x", "10", "9", "007"])
                        for _ in range(self.r.randrange(1, 6)))

    def folder(self):
        d = f"{self.dir()}/d{self.r.randrange(5)}"
        self.dirs.append(d)
        return f"mkdir -p {d}"

    def of_bytes(self):
        return self.r.choice([f"cp {self.old()} {self.raw()}", f"cp {self.raw()} {self.raw()}",
                              f"mv {self.raw()} {self.raw()}", f"wc -c < {self.raw()}",
                              f"cat {self.raw()} {self.old()} >> {self.raw()}"])

    def number(self):
        return self.r.choice(["0", "1", "2", "3", "7", "-4", "i", "k", "10"])

    def sum(self):
        op = self.r.choice(["+", "-", "*", "<", "==", "&&", "||", "&", "|", "^", "<<"])
        right = self.r.choice("123") if op == "<<" else self.number()
        return self.r.choice([f"{self.number()} {op} {right}", f"({self.number()} {op} {right}) * {self.number()}",
                              f"{self.number()} ? {self.number()} : {self.number()}",
                              f"k = {self.number()} + 1", f"k += {self.number()}"])

    def edits(self):
        """A filter for lines of words."""
        pick, n = self.r.choice, self.r.randrange
        where = pick(["", "", "2", "$", "/red/", "1,2", "/e/,/x/", "2!", "$!"])
        return pick([f"sed '{where}{pick(['d', 'p', 's/e/E/', 's/[a-r]*/<&>/g', 's/e/_/2', 'y/ed/DE/', '='])}'",
                     f"sed -n '{where}{pick(['p', 's/r/R/gp', '{s/e/3/;p;}'])}'",
                     f"sed -E 's/({pick(['red', 'e|x', '[0-9]+'])})( |$)/{pick(['[&]', '(1)', '2'])}/'",
                     f"tr {pick(['a-z A-Z', '-d aeiou', '-s e', '-cd a-f0-9', '-s a-z x', '-c a-z _'])}",
                     f"cut -d ' ' -f {pick(['1', '2-', '-2', '1,3', '2'])}{pick(['', ' -s'])}",
                     f"cut -c {n(1, 4)}-{n(4, 9)}", "sort | uniq -c", f"uniq {pick(['-d', '-u', ''])}",
                     f"tee {self.either()}", f"tee -a {self.either()} | wc -l"])

    def tells(self):
        """What prints without files."""
        pick, n = self.r.choice, self.r.randrange
        return pick([f"printf '{pick(['%s:', '<%5s>', '%-4s|', '%.2s '])}\\n' {self.words()}",
                     f"printf '{pick(['%d', '%04d', '%x', '%+d'])} %s\\n' {n(-99, 999)} {self.words()}",
                     f"seq {pick(['', '-w ', '-s : '])}{n(-3, 9)} {n(1, 4)} {n(15)}",
                     f"expr {n(20)} {pick(['+', '-', '%', '<', '=', '/'])} {n(1, 9)}",
                     f"expr {pick(['red', 'green007'])} : '{pick(['r', '[a-z]*', '.*e', chr(92) + '(.' + chr(92) + ')e'])}'",
                     f"basename {self.old()} {pick(['', '0', '1'])}", f"dirname {self.old()}",
                     f"echo $(({self.sum()})) $k", f"env k={n(9)} sh -c 'echo $k'", f"f {self.words()}; echo $?",
                     f"g {n(6)}", f"find {self.dir()} {pick(['-type f', '-type d', '-name *[0-3]', '! -name d*', '-links 2 -type f', '-maxdepth 1', '-type f -size 0'])} | sort",
                     f"find {self.dir()} -type f -name '*1' -exec wc -c {{}} ';' | sort",
                     f"(trap 'echo bye $?' EXIT; {pick(['true', 'false', 'exit 3', 'set -e; false; echo not'])}; echo here)",
                     f"(set -e; f {self.words()} && echo f; {pick(['false', 'true'])} || echo or; {pick(['false', 'true', 'g 2'])}; echo on)",
                     f"i=0; while [ $i -lt {n(1, 7)} ]; do i=$((i + 1)); [ $i = {n(7)} ] && {pick(['continue', 'break'])}; echo $i; done",
                     f"until [ ${{i:-9}} -gt {n(1, 5)} ]; do i=$((i + 2)); done; echo $i"])

    def line(self):
        """One that is drawn; what stands twice is so twice as often."""
        pick, n = self.r.choice, self.r.randrange
        write = lambda: f"echo {self.words()} > {self.either()}"
        append = lambda: f"echo {self.words()} >> {self.either()}"
        dd = lambda: (f"dd if={self.old(self.files + self.bytes)} of={self.raw()} bs={pick([1, 7, 512, 1000])} "
                      f"count={n(1, 40)} seek={n(60)}{pick(['', ' conv=notrunc'])}")
        return pick([
            write, write, append, append,
            lambda: f"cp {self.old()} {self.either()}",
            lambda: f"mv {self.old()} {self.either()}",
            lambda: f"rm -f {self.old()}",
            self.folder,
            lambda: f"rmdir {self.dir()}/d{n(5)}",
            lambda: f"ln {self.old()} {self.new()}",
            lambda: f"ln -s {pick(['f0', 'd0', 'gone', '../f0'])} {self.new()}",
            dd, dd,
            lambda: f"sort {pick(['', '-r', '-n', '-u', '-rn'])} {self.old()} > {self.new()}",
            lambda: f"wc {pick(['-l', '-w', '-c'])} < {self.old()}",
            lambda: f"grep {pick(['-v', '-c', '-n', '-i', ''])} {pick(['red', 'e', '^x', '0'])} {self.old()}",
            lambda: f"cat {self.old()} {self.old()} > {self.new()}",
            lambda: (f"for i in 1 2 3 {n(9)}; do echo $i {self.words()} >> {self.either()}; "
                     f"cp {self.old()} {self.dir()}/c$i; done"),
            lambda: f"if grep -q {pick(['red', 'x'])} {self.old()}; then echo yes; else echo no $?; fi",
            lambda: f"ls {self.dir()}",
            lambda: f"rm -rf {self.dir()}/d{n(5)}",
            lambda: f"chmod {pick(['600', '644', '755', '444'])} {self.old()}",
            lambda: f"{pick(['head', 'tail'])} -n {n(1, 4)} {self.old()}",
            lambda: f"cat {self.old()} | sort | {pick(['uniq_is_not_there', 'wc -l', 'head -n 2', 'grep e'])}",
            lambda: f"cp -r {self.dir()}/d{n(5)} ./e{n(5)}",    # never into itself
            self.of_bytes, self.of_bytes, self.tells, self.tells, self.tells,
            lambda: f"{self.edits()} < {self.old()}",
            lambda: f"cat {self.old()} {self.old()} | {self.edits()} | {self.edits()}"])()


def script(r):
    s = Script(r)
    lines = ["cd /work || exit 9", "echo start of f0 > f0", "mkdir d0 d1", "i=0 k=1",
             "f() { local i=2; for w; do [ $w = x ] && return 5; printf '%s,' $w; done; echo; k=$#; }",
             "g() { [ $1 -gt 0 ] || return; echo $1; g $(($1 - 1)); }"]
    s.dirs += ["d0", "d1"]
    for i in range(r.randrange(5, 60)):
        lines.append(f"{{ {s.line()}; }} 2>/dev/null{'; echo %d: $?' % i if r.random() < 0.6 else ''}")
    return "\n".join(lines) + "\n"


def machine(r, text, d):
    disk = {"model": r.choice(["fixed", "hdd", "ssd", {"raid": 5, "of": 3, "drive": "fixed"}]),
            "size": r.choice(["8MiB", "16MiB"])}
    files = {"/run.sh": text, "/work": {"from": f"{d}/empty"}, "/bin": {"from": f"{d}/built/bin"}}
    return {"ossim": 1, "machine": {"cpus": r.choice([1, 2]), "disk": disk},
            "kernel": {"files": files, "fs": {"block": r.choice([1024, 2048, 4096]),
                                              "journal": r.choice(["none", "ordered", "data"])},
                       "cache": {"blocks": r.choice([96, 256]), "write_back": r.choice([5000, 50])}},
            "processes": [{"name": "sh", "program": f"{UNIX}/sh.c", "args": ["/run.sh"]}]}


def build(d):
    """The tools, once for all scripts: in d/built/bin."""
    files = {f"/bin/{t}": {"from": f"{UNIX}/{t}.c"} for t in TOOLS}
    files["/bin/cat"] = {"from": f"{UNIX}/../cat.c"}
    with open(f"{d}/b.json", "w") as f:
        json.dump({"ossim": 1, "machine": {"disk": {"model": "fixed", "size": "32MiB"}},
                   "kernel": {"files": files}, "processes": [{"name": "x", "cpu": 1}]}, f)
    subprocess.run([OSSIM, "run", f"{d}/b.json", "--quiet", "--files-out", f"{d}/built"],
                   check=True, stderr=subprocess.DEVNULL)
    os.mkdir(f"{d}/empty")


def tree(top):
    out = {}
    for at, dirs, names in os.walk(top):
        for n in sorted(dirs + names):
            path = os.path.join(at, n)
            rel, st = os.path.relpath(path, top), os.lstat(path)
            if os.path.islink(path):
                out[rel] = ("link", os.readlink(path))
            elif os.path.isdir(path):
                out[rel] = ("dir", oct(st.st_mode & 0o777))
            else:
                with open(path, "rb") as f:
                    out[rel] = ("file", oct(st.st_mode & 0o777), f.read())
    return out


def names_of(inodes):
    """Which names are one file: [(path, inode)] as sets of paths."""
    sets = {}
    for path, ino in inodes:
        sets.setdefault(ino, set()).add(path)
    return sorted(sorted(s) for s in sets.values() if len(s) > 1)


def links_on(image):
    """The same of what is under /work in an image."""
    at, found = "", []
    for line in run(OSSIM, "disk", "ls", "-lR", image, "/work").stdout.decode().splitlines():
        word = line.split(None, 8)
        if line.endswith(":") and line.startswith("/"):
            at = line[:-1]
        elif len(word) == 9 and word[1].startswith("-"):
            found.append((os.path.relpath(f"{at}/{word[8]}", "/work"), word[0]))
    return names_of(found)


def links_in(top):
    return names_of((os.path.relpath(os.path.join(at, n), top), os.lstat(os.path.join(at, n)).st_ino)
                    for at, _, names in os.walk(top) for n in names
                    if not os.path.islink(os.path.join(at, n)))


def try_one(seed, d):
    r = random.Random(seed)
    text = script(r)
    for sub in ("host", "out", "std"):
        shutil.rmtree(os.path.join(d, sub), ignore_errors=True)
    os.makedirs(os.path.join(d, "host", "work"))    # what a link calls ../f0 is none of the next
    with open(os.path.join(d, "w.json"), "w") as f:
        json.dump(machine(r, text, d), f)
    host = run("bash", "--posix", "-c", text.replace("cd /work", f"cd {d}/host/work"), env={"PATH": os.environ["PATH"], "LC_ALL": "C", "POSIXLY_CORRECT": "1"})
    ours = run(OSSIM, "run", f"{d}/w.json", "--quiet", "--audit", "--files-out", f"{d}/out", "--stdout", f"{d}/std",
               "--disk-out", f"{d}/img")
    said = open(f"{d}/std/sh.out", "rb").read() if os.path.exists(f"{d}/std/sh.out") else b""
    if said != host.stdout:
        return text, "\n".join(difflib.unified_diff(
            host.stdout.decode(errors="replace").split("\n"), said.decode(errors="replace").split("\n"),
            "the host says", "the machine says", lineterm="", n=1))
    a, b = tree(f"{d}/out/work"), tree(f"{d}/host/work")
    if a != b:
        return text, "files: " + "; ".join(f"{k}: {str(a.get(k))[:300]}, host {str(b.get(k))[:300]}"
                                           for k in sorted(set(a) | set(b)) if a.get(k) != b.get(k))
    if links_on(f"{d}/img") != links_in(f"{d}/host/work"):
        return text, f"links: {links_on(f'{d}/img')}, host {links_in(f'{d}/host/work')}"
    return text, e2fsck(f"{d}/img") or None


def show(text, what):
    return what + "\n" + "\n".join(f"{n - 4:4} {line}" for n, line in enumerate(text.split("\n")))


if __name__ == "__main__":
    main("random scripts", 8, try_one, show, build)
