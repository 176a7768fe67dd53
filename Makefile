# make demo   the whole service with 40 simulated seniors, on a bare machine
# make test   the tests; needs no root, no Docker and no network but the package index
# make check  what CI runs: format, lint, types, import contracts, all tests
# make nightly   the engine against the oracle over SEQUENCES=100000 sequences, and a
#                day of a whole street of 6,000 seniors, calm and with 20 kills
# make mutation  how many planted bugs in alerts/detection the tests find (about an hour)
# PYTHON=/path/to/python3 chooses the interpreter; DEMO and TESTS take more arguments,
# WORKERS says how many tests run at the same time (they wait more than they compute).
SHELL := /bin/sh
BIN := .venv/bin
export PYTHON

.PHONY: demo test check format nightly mutation
SEQUENCES := 100000
WORKERS := 3

demo:
	@sh deploy/bootstrap.sh requirements.lock
	@exec $(BIN)/python -P -m yinling demo $(DEMO)

test:
	@sh deploy/bootstrap.sh requirements-dev.lock
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

check:
	@sh deploy/bootstrap.sh requirements-dev.lock
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

format:
	@sh deploy/bootstrap.sh requirements-dev.lock
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

nightly:
	@sh deploy/bootstrap.sh requirements-dev.lock
	YINLING_ORACLE_SEQUENCES=$(SEQUENCES) $(BIN)/python -m pytest tests/property/detection
	YINLING_STREET=whole $(BIN)/python -m pytest -s tests/faults/test_street.py

mutation:
	@sh deploy/bootstrap.sh requirements-dev.lock
	$(BIN)/mutmut run $(MUTANTS)
	$(BIN)/mutmut results
	$(BIN)/mutmut export-cicd-stats
	cat mutants/mutmut-cicd-stats.json
