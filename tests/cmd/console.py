#!/usr/bin/env python3
"""console.py - --console: a person at the prompt of the simulated machine (through a pty), a
pipe, and what is left of the terminal afterwards; a switch of the scheduler; keys as signals."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time

OSSIM = os.path.abspath("./ossim")
SHELL = os.path.abspath("workloads/shell.json")
PATIENCE = 60
failed = 0


def check(name, ok, detail=""):
    global failed
    print(("ok   " if ok else "FAIL ") + "console: " + name)
    if not ok:
        failed = 1
        print(detail)


WINDOW = """#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
static void look(int signo)
{
    struct winsize w;

    if (ioctl(0, TIOCGWINSZ, &w) == 0)
        printf("%d: %d rows, %d columns\\n", signo, w.ws_row, w.ws_col);
    fflush(stdout);
}
int main(void)
{
    struct sigaction sa = { .sa_handler = look };
    sigset_t none, window;

    sigemptyset(&none);
    sigemptyset(&window);
    sigaddset(&window, SIGWINCH);
    sigprocmask(SIG_BLOCK, &window, NULL);     /* not before somebody waits for it */
    sigaction(SIGWINCH, &sa, NULL);
    look(0);
    sigsuspend(&none);
    return 0;
}
"""


class Person:
    """Somebody at a terminal, with ossim in it."""

    def __init__(self, *args):
        self.master, self.slave = pty.openpty()
        termios.tcsetwinsize(self.slave, (30, 90))
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen([OSSIM, *args], stdin=self.slave, stdout=self.slave,
                                        stderr=self.slave, start_new_session=True)
        self.seen = ""

    def waits_for(self, pattern):
        """Until what was shown since the last call matches. The text up to there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = re.search(pattern, self.seen)
            if found:
                text, self.seen = self.seen[:found.end()], self.seen[found.end():]
                return text
            if select.select([self.master], [], [], 0.2)[0]:
                self.seen += os.read(self.master, 4096).decode(errors="replace")
        raise TimeoutError(f"never saw {pattern!r} in {self.seen!r}")

    def types(self, text):
        os.write(self.master, text.encode())

    def says(self, line, answer):
        self.types(line + "\r")
        return self.waits_for(answer)

    def leaves(self):
        status = self.process.wait(PATIENCE)
        same = termios.tcgetattr(self.slave) == self.before
        os.close(self.master)
        os.close(self.slave)
        return status, same


def at_the_prompt():
    p = Person(SHELL, "--console")
    p.waits_for(r"\$ $")
    text = p.says("echo abcd\x7f\x7fXY", r"\r\nabXY\r\n\$ ")
    check("what is typed is echoed and edited", "\b \b" in text, text)
    p.says("cat", "cat\r\n")
    p.says("hello", "hello\r\nhello\r\n")
    p.types("\x04")
    p.waits_for(r"\$ ")
    check("Ctrl-D ends the input of a program", True)
    p.says("cat", "cat\r\n")
    p.says("in front", "in front\r\nin front\r\n")     # only now it certainly is
    p.types("\x03")
    p.waits_for(r"\^C\r\n\$ ")
    p.says("echo $?", r"\r\n130\r\n\$ ")
    check("Ctrl-C kills the program in front, not the shell", True)
    p.says("cat", "cat\r\n")
    p.says("here", "here\r\nhere\r\n")
    p.types("\x1a")
    p.waits_for(r"stopped +cat\r\n\$ ")
    p.says("jobs", r"\[1\] stopped +cat\r\n\$ ")
    p.says("fg", "cat\r\n")
    p.says("again", "again\r\nagain\r\n")
    p.types("\x04")
    p.waits_for(r"\$ ")
    check("Ctrl-Z, jobs, fg", True)
    p.says("sleep 1 & wait; jobs", r"\[1\] \d+\r\n\[1\] done +sleep 1 *\r\n(\[1\] done +sleep 1 *\r\n)?\$ ")
    p.says("jobs", r"jobs\r\n\$ ")
    check("wait, after which a job is done", True)
    p.types("not a command\x03")
    p.waits_for(r"\^C\r\n\$ ")
    p.says("stress -c 1 -t 1 &", r"\[1\] \d+\r\n\$ ")
    p.types("\x1e")
    p.waits_for(r"\[scheduler: ")
    check("Ctrl-^ brings the next scheduler", True)
    p.types("\x1d")
    status, same = p.leaves()
    check("Ctrl-] leaves, status 0, the terminal as before", status == 0 and same,
          f"status {status}, same {same}")


def jobs_and_loops():
    p = Person(SHELL, "--console")
    p.waits_for(r"\$ $")
    p.says("sleep 100 &", r"\[1\] \d+\r\n\$ ")
    p.says("kill %1", r"done +sleep 100\r\n\$ ")
    p.says("jobs", r"jobs\r\n\$ ")
    check("kill %1 ends a job that runs behind", True)
    for loop in ("while true; do sleep 1; done", "while true; do :; done"):
        p.says(loop, "done\r\n")
        time.sleep(0.3)
        p.types("\x03")
        p.waits_for(r"\^C\r\n\$ ")
        p.says("echo $?", r"\r\n130\r\n\$ ")
    check("Ctrl-C ends a loop, of programs or of the shell alone", True)
    p.says("if true", r"\r\n> ")
    p.says("then echo more", r"\r\n> ")
    p.says("fi", r"more\r\n\$ ")
    p.says("if true", r"\r\n> ")
    p.types("\x03")
    p.waits_for(r"\$ ")
    p.says("echo new", r"\r\nnew\r\n\$ ")
    check("a command of several lines has another prompt, and Ctrl-C forgets it", True)
    check("!! is the line before", "new" in p.says("!!", r"echo new\r\nnew\r\n\$ "))
    check("arrow keys are said to be unknown", "not known" in p.says("\x1b[A", r"known here.*\r\n\$ "))
    p.types("exit\r")
    p.leaves()


def other_ends():
    p = Person("run", SHELL, "--console=sh")
    p.waits_for(r"\$ $")
    p.says("exit 0", "exit 0")
    status, same = p.leaves()
    check("exit leaves", status == 0 and same, f"status {status}, same {same}")
    for signo in (signal.SIGTERM, signal.SIGSEGV):
        p = Person(SHELL, "--console", "sh")
        p.waits_for(r"\$ $")
        p.process.send_signal(signo)
        status, same = p.leaves()
        check(f"{signal.Signals(signo).name} restores the terminal", same and status != 0,
              f"status {status}, same {same}")


def another_window(folder):
    with open(os.path.join(folder, "window.c"), "w", encoding="utf-8") as f:
        f.write(WINDOW)
    w = {"ossim": 1, "processes": [{"name": "window", "program": "window.c", "stdin": {"open": True}}]}
    with open(os.path.join(folder, "window.json"), "w", encoding="utf-8") as f:
        json.dump(w, f)
    p = Person("run", os.path.join(folder, "window.json"), "--console", "--quiet",
               "--events", os.path.join(folder, "events"))
    p.waits_for("0: 30 rows, 90 columns")
    termios.tcsetwinsize(p.slave, (41, 122))
    p.process.send_signal(signal.SIGWINCH)     # the pty is not its controlling terminal
    p.waits_for("28: 41 rows, 122 columns")
    p.leaves()
    with open(os.path.join(folder, "events"), encoding="utf-8") as f:
        check("a window of another size is a signal and an event",
              any('"window"' in line and '"rows": 41' in line for line in f))


def through_pipes(folder):
    run = subprocess.run([OSSIM, SHELL, "--console"], input=b"cd /home\ncat poem | wc\nexit 0\n",
                         capture_output=True, timeout=PATIENCE)
    check("a pipe works too, without echo", run.stdout == b"$ $ 3 15 69\n$ " and not run.returncode
          and not run.stderr, repr(run))
    out = os.path.join(folder, "out.json")
    run = subprocess.run([OSSIM, SHELL, "--console", "--json", out], stdin=subprocess.DEVNULL,
                         capture_output=True, timeout=PATIENCE)
    with open(out, encoding="utf-8") as f:
        check("no input is the end; results are written", json.load(f)["ended"] == "done"
              and run.stdout == b"$ ", repr(run))
    run = subprocess.Popen([OSSIM, SHELL, "--console"], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.close()
    run.communicate(b"ls /bin\nls /bin\n", timeout=PATIENCE)
    check("nobody who reads is an end as well", run.returncode in (0, 1, -signal.SIGPIPE), str(run.returncode))
    for args, word in ((["--console", "nobody"], b"no process of this name"),
                       (["--console", "--json", "-"], b"stdout is a console")):
        run = subprocess.run([OSSIM, "run", SHELL, *args], capture_output=True, timeout=PATIENCE)
        check(f"{args[-1]} is a mistake", run.returncode == 2 and word in run.stderr, repr(run))


def keys_of_a_workload(folder):
    """A terminal without a person: the same bytes each time."""
    w = {"ossim": 1, "machine": {"memory": {"frames": 4096}}, "kernel": {"files": {"/bin/cat": {"from": os.path.abspath(
             "workloads/programs/cat.c")}}},
         "processes": [{"name": "sh", "program": os.path.abspath("workloads/programs/unix/sh.c"),
                        "args": ["-i"], "stdin": {"open": True, "terminal": True}}],
         "events": [{"at": 1, "input": "cat\n", "process": "sh"},
                    {"at": 40, "input": "ab\u0008c\u0017d\n\u0004", "process": "sh"},
                    {"at": 60, "input": "cat\n", "process": "sh"},
                    {"at": 90, "input": "x\u0003", "process": "sh"},
                    {"at": 95, "input": "exit\n", "process": "sh"}]}
    path = os.path.join(folder, "keys.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(w, f)
    subprocess.run([OSSIM, "run", path, "--quiet", "--audit", "--stdout", folder], check=False,
                   timeout=PATIENCE)
    with open(os.path.join(folder, "sh.out"), "rb") as f:
        text = f.read()
    check("keys that a workload types do the same",
          text == b"$ cat\r\nab\b \bc\b \b\b \bd\r\nd\r\n$ cat\r\nx^C\r\n$ exit\r\n", repr(text))


with tempfile.TemporaryDirectory() as tmp:
    at_the_prompt()
    jobs_and_loops()
    other_ends()
    another_window(tmp)
    through_pipes(tmp)
    keys_of_a_workload(tmp)
sys.exit(failed)
