# `make demo` and `make test` set everything up themselves: Python 3.11 or newer with venv, make and git are enough.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help setup demo test fuzz check bench bench-quick soak format oscal sssom lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make .venv and install what requirements.lock pins

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Normgraph needs Python 3.11 or newer; none of python3.11 to python3.14 or python3 was found. Install one, or say: make PYTHON=/path/to/python"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module; install it (on Debian and Ubuntu: the package python3-venv) and run make again"; exit 2; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@$(BIN)/python -m pip check --disable-pip-version-check > /dev/null || { echo "requirements.lock does not hold all that is needed; run make lock"; exit 1; }
	@touch $@

demo: $(READY) ## validate, assess and report on the example bank
	@$(BIN)/normgraph demo

test: $(READY) ## run the tests, on all cores
	$(BIN)/python -m pytest -n auto --dist worksteal

fuzz: $(READY) ## try every operation of the HTTP API with 50 examples that fit its document and 50 that do not
	NORMGRAPH_FUZZ=50 $(BIN)/python -m pytest tests/api/http/test_fuzz.py

check: $(READY) ## format, lint, types, layers, tests with coverage, ontology and query hygiene
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/normgraph check
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term

bench-quick: $(READY) ## measure what is fast against what is not, in under a minute: build/bench.json
	$(BIN)/python -m benchmarks quick

bench: $(READY) ## measure up to a million items of evidence and a thousand organisations (minutes)
	$(BIN)/python -m benchmarks full

soak: $(READY) ## kill the server 50 times while it is written to, on each kind of store
	NORMGRAPH_SOAK=50 $(BIN)/python -m pytest tests/api/http/test_durability.py

format: $(READY) ## write Python and Turtle in their one form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m engine.turtle ontology

oscal: ## let compliance-trestle read every mapping set as OSCAL (an environment of its own)
sssom: ## let sssom-py validate every mapping set (an environment of its own, 390 MB)
oscal sssom: %: .venv-%/.ready
	.venv-$*/bin/python -m pytest tests/extra/test_$*.py

.venv-%/.ready: requirements-%.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Normgraph needs Python 3.11 or newer; say: make $* PYTHON=/path/to/python"; exit 2; }
	@echo "Setting up .venv-$* with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv-$*
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-$*.lock
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade

lock: ## pin every dependency anew (needs uv)
	$(LOCK) --group dev -o requirements.lock
	$(LOCK) --group oscal --constraint requirements.lock -o requirements-oscal.lock
	$(LOCK) --group sssom --constraint requirements.lock -o requirements-sssom.lock

clean: ## remove what make made
	rm -rf $(VENV) .venv-oscal .venv-sssom build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage .hypothesis
