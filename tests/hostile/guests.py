#!/usr/bin/env python3
"""Guest programs that no honest compiler makes: what each is told (the status of `ossim exec`:
its own, or 128 + the signal), within a moment. Sources: The RISC-V Instruction Set Manual; the
man-pages of Linux for errors (an errno is the exit status here)."""
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

OSSIM = pathlib.Path(__file__).resolve().parent.parent.parent / "ossim"
SEGV, ILL, TRAP, BUS, KILL, ABRT, TERM, PIPE = 139, 132, 133, 135, 137, 134, 143, 141
EXIT = "li a7, 93\necall\n"


def calls(number, *args, then="neg a0, a0\n" + EXIT):
    """One system call; the program ends with -result."""
    return "".join(f"li a{i}, {a}\n" for i, a in enumerate(args)) + f"li a7, {number}\necall\n" + then


EPERM, ENOENT, ESRCH, EINTR, EBADF, ECHILD, EAGAIN, EFAULT, EINVAL, ESPIPE, ENOSYS = \
    1, 2, 3, 4, 9, 10, 11, 14, 22, 29, 38
CASES = {
    # --- addresses
    "null_load": (SEGV, "lw a0, 0(zero)\n"),
    "null_store": (SEGV, "sw a0, 0(zero)\n"),
    "last_word": (SEGV, "li t0, -4\nlw a0, 0(t0)\n"),
    "last_byte": (SEGV, "li t0, -1\nlb a0, 0(t0)\n"),
    "kernel_half": (SEGV, "li t0, 0x80000000\nlw a0, 0(t0)\n"),
    "kernel_store": (SEGV, "li t0, 0xc0000000\nsw a0, 0(t0)\n"),
    "writes_code": (SEGV, "la t0, _start\nsw zero, 0(t0)\n"),
    "jumps_to_null": (SEGV, "jr zero\n"),
    "jumps_to_end": (SEGV, "li t0, -4\njr t0\n"),
    "jumps_to_data": (SEGV, "la t0, data\njr t0\n.data\ndata: .word 0x00000013\n.text\n"),
    "jumps_to_stack": (SEGV, "addi sp, sp, -16\nli t0, 0x13\nsw t0, 0(sp)\njr sp\n"),
    "runs_off_the_end": (None, "nop\n"),
    "recurses": (SEGV, "1: addi sp, sp, -1024\nsw ra, 0(sp)\ncall 1b\n"),
    "stack_at_zero": (SEGV, "li sp, 0\naddi sp, sp, -16\nsw ra, 0(sp)\n"),
    "amo_on_null": (SEGV, "amoadd.w a0, a1, (zero)\n"),
    "amo_on_code": (SEGV, "la t0, _start\namoswap.w a0, a1, (t0)\n"),
    "sc_on_null": (SEGV, "sc.w a0, a1, (zero)\n"),
    "lr_on_null": (SEGV, "lr.w a0, (zero)\n"),
    "amo_misaligned": (BUS, "addi t0, sp, -13\namoadd.w a0, a1, (t0)\n"),
    "lr_misaligned": (BUS, "addi t0, sp, -14\nlr.w a0, (t0)\n"),
    "page_by_page": (SEGV, "li t0, 0x10000\nli t1, 4096\n1: lw a0, 0(t0)\nadd t0, t0, t1\nj 1b\n"),
    # --- instructions
    "all_zero": (ILL, ".word 0\n"), "all_one": (ILL, ".word 0xffffffff\n"),
    "mret": (ILL, ".word 0x30200073\n"), "sret": (ILL, ".word 0x10200073\n"), "wfi": (ILL, ".word 0x10500073\n"),
    "sfence": (ILL, ".word 0x12000073\n"), "write_satp": (ILL, ".word 0x18001073\n"),
    "read_mstatus": (ILL, ".word 0x30002573\n"), "write_cycle": (ILL, ".word 0xc0001073\n"),
    "no_such_csr": (ILL, ".word 0x7c002573\n"), "double_load": (ILL, ".word 0x00013003\n"),
    "opcode_custom": (ILL, ".word 0x0000000b\n"), "amo_double": (ILL, ".word 0x0000302f\n"),
    "bad_funct7": (ILL, ".word 0xfe000033\n"), "ebreak": (TRAP, "ebreak\n"),
    "divides_by_zero": (255, "li t0, 5\ndiv a0, t0, zero\n" + EXIT),
    "overflows": (0, "li t0, 0x80000000\nli t1, -1\ndiv a0, t0, t1\nsub a0, a0, t0\n" + EXIT),
    "remainder_overflow": (0, "li t0, 0x80000000\nli t1, -1\nrem a0, t0, t1\n" + EXIT),
    # --- system calls
    "no_such_call": (ENOSYS, calls(99999)), "negative_call": (ENOSYS, calls(-1)),
    "least_call": (ENOSYS, calls(-2147483648)), "exits_with_all": (255, calls(93, -1)),
    "write_null": (EFAULT, calls(64, 1, 0, 5)), "write_kernel": (EFAULT, calls(64, 1, 0x80000000, 5)),
    "write_end": (EFAULT, calls(64, 1, -1, 2)), "write_nowhere": (EBADF, calls(64, 77, 0x10000, 5)),
    "write_to_minus": (EBADF, calls(64, -1, 0x10000, 5)), "write_nothing": (0, calls(64, 1, 0x10000, 0)),
    "read_to_code": (0, calls(63, 0, 0x10000, 4)), "read_nowhere": (EBADF, calls(63, 1000000, 0x10000, 4)),
    "close_minus": (EBADF, calls(57, -1)), "close_least": (EBADF, calls(57, -2147483648)),
    "dup_nowhere": (EBADF, calls(23, 4711)), "dup3_same": (EINVAL, calls(24, 1, 1, 0)),
    "kill_least": (ESRCH, calls(129, -2147483648, 9)), "kill_nobody": (ESRCH, calls(129, 4711, 9)),
    "kill_init": (EPERM, calls(129, 1, 9)), "kill_signal_65": (EINVAL, calls(129, 0, 65)),
    "kills_itself": (KILL, "li a7, 172\necall\nli a1, 9\nli a7, 129\necall\n"),
    "terminates_itself": (TERM, "li a7, 172\necall\nli a1, 15\nli a7, 129\necall\n"),
    "kills_group": (KILL, calls(129, 0, 9)), "aborts": (ABRT, "li a7, 172\necall\nli a1, 6\nli a7, 129\necall\n"),
    "wait_least": (ESRCH, calls(260, -2147483648, 0, 0, 0)), "wait_nobody": (ECHILD, calls(260, -1, 0, 0, 0)),
    "wait_options": (EINVAL, calls(260, -1, 0, -1, 0)), "mmap_nothing": (EINVAL, calls(222, 0, 0, 3, 0x22, -1, 0)),
    "munmap_odd": (EINVAL, calls(215, 1, 4096)), "munmap_nothing": (EINVAL, calls(215, 0x20000000, 0)),
    "mprotect_odd": (EINVAL, calls(226, 3, 4096, 1)), "sigaction_kill": (EINVAL, calls(134, 9, 0, 0, 8, then="beqz a0, 1f\n1: li a0, 9\nli a1, 0x10000\nli a2, 0\nli a3, 8\nli a7, 134\necall\nneg a0, a0\n" + EXIT)),
    "futex_odd": (EINVAL, calls(98, 2, 0, 0, 0, 0, 0)), "pipe_null": (EFAULT, calls(59, 0, 0)),
    "pipe_flags": (EINVAL, calls(59, 0x10000, -1)), "nanosleep_null": (EFAULT, calls(101, 0, 0)),
    "sigreturn_out_of_nothing": (SEGV, "li sp, 0\nli a7, 139\necall\n"),
    "execve_null": (EFAULT, calls(221, 0, 0, 0)), "brk_everything": (0, calls(214, -4096, then="li t0, -4096\nsub a0, a0, t0\nseqz a0, a0\n" + EXIT)),
    "unmaps_itself": (SEGV, "li a0, 0x10000\nli a1, 4096\nli a7, 215\necall\n" + EXIT),
    # --- without an end
    "fork_bomb": (0, "li s0, 500\n1: li a0, 17\nli a1, 0\nli a7, 220\necall\nbeqz a0, 2f\naddi s0, s0, -1\nbnez s0, 1b\nli a0, 0\n" + EXIT + "2: li a0, 0\n" + EXIT),
    "takes_all_memory": (0, "li s0, 0\n1: li a0, 0\nli a1, 0x400000\nli a2, 3\nli a3, 0x22\nli a4, -1\nli a5, 0\nli a7, 222\necall\nli t0, -4096\nbgeu a0, t0, 2f\naddi s0, s0, 1\nj 1b\n2: snez a0, s0\nseqz a0, a0\n" + EXIT),
    "waits_for_itself": (1, "addi sp, sp, -16\nsw zero, 0(sp)\nmv a0, sp\nli a1, 0\nli a2, 0\nli a3, 0\nli a7, 98\necall\n"),
    "pauses": (1, "li a0, 0\nli a1, 0\nli a2, 0\nli a3, 0\nli a4, 0\nli a7, 414\necall\n" + EXIT),
}


def verdict(folder, name, case):
    want, body = case
    path = folder / f"{name}.s"
    path.write_text(f".globl _start\n_start:\n{body}")
    try:
        run = subprocess.run([OSSIM, "exec", "--fast", path], stdin=subprocess.DEVNULL, capture_output=True,
                             timeout=60)
    except subprocess.TimeoutExpired:
        return name, "hangs"
    said = run.stderr.decode(errors="replace")
    wrong = (want is not None and run.returncode != want and f"status {run.returncode}, expected {want}") or \
        ("internal error" in said and "our fault") or (run.returncode in (2, 3, -6, -11) and want not in (2, 3) and "it did not run")
    return name, f"{wrong}: {said[-200:].strip()}" if wrong else None


def main():
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(verdict, pathlib.Path(work), n, c) for n, c in CASES.items()]
        results = [job.result() for job in jobs]
    failed = [(n, wrong) for n, wrong in results if wrong]
    for name, wrong in failed:
        print(f"FAIL {name}: {wrong}")
    print(f"guests: {len(results)} programs, {len(failed)} failures")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
