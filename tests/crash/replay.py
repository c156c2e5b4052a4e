#!/usr/bin/env python3
"""The log of `crash --log FILE`, read by the description of the format in Linux's
drivers/md/dm-log-writes.c and by nothing of ours.

    tests/crash/replay.py FILE

Each entry has one sector (sector, nr_sectors, flags, data_len), then its data; only marks have
a data_len. FILE and FILE.ARRAY.N (the drives of arrays) are replayed: at every tenth mark, and at
the end, e2fsck must find nothing wrong once it has replayed the journal.
"""
import glob
import os
import re
import struct
import subprocess
import sys
import tempfile

FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
SECTOR, CHUNK = 512, 8 * 512                    # tests/crash/array.c: chunks of eight sectors
wrong = []


def entries(path):
    """(flags, sector, data or text) of each; raises ValueError if it is no such log."""
    log = open(path, "rb").read()
    magic, version, count, size = struct.unpack_from("<QQQI", log, 0)
    if (magic, version, size) != (0x6a736677736872, 1, SECTOR):
        raise ValueError("no log: magic %x version %d sectors of %d" % (magic, version, size))
    at = SECTOR
    for _ in range(count):
        sector, n, flags, length = struct.unpack_from("<QQQQ", log, at)
        head, at = at, at + SECTOR
        if flags & ~(FLUSH | FUA | DISCARD | MARK):
            raise ValueError("flags %x" % flags)
        if flags & MARK:
            if n or length > SECTOR - 32:
                raise ValueError("a mark of %d sectors, %d bytes" % (n, length))
            yield flags, 0, log[head + 32:head + 32 + length]
            continue
        if length:
            raise ValueError("a write has private data (%d bytes)" % length)
        data = log[at:at + n * SECTOR] if not flags & DISCARD else bytes(n * SECTOR)
        at += n * SECTOR if not flags & DISCARD else 0
        if len(data) != n * SECTOR:
            raise ValueError("the log ends in the middle of a write")
        yield flags, sector, data
    if at != len(log):
        raise ValueError("%d bytes behind the last entry" % (len(log) - at))


def states(path):
    """What is on the drive at each mark, and at the end: (mark's text, bytes)."""
    medium = bytearray()
    for flags, sector, data in entries(path):
        if flags & MARK:
            yield data.decode(), medium
            continue
        end = sector * SECTOR + len(data)
        medium.extend(bytes(max(0, end - len(medium))))
        medium[sector * SECTOR:end] = data
    yield "end", medium


def judge(name, mark, image):
    with tempfile.NamedTemporaryFile() as f:
        f.write(image)
        f.flush()
        subprocess.run(["e2fsck", "-fy", "-E", "journal_only", f.name], capture_output=True)
        p = subprocess.run(["e2fsck", "-fn", f.name], capture_output=True, text=True)
    if p.returncode:
        wrong.append("%s, %s: e2fsck %d: %s" % (name, mark, p.returncode, p.stdout[:300]))


def assembled(level, drives):
    """The array's bytes; parity rotates to the left, data follows it (left-symmetric)."""
    if level == 1:
        return drives[0]
    out, n = bytearray(), len(drives)
    for row in range(len(drives[0]) // CHUNK):
        piece = [d[row * CHUNK:(row + 1) * CHUNK] for d in drives]
        if level == 0:
            out += b"".join(piece)
            continue
        parity = n - 1 - row % n
        out += b"".join(piece[(parity + 1 + k) % n] for k in range(n - 1))
        total = 0
        for p in piece:
            total ^= int.from_bytes(p, "little")
        if total:
            wrong.append("the parity of row %d is wrong" % row)
    return out


def main(path):
    logs = judged = 0
    for i, (mark, medium) in enumerate(states(path)):
        if i % 10 == 0 or mark == "end":
            judge(path, mark, medium)
            judged += 1
    for level, first in [(int(m[1]), p) for p in sorted(glob.glob(path + ".raid*.0"))
                         if (m := re.search(r"\.raid(\d)(?:-data)?\.0$", p))]:
        paths = [p for p in sorted(glob.glob(first[:-1] + "*"))]
        ends = [list(states(p))[-1][1] for p in paths]
        longest = max(map(len, ends)) + -max(map(len, ends)) % CHUNK
        judge(first, "end", assembled(level, [e + bytes(longest - len(e)) for e in ends]))
        judged += 1
        logs += len(paths)
    print("replay: %d logs, %d states by e2fsck, %d wrong" % (logs + 1, judged, len(wrong)))


try:
    main(sys.argv[1])
except (OSError, ValueError, struct.error) as e:
    wrong.append("%s: %s" % (sys.argv[1], e))
for w in wrong[:10]:
    print("FAIL replay: " + w)
sys.exit(bool(wrong))
