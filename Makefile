# ossim - build, test, install. `make help` lists the targets.

CC      = gcc
BUILD   = build/$(notdir $(CC))
PREFIX  = /usr/local
DESTDIR =

WARN    = -Wall -Wextra -Wshadow -Wconversion -Werror=implicit-function-declaration
OPT     = -O2 -g
STD     = -std=gnu17
PKGS    = ncursesw libcjson
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
CPPFLAGS = -Iinclude -Isrc -D_GNU_SOURCE $(if $(DEBUG),-DOSSIM_DEBUG)
CFLAGS   = $(STD) $(OPT) $(WARN) $(SAN) $(EXTRA)
LDLIBS   = $(PKG_LIBS) -ldl -lm -lpthread

# The core must not use floating point. gcc refuses it; clang has no such switch
# that system headers survive.
CORE_ROOMS = sim cpu sched fs mm kern machine
ifneq (,$(findstring gcc,$(CC)))
CORE_FLAGS = $(if $(filter x86_64,$(shell uname -m)),-mgeneral-regs-only)
endif

SRC  := $(wildcard src/*.c src/*/*.c src/*/*/*.c)
OBJ   = $(SRC:%.c=$(BUILD)/%.o)
CORE_OBJ = $(filter $(CORE_ROOMS:%=$(BUILD)/src/%/%),$(OBJ))
LIB_OBJ  = $(filter-out $(BUILD)/src/main.o,$(OBJ))
TEST_SRC := $(wildcard tests/*.c tests/*/*_test.c tests/*/simulate.c)
TEST_OBJ  = $(TEST_SRC:%.c=$(BUILD)/%.o)

all: ossim

ossim: $(BUILD)/ossim
	@ln -sf $(BUILD)/ossim ossim

$(BUILD)/ossim: $(OBJ)
	$(CC) $(CFLAGS) -rdynamic -o $@ $(OBJ) $(LDLIBS)

$(CORE_OBJ): CFLAGS += $(CORE_FLAGS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/unit: $(LIB_OBJ) $(TEST_OBJ)
	$(CC) $(CFLAGS) -rdynamic -o $@ $^ $(LDLIBS) $(shell pkg-config --libs check)

# All unit tests in one Check runner. SUITE=name runs one suite.
unit: $(BUILD)/unit ossim
	$(if $(SUITE),CK_RUN_SUITE=$(SUITE)) $(BUILD)/unit

clean:
	rm -rf build ossim

-include $(OBJ:.o=.d) $(TEST_OBJ:.o=.d)
.PHONY: all unit clean
