# Everything there is to do with this repository; each line is a script below scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup build run jobs people test conformance fault-test bench lint format ci
MAKEFLAGS += --no-print-directory

# The script is told to stop when make is killed, and hears Ctrl-C even where a shell started make in the background.
tied := exec env --default-signal=INT,QUIT setpriv --pdeathsig TERM --

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install the Debian packages that are missing
	@$(tied) scripts/setup

build: setup ## build every process for production (release)
	@$(tied) scripts/build release

run: ## run the whole product in the foreground, its PostgreSQL and Redis included
	@$(tied) scripts/run

jobs: ## ask the queues of a running product: ARGS="inspect", ARGS="help" lists everything
	@$(tied) scripts/jobs $(ARGS)

people: ## give a user a role: ARGS="make-admin NAME" (or make-moderator, make-user)
	@$(tied) scripts/people $(ARGS)

test: ## run every test against servers of its own; ARGS="--filter X" chooses
	@$(tied) scripts/test $(ARGS)

conformance: ## the guarantees of jobs, notifications, timelines, uploads, musicians and a storm at full size
	@JOBS_AT_FULL_SIZE=yes TEST_SECONDS=7200 $(tied) scripts/test \
	    --filter "JobConformanceTests|Announcement|TusClient|TimelineRace|Musicians(Fuzz|Race)|Storm|KitTests"

fault-test: ## kill every process at random, prove that nothing is lost or done twice; SECONDS=120 SEED=…
	@SEED="$(SEED)" $(tied) scripts/fault-test $(SECONDS)

lint: ## check what the compiler does not: format, words, rooms, scripts
	@$(tied) scripts/lint

format: ## format every Swift file
	@swift format --in-place --recursive --parallel Sources Tests scripts Package.swift

ci: ## what must pass before a change is accepted: every test, then make lint
	@$(tied) .ci/run

bench: ## run the benchmarks; ARGS="…" is passed on
	@$(tied) scripts/setup bench
	@$(tied) scripts/bench/run $(ARGS)
