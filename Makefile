# make run: the whole of Atrium on this machine. make test: everything that can be checked. See README.md.
SHELL := /bin/bash
export HOST PORT DATA_DIR HYPERVISOR
.PHONY: run reset test test-fast lint fmt bench fresh driver-features

run:
	@deploy/bootstrap run
	@exec deploy/run-embedded run

reset:
	@[ ! -x .venv/bin/python ] || deploy/run-embedded reset

test:
	@deploy/bootstrap test
	@exec deploy/as-root deploy/run-tests all

test-fast:
	@deploy/bootstrap lint
	@exec deploy/run-tests fast

lint:
	@deploy/bootstrap lint
	@exec deploy/run-lint

fmt:
	@deploy/bootstrap lint
	@.venv/bin/ruff check -q --fix-only . && .venv/bin/ruff format -q .

bench:
	@deploy/bootstrap test
	@exec deploy/as-root .venv/bin/python -m bench

fresh:
	@deploy/bootstrap fresh
	@exec deploy/as-root deploy/fresh/prove-on-bare-machine

driver-features:
	@deploy/bootstrap test
	@exec deploy/as-root .venv/bin/python -m tests.remote_services.drivers.feature_matrix
