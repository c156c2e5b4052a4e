# blt.s - blt, one test after the other. Written by make.py.
    .globl _start
    .text
_start:
test_2:                    # 0x0, 0x0: not taken
    li gp, 2
    li a1, 0x0
    li a2, 0x0
    blt a1, a2, 1f
    j 2f
1:
    j fail
2:
    blt a1, a2, 1b
test_3:                    # 0x1, 0x1: not taken
    li gp, 3
    li a1, 0x1
    li a2, 0x1
    blt a1, a2, 1f
    j 2f
1:
    j fail
2:
    blt a1, a2, 1b
test_4:                    # 0xffffffff, 0xffffffff: not taken
    li gp, 4
    li a1, 0xffffffff
    li a2, 0xffffffff
    blt a1, a2, 1f
    j 2f
1:
    j fail
2:
    blt a1, a2, 1b
test_5:                    # 0x0, 0x1: taken
    li gp, 5
    li a1, 0x0
    li a2, 0x1
    blt a1, a2, 2f
1:
    j fail
    j 3f
2:
    blt a1, a2, 3f
    j fail
3:
test_6:                    # 0x1, 0x0: not taken
    li gp, 6
    li a1, 0x1
    li a2, 0x0
    blt a1, a2, 1f
    j 2f
1:
    j fail
2:
    blt a1, a2, 1b
test_7:                    # 0xffffffff, 0x1: taken
    li gp, 7
    li a1, 0xffffffff
    li a2, 0x1
    blt a1, a2, 2f
1:
    j fail
    j 3f
2:
    blt a1, a2, 3f
    j fail
3:
test_8:                    # 0x1, 0xffffffff: not taken
    li gp, 8
    li a1, 0x1
    li a2, 0xffffffff
    blt a1, a2, 1f
    j 2f
1:
    j fail
2:
    blt a1, a2, 1b
test_9:                    # 0x80000000, 0x7fffffff: taken
    li gp, 9
    li a1, 0x80000000
    li a2, 0x7fffffff
    blt a1, a2, 2f
1:
    j fail
    j 3f
2:
    blt a1, a2, 3f
    j fail
3:
test_10:                   # 0x7fffffff, 0x80000000: not taken
    li gp, 10
    li a1, 0x7fffffff
    li a2, 0x80000000
    blt a1, a2, 1f
    j 2f
1:
    j fail
2:
    blt a1, a2, 1b
test_11:                   # 0xffffffff, 0xfffffffe: not taken
    li gp, 11
    li a1, 0xffffffff
    li a2, 0xfffffffe
    blt a1, a2, 1f
    j 2f
1:
    j fail
2:
    blt a1, a2, 1b
test_12:                   # 0xfffffffe, 0xffffffff: taken
    li gp, 12
    li a1, 0xfffffffe
    li a2, 0xffffffff
    blt a1, a2, 2f
1:
    j fail
    j 3f
2:
    blt a1, a2, 3f
    j fail
3:
test_13:                   # 0x80000000, 0xffffffff: taken
    li gp, 13
    li a1, 0x80000000
    li a2, 0xffffffff
    blt a1, a2, 2f
1:
    j fail
    j 3f
2:
    blt a1, a2, 3f
    j fail
3:
test_14:                   # backward
    li gp, 14
    li a1, 0
    li a2, 1
    j 2f
1:
    j 3f
2:
    blt a1, a2, 1b
    j fail
3:
    nop
test_15:                   # nearly 4 KiB ahead
    li gp, 15
    li a1, 0
    li a2, 1
    blt a1, a2, 1f
    j fail
    .space 4080
1:
    nop

    li a0, 0
    li a7, 93
    ecall
fail:
    mv a0, gp
    li a7, 93
    ecall
