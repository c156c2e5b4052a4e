# ossim - build, test, install. `make help` lists the targets.

CC      = gcc
BUILD   = build/$(notdir $(CC))
PREFIX  = /usr/local
DESTDIR =

WARN    = -Wall -Wextra -Wshadow -Wconversion -Werror=implicit-function-declaration
OPT     = -O2 -g -ffunction-sections -fno-pie
STD     = -std=gnu17
PKGS    = ncursesw libcjson
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   = $(foreach lib,$(shell pkg-config --libs $(PKGS)),$(call curses,$(lib)))
# Where there is an archive of ncurses it is linked in: every start would look for, map
# and relocate two shared libraries that only the screens need, a third of its time.
archive    = $(filter /%,$(shell $(CC) -print-file-name=$(1:-l%=lib%.a)))
curses     = $(if $(filter -lncurses% -ltinfo%,$(1)),$(or $(call archive,$(1)),$(1)),$(1))
CPPFLAGS = -Iinclude -Isrc -D_GNU_SOURCE -DOSSIM_PREFIX='"$(PREFIX)"' $(if $(DEBUG),-DOSSIM_DEBUG)
CFLAGS   = $(STD) $(OPT) $(WARN) $(SAN) $(EXTRA)
FIXED    = $(if $(SAN),,-no-pie)
LDLIBS   = -Wl,--as-needed $(PKG_LIBS) -ldl -lpthread -lc -lm

# The core may not use floating point: on x86-64, gcc refuses it. clang has no such
# switch that system headers survive, and other machines no such gcc.
CORE_ROOMS = sim cpu sched fs mm kern machine
ifneq (,$(findstring gcc,$(CC)))
ifeq (x86_64,$(shell uname -m))
CORE_FLAGS = -mgeneral-regs-only
endif
endif

SRC      := $(filter-out src/host/preload/%,$(wildcard src/*.c src/*/*.c src/*/*/*.c))
OBJ       = $(SRC:%.c=$(BUILD)/%.o)
CORE_OBJ  = $(filter $(CORE_ROOMS:%=$(BUILD)/src/%/%),$(OBJ))
LIB_OBJ   = $(filter-out $(BUILD)/src/main.o,$(OBJ))
TEST_SRC := $(wildcard tests/*.c tests/*/*_test.c) \
            $(wildcard tests/kern/simulate.c tests/cpu/reference.c tests/fs/volume.c tests/laws/world.c tests/laws/hosts.c)
TEST_OBJ  = $(TEST_SRC:%.c=$(BUILD)/%.o)
FUZZ      = $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))

# --- building ---

all: ossim

# Always: another build may have been the last one that ./ossim stood for.
ossim: $(BUILD)/ossim FORCE
	@ln -sf $< $@
FORCE:

# At a fixed address: else each start relocates 5,000 words of tables, and touches every
# page of them, which takes longer than a small run. A page touched for the first time costs
# as much as a thousand instructions: so what a small run executes stands together
# (start.ld), and no symbols are exported, which the loader would search for each name first.
$(BUILD)/ossim: $(OBJ) src/start.ld | $(BUILD)/serve.so
	$(CC) $(CFLAGS) $(FIXED) $(if $(SAN),,-Wl,-T,src/start.ld -Wl,-z,norelro) -o $@ $(OBJ) $(LDLIBS)

# What e2fsck is made to load, to judge many images (src/host/judge.h).
$(BUILD)/serve.so: src/host/preload/serve.c src/host/preload/serve.h
	@mkdir -p $(@D)
	$(CC) $(STD) $(OPT) $(WARN) $(EXTRA) -D_GNU_SOURCE -shared -fPIC -o $@ $< -ldl

$(CORE_OBJ): CFLAGS += $(CORE_FLAGS)
$(BUILD)/src/stat/maths.o: CFLAGS += -fno-math-errno

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# --- what a fresh machine needs ---

PACKAGES = gcc libc6-dev pkg-config libncurses-dev libcjson-dev gnuplot-nox
CHECK_PACKAGES = check e2fsprogs clang libclang-rt-14-dev clang-format valgrind tmux groff-base python3 python3-jsonschema \
                 qemu-user gdb-multiarch gcc-riscv64-unknown-elf \
                 binutils-riscv64-unknown-elf

deps:
	@tests/tools/install.sh $(PACKAGES)

check-deps:
	@tests/tools/install.sh $(PACKAGES) $(CHECK_PACKAGES)

# --- using it ---

run: deps
	@$(MAKE) --no-print-directory ossim
	./ossim workloads/demo.json

install: ossim
	install -D -m 755 $(BUILD)/ossim $(DESTDIR)$(PREFIX)/bin/ossim
	install -D -m 644 man/ossim.1 $(DESTDIR)$(PREFIX)/share/man/man1/ossim.1
	install -d $(DESTDIR)$(PREFIX)/share/ossim $(DESTDIR)$(PREFIX)/include/ossim
	install -m 644 include/ossim/* $(DESTDIR)$(PREFIX)/include/ossim
	install -m 644 $(BUILD)/serve.so $(DESTDIR)$(PREFIX)/share/ossim
	cp -r workloads plots $(DESTDIR)$(PREFIX)/share/ossim

bench: ossim
	./ossim bench

# --- testing ---

# All unit tests in one Check runner, its suites side by side. SUITE=name runs one suite.
$(BUILD)/unit: $(LIB_OBJ) $(TEST_OBJ)
	$(CC) $(CFLAGS) $(FIXED) -rdynamic -o $@ $^ $(LDLIBS) $(shell pkg-config --libs check)

unit: $(BUILD)/unit ossim
	@tests/tools/unit.sh $(BUILD)/unit $(SUITE)

# Every script under tests/ that drives ./ossim as a user would. Each prints one line
# a case and a sum, and fails if any case does. They run side by side, but for those that
# hold the host's time against something.
SCRIPTS = $(wildcard tests/cmd/*.sh tests/cmd/console.py tests/cmd/task_memory.py tests/cmd/readme.py tests/cmd/random_files.py tests/cmd/random_scripts.py tests/sweep/same.sh tests/worked/run.py tests/golden/run.sh tests/lab/*.sh tests/lab/gdb_fuzz.py tests/lab/gdb_back.py \
            tests/hostile/run.sh tests/hostile/native.py tests/hostile/guests.py tests/hostile/screen.py tests/isa/run.sh tests/libc/run.sh tests/programs/run.sh tests/programs/course.sh tests/asm/asm_gnu.sh \
            tests/cpu/qemu.py tests/mm/refs.py tests/mm/touch.py tests/mm/swap.py tests/mm/sets.py tests/mm/exact.py tests/mm/plugins.py tests/mm/mapped.py tests/mm/labs.py tests/formats/schema.py tests/formats/check.py tests/formats/perfetto.py \
            tests/screens/run.sh tests/hostile/guest.sh tests/grade/run.py tests/grade/schema.py tests/grade/rubrics.py \
            tests/grade/starter.py tests/grade/hostile.py tests/grade/formats.py tests/grade/mutate.py tests/grade/follow.py \
            tests/grade/variant.py tests/grade/kit.py)
scripts: ossim
	@printf '%s\n' $(SCRIPTS) | tests/tools/side.sh env

check: check-deps
	@$(MAKE) --no-print-directory ossim
	@$(MAKE) --no-print-directory floors scripts
	@$(MAKE) --no-print-directory crash QUICK=1
	@$(MAKE) --no-print-directory sweep QUICK=1
	@$(MAKE) --no-print-directory unit

# The power goes after every write and with every subset of what was in flight; QUICK=1: a
# short form.
CRASH_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/crash/*.c) tests/fs/volume.c)
$(BUILD)/crash: $(LIB_OBJ) $(CRASH_OBJ) | $(BUILD)/serve.so
	$(CC) $(CFLAGS) $(FIXED) -rdynamic -o $@ $^ $(LDLIBS) $(shell pkg-config --libs check)


crash: $(BUILD)/crash
	$(BUILD)/crash $(if $(QUICK),--quick) $(or $(CRASH_ARGS),--log $(BUILD)/crash.log)
	$(if $(CRASH_ARGS),,tests/crash/replay.py $(BUILD)/crash.log)

# Images damaged field by field, judged by fsck and by e2fsck; QUICK=1: a short form with one
# seed. A hunt takes others, and more: SWEEP_ARGS='--share 10000 --random 5000 --seed 7'.
SWEEP_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/sweep/*.c))
SWEEP_IMAGES = build/sweep
$(BUILD)/sweep: $(LIB_OBJ) $(SWEEP_OBJ) | $(BUILD)/serve.so
	$(CC) $(CFLAGS) $(FIXED) -rdynamic -o $@ $^ $(LDLIBS)

sweep: $(BUILD)/sweep ossim
	@tests/sweep/images.sh $(SWEEP_IMAGES)
	$(BUILD)/sweep $(if $(QUICK),--share 40 --random 8) $(SWEEP_ARGS) $(SWEEP_IMAGES)/*.img

# For a compiler's warnings alone.
test-objects: $(TEST_OBJ) $(CRASH_OBJ) $(SWEEP_OBJ)

floors: $(OBJ)
	@tests/tools/floors.sh $(BUILD)

asan:
	CK_TIMEOUT_MULTIPLIER=10 \
	    $(MAKE) BUILD=build/asan SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' \
	    OPT='-O1 -g' DEBUG=1 CORE_FLAGS= unit

valgrind: $(BUILD)/unit
	tests/tools/valgrind.sh $(BUILD)/unit

# Coverage-guided fuzzing of every reader of foreign input, FUZZ_SECONDS each. With one seed
# a tree gives one answer; a hunt takes another and longer: FUZZ_SEED=7 FUZZ_SECONDS=600.
FUZZ_SECONDS = 20
FUZZ_SEED = 1
fuzz: ossim
	@$(MAKE) --no-print-directory CC=clang BUILD=build/fuzz OPT='-O1 -g' \
	    SAN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	    $(FUZZ:%=build/fuzz/%_fuzz)
	@printf '%s\n' $(FUZZ) | xargs -P "$$(nproc)" -I{} \
	    tests/tools/fuzz.sh build/fuzz/{}_fuzz $(FUZZ_SECONDS) $(FUZZ_SEED)

$(BUILD)/%_fuzz: $(BUILD)/tests/fuzz/%_fuzz.o $(LIB_OBJ)
	$(CC) $(CFLAGS) -fsanitize=fuzzer -rdynamic -o $@ $^ $(LDLIBS)

# The house style, as near as clang-format comes to it; look at what it does to tables.
# FILES= names what to format; without it, what differs from the last commit.
STYLE = {BasedOnStyle: LLVM, IndentWidth: 4, ColumnLimit: 90, BreakBeforeBraces: Linux, \
         AllowShortFunctionsOnASingleLine: None, IndentCaseLabels: false, \
         AlignConsecutiveMacros: true, SpaceBeforeParens: ControlStatements, \
         SortIncludes: Never, AllowShortEnumsOnASingleLine: true, \
         Cpp11BracedListStyle: false, PenaltyBreakAssignment: 100}
FILES = $(filter %.c %.h,$(shell git diff --name-only HEAD))
fmt:
	$(if $(strip $(FILES)),clang-format -i --style='$(STYLE)' $(FILES),@echo 'nothing to format')

clean:
	rm -rf build ossim

help:
	@echo 'make           build ./ossim'
	@echo 'make run       install what is missing, build, open the demo'
	@echo 'make check     install what is missing, build, run all tests'
	@echo 'make unit      the unit tests alone (SUITE=name: one suite)'
	@echo 'make scripts   the tests that drive ./ossim from outside'
	@echo 'make crash     the power cut after every write of file operations (QUICK=1: fewer)'
	@echo 'make sweep     damaged images, fsck against e2fsck (QUICK=1: fewer)'
	@echo 'make floors    who may include whom, circles, and what the core may call'
	@echo 'make asan      unit tests under AddressSanitizer and UBSan'
	@echo 'make valgrind  unit tests under Valgrind'
	@echo 'make fuzz      FUZZ_SECONDS of fuzzing for each reader'
	@echo 'make bench     the benchmarks'
	@echo 'make fmt       clang-format over what changed, or FILES='
	@echo 'make install   to PREFIX (/usr/local), under DESTDIR'
	@echo 'CC=clang, BUILD=dir and DEBUG=1 (costly checks) work with all of them'

-include $(OBJ:.o=.d) $(TEST_OBJ:.o=.d)
-include $(CRASH_OBJ:.o=.d) $(SWEEP_OBJ:.o=.d)
.PHONY: all deps check-deps run install bench unit scripts check crash sweep test-objects floors asan valgrind fuzz \
        fmt clean help FORCE
