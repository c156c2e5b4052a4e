main:   li a7, 2                # PrintFloat
        ecall
