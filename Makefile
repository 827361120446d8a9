# Khiosk. `make run` tries it, `make test` tests it, `make install` installs it.

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
B       ?= build

CC       ?= cc
CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wcast-qual -Wformat=2
ifdef WERROR
WARNINGS += -Werror
endif
ifdef SANITIZE
CFLAGS  += -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
endif

# Wall time before this cannot be true: the commit's time, or now where there is no git.
BUILD_TIME := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null),$(shell date +%s))

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -I. -I$(B)/gen $(WARNINGS) $(CFLAGS) -MMD -MP \
	-DKHIOSK_VERSION='"$(VERSION)"'

pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

SHARED_PKGS  := jansson inih libsystemd
JOURNAL_PKGS := sqlite3 libsodium
SCREEN_PKGS  := sdl2 SDL2_ttf libthai libpng
PAPER_PKGS   := pangocairo cairo-pdf
GPIO_MAJOR   := $(firstword $(subst ., ,$(shell pkg-config --modversion libgpiod 2>/dev/null)))

SHARED_SOURCES  := $(wildcard shared/*.c)
QUEUE_SOURCES   := $(wildcard kiosk/queue/*.c)
JOURNAL_SOURCES := $(wildcard kiosk/journal/*.c)
BUTTONS_SOURCES := $(filter-out kiosk/buttons/lines_gpiod%,$(wildcard kiosk/buttons/*.c)) \
	$(if $(GPIO_MAJOR),kiosk/buttons/lines_gpiod$(GPIO_MAJOR).c)
KIOSKD_SOURCES  := $(wildcard kiosk/*.c)
CTL_SOURCES     := $(wildcard kiosk/ctl/*.c)
DISPLAY_SOURCES := $(wildcard display/*.c)
PRINTER_SOURCES := $(wildcard printer/*.c)

PROGRAMS := kioskd queuectl displayd printerd
BINARIES := $(PROGRAMS:%=$(B)/bin/%)

objects = $(patsubst %.c,$(B)/obj/%.o,$(1))

.PHONY: all run test unit live test-slow test-gpio test-trixie test-sanitize golden lint format install uninstall clean packages
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BINARIES)

# Libraries of the house, linked only by name.
$(B)/lib/shared.a:  $(call objects,$(SHARED_SOURCES))
$(B)/lib/queue.a:   $(call objects,$(QUEUE_SOURCES))
$(B)/lib/journal.a: $(call objects,$(JOURNAL_SOURCES))
$(B)/lib/buttons.a: $(call objects,$(BUTTONS_SOURCES))
$(B)/lib/desk.a:    $(call objects,$(filter-out kiosk/kioskd.c,$(KIOSKD_SOURCES)))
$(B)/lib/ctl.a:     $(call objects,$(filter-out kiosk/ctl/queuectl.c,$(CTL_SOURCES)))
$(B)/lib/display.a: $(call objects,$(filter-out display/displayd.c,$(DISPLAY_SOURCES)))
$(B)/lib/printer.a: $(call objects,$(filter-out printer/printerd.c,$(PRINTER_SOURCES)))
$(B)/lib/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	@$(AR) rcs $@ $^

link = @mkdir -p $(@D); echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(1)

SHARED_LIBS  = $(call pkg,--libs,$(SHARED_PKGS))
JOURNAL_LIBS = $(call pkg,--libs,$(JOURNAL_PKGS))
KIOSK_LIBS   = $(B)/lib/desk.a $(B)/lib/buttons.a $(B)/lib/journal.a $(B)/lib/queue.a $(B)/lib/shared.a

$(B)/bin/kioskd: $(B)/obj/kiosk/kioskd.o $(KIOSK_LIBS)
	$(call link,$(JOURNAL_LIBS) $(call pkg,--libs,libgpiod) $(SHARED_LIBS))
$(B)/bin/queuectl: $(B)/obj/kiosk/ctl/queuectl.o $(B)/lib/ctl.a $(B)/lib/journal.a $(B)/lib/queue.a $(B)/lib/shared.a
	$(call link,$(JOURNAL_LIBS) $(SHARED_LIBS) -lm)
$(B)/bin/displayd: $(B)/obj/display/displayd.o $(B)/lib/display.a $(B)/lib/shared.a
	$(call link,$(call pkg,--libs,$(SCREEN_PKGS)) $(SHARED_LIBS) -lm)
$(B)/bin/printerd: $(B)/obj/printer/printerd.o $(B)/lib/printer.a $(B)/lib/shared.a
	$(call link,$(call pkg,--libs,$(PAPER_PKGS)) -lcups $(SHARED_LIBS) -lm)

$(B)/obj/display/%.o $(B)/obj/tests/unit/test_scene.o $(B)/obj/tests/unit/test_calls.o $(B)/obj/tests/unit/test_voice.o: ALL_CFLAGS += $(call pkg,--cflags,$(SCREEN_PKGS))
$(B)/obj/printer/%.o $(B)/obj/tests/unit/test_ticket.o $(B)/obj/tests/unit/test_spool.o: ALL_CFLAGS += $(call pkg,--cflags,$(PAPER_PKGS))
$(B)/obj/shared/clock.o: ALL_CFLAGS += -DKHIOSK_BUILD_TIME=$(BUILD_TIME)

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<

# SQL is written as SQL and compiled in as a string.
$(B)/gen/%.sql.h: %.sql Makefile
	@mkdir -p $(@D)
	@sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $< >$@

SQL_HEADERS := $(patsubst %.sql,$(B)/gen/%.sql.h,$(wildcard kiosk/journal/*.sql))
$(call objects,$(JOURNAL_SOURCES)): | $(SQL_HEADERS)

# Unit tests: each tests/unit/test_*.c is one program.
UNIT_TESTS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
$(B)/tests/%: $(B)/obj/tests/unit/%.o $(B)/obj/tests/unit/world.o $(KIOSK_LIBS) $(B)/lib/ctl.a $(B)/lib/display.a $(B)/lib/printer.a
	$(call link,$(B)/lib/shared.a $(call pkg,--libs,cmocka libgpiod $(SCREEN_PKGS) $(PAPER_PKGS)) -lcups $(JOURNAL_LIBS) $(SHARED_LIBS) -lm)

# What needs packages runs make anew behind them, so that pkg-config finds what has just come.
packages:
	@systemd/packages.sh build test run

run:
	@systemd/packages.sh build run
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@systemd/foreground.sh $(if $(TO),-o printer.to=$(TO))

test:
	@systemd/packages.sh build run test
	@$(MAKE) --no-print-directory -j$$(nproc) all build-unit
	@tests/run unit live

unit:
	@systemd/packages.sh build run test
	@$(MAKE) --no-print-directory -j$$(nproc) all build-unit
	@tests/run unit

.PHONY: build-unit
build-unit: $(UNIT_TESTS)

# The buttons on the kernel's simulated GPIO chip; the same and the unit tests on Debian 13.
test-gpio:
	@systemd/packages.sh build run test gpio
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/run tests/gpio/run.sh

# Slow by nature: what is counted over a whole minute, and the like.
test-slow:
	@systemd/packages.sh build run test
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/run slow

test-trixie:
	@tests/trixie.sh

# The unit tests under AddressSanitizer and UndefinedBehaviorSanitizer, in a build of their own.
test-sanitize:
	@$(MAKE) --no-print-directory B=$(B)/sanitize SANITIZE=1 unit

# Draws the golden pictures anew; look at them before they are kept.
golden:
	@systemd/packages.sh build run test
	@$(MAKE) --no-print-directory -j$$(nproc) $(B)/tests/test_scene $(B)/tests/test_ticket
	@KHIOSK_GOLDEN=renew tests/run $(B)/tests/test_scene $(B)/tests/test_ticket

C_FILES := $(wildcard $(addsuffix /*.[ch],shared kiosk kiosk/* display printer tests/unit tests/fuzz))

CPPCHECK_FLAGS := --quiet --error-exitcode=1 --std=c11 --inline-suppr -I. -I$(B)/gen \
	--enable=warning,performance,portability --suppress=missingIncludeSystem --library=.ci/jansson.cfg

lint:
	@systemd/packages.sh build run test lint
	@$(MAKE) --no-print-directory $(SQL_HEADERS)
	clang-format --dry-run --Werror $(C_FILES)
	cppcheck $(CPPCHECK_FLAGS) -j$$(nproc) $(filter %.c,$(C_FILES))
	mandoc -T lint -W warning $(MAN_PAGES)
	shellcheck -S warning -e SC1007 systemd/*.sh tests/run $(wildcard tests/*.sh tests/*/*.sh) .ci/run

format:
	clang-format -i $(C_FILES)

# A make of the package installs nothing on the machine itself; then DESTDIR is set.
MAN_PAGES := $(wildcard kiosk/*.8 kiosk/ctl/*.1 display/*.8 printer/*.8)
UNITS     := $(wildcard systemd/*.service)
TO_PREFIX := $(DESTDIR)$(PREFIX)

install:
	$(if $(DESTDIR),,@systemd/packages.sh build run)
	@$(MAKE) --no-print-directory -j$$(nproc) all
	install -d $(TO_PREFIX)/bin $(TO_PREFIX)/lib/systemd/system $(DESTDIR)/etc/khiosk
	install -m 755 $(BINARIES) $(TO_PREFIX)/bin
	for unit in $(UNITS); do \
	  sed 's|@PREFIX@|$(PREFIX)|' $$unit >$(TO_PREFIX)/lib/systemd/system/$${unit##*/} && \
	  chmod 644 $(TO_PREFIX)/lib/systemd/system/$${unit##*/} || exit 1; \
	done
	for page in $(MAN_PAGES); do \
	  install -D -m 644 $$page $(TO_PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; \
	done
	install -D -m 644 systemd/khiosk.sysusers $(TO_PREFIX)/lib/sysusers.d/khiosk.conf
	install -D -m 644 systemd/khiosk.tmpfiles $(TO_PREFIX)/lib/tmpfiles.d/khiosk.conf
	install -D -m 644 systemd/60-khiosk.rules $(TO_PREFIX)/lib/udev/rules.d/60-khiosk.rules
	install -D -m 644 config/khiosk.ini $(TO_PREFIX)/share/doc/khiosk/khiosk.ini
	install -m 644 README.md LICENSE $(TO_PREFIX)/share/doc/khiosk
	test -e $(DESTDIR)/etc/khiosk/khiosk.ini || \
	  install -m 644 config/khiosk.ini $(DESTDIR)/etc/khiosk/khiosk.ini
	$(if $(DESTDIR),,@systemd/settle.sh $(PREFIX))

# The office's own configuration and journal stay.
uninstall:
	$(if $(DESTDIR),,@systemd/settle.sh --before-removal)
	rm -f $(PROGRAMS:%=$(TO_PREFIX)/bin/%) $(UNITS:systemd/%=$(TO_PREFIX)/lib/systemd/system/%)
	rm -f $(foreach page,$(MAN_PAGES),$(TO_PREFIX)/share/man/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)))
	rm -f $(TO_PREFIX)/lib/sysusers.d/khiosk.conf $(TO_PREFIX)/lib/tmpfiles.d/khiosk.conf
	rm -f $(TO_PREFIX)/lib/udev/rules.d/60-khiosk.rules
	rm -rf $(TO_PREFIX)/share/doc/khiosk
	$(if $(DESTDIR),,@systemd/settle.sh --after-removal)

clean:
	rm -rf $(B)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
