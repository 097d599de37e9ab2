# make test     run all that a change must pass: vet for three systems, staticcheck, every test with -race
# make quick    run the tests that need no server and no screen, with -race, while you work
# make fuzz     run each fuzz target for FUZZTIME (30s), in all packages or in PKG (./internal/wire)
# make bench    measure the speed and memory of imapsh against nc and Python's imaplib
# make demo     start the shell on its practice server
# make generate write docs/commands.md, docs/oddities.md and docs/imapsh.1 again from their tables (make test compares)
# make docs     run the commands of README.md and docs/ and write their output there (make test compares)
# make ci       run what CI runs
# make help     show this list

GO          ?= go
PKG         ?= ./...
FUZZTIME    ?= 30s
BENCHFLAGS  ?=
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# A race is reported as soon as it is seen. At its end each program that looks for races would wait for another second.
GORACE := $(GORACE) atexit_sleep_ms=0
export GORACE

.PHONY: test ci help generate docs servers vet staticcheck unit quick fuzz bench demo

test: servers vet staticcheck unit

ci: test

help:
	@sed -n "s/^# make /make /p" Makefile

# Installs Dovecot, Cyrus, Courier, tmux, nc and python3, which some tests use; without them those are left out.
servers:
	@internal/testserver/install.sh

vet:
	$(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	GOOS=windows $(GO) vet ./...

# Fetched by the go command, not a dependency of the module.
staticcheck:
	@if [ -n "$$CI" ] || $(GO) run $(STATICCHECK) -version >/dev/null 2>&1; then \
		echo "$(GO) run $(STATICCHECK) ./..."; $(GO) run $(STATICCHECK) ./...; \
	else echo "left out: staticcheck, which could not be fetched"; fi

# -race needs a C compiler. -vet=off: what go test would vet is vetted by make vet.
unit:
	@if [ "$$($(GO) env CGO_ENABLED)" = 1 ]; then race=-race; else echo "left out: -race, as there is no C compiler"; fi; \
	echo "$(GO) test $$race -vet=off -timeout 20m -parallel 8 ./..."; $(GO) test $$race -vet=off -timeout 20m -parallel 8 ./...

quick:
	$(GO) vet ./...
	$(GO) test -race -vet=off -short -parallel 8 ./...

generate:
	$(GO) run ./internal/command/gen docs/commands.md
	$(GO) test ./render -run PageOfOddities -update
	$(GO) test ./internal/cli -run ManualPage -update

docs: servers
	$(GO) test ./internal/pages -count 1 -update

fuzz:
	@set -e; for pkg in $$($(GO) list $(PKG)); do \
		for name in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "== $$pkg $$name"; $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

bench:
	$(GO) build -o bench/bin/imapsh .
	$(GO) run ./bench -imapsh bench/bin/imapsh $(BENCHFLAGS)

demo:
	@$(GO) run . demo
