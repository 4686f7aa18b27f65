# Everything there is to do with this repository; each line is a script below scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup build run jobs people test conformance fault-test bench
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

people: ## give somebody a role: ARGS="make-admin NAME" (or make-moderator, make-user)
	@$(tied) scripts/people $(ARGS)

test: ## run every test against servers of its own; ARGS="--filter X" chooses
	@$(tied) scripts/test $(ARGS)

conformance: ## the promises of the job engine and of notifications at full size, some minutes more than make test
	@JOBS_AT_FULL_SIZE=yes $(tied) scripts/test --filter "JobConformanceTests|AnnouncementTests"

fault-test: ## kill everything at random, prove that nothing is lost or done twice; SECONDS=120 SEED=…
	@SEED="$(SEED)" $(tied) scripts/fault-test $(SECONDS)

bench: ## run the benchmarks; ARGS="…" is passed on
	@$(tied) scripts/setup bench
	@$(tied) scripts/bench/run $(ARGS)
