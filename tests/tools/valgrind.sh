#!/bin/sh
# valgrind.sh RUNNER - every unit test without an error or a leak. Suites that only repeat
# much work on the same code (tests/suite.h: slow) are left to the other builds.
CK_FORK=no CK_DEFAULT_TIMEOUT=0 CK_EXCLUDE_TAGS=slow UNDER="valgrind --quiet
    --error-exitcode=9 --leak-check=full --show-leak-kinds=definite,indirect,possible
    --errors-for-leak-kinds=definite,indirect,possible" exec tests/tools/unit.sh "$1"
