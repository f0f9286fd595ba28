# Each target sets up what it needs by itself: Python 3.11 or later, make and pip are enough.
# Inside an active virtual environment that one is used, otherwise .venv is created.

PYTHON ?= python3
VENV := $(or $(VIRTUAL_ENV),$(CURDIR)/.venv)
BIN := $(VENV)/bin
WALINT := $(BIN)/walint
DEMO := build/demo
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench docs clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "walint needs Python 3.11 or later: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.walint-demo-installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]'
	@touch $@

$(VENV)/.walint-dev-installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.walint-demo-installed

demo: $(VENV)/.walint-demo-installed ## judge the examples and a made-up account, leave reports in build/demo
	@$(WALINT) demo --output $(DEMO)

test: $(VENV)/.walint-dev-installed ## run the tests
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

lint: $(VENV)/.walint-dev-installed ## ruff, mypy, import-linter
	@status=0; for check in 'ruff check .' 'ruff format --check .' 'mypy' 'lint-imports'; do \
		echo "$$check"; $(BIN)/$$check || status=1; \
	done; exit $$status

bench: $(VENV)/.walint-dev-installed ## time walint beside cfn-lint, checkov and HCL parsers (FOLDER=... for other templates)
	$(BIN)/python benchmarks/bench.py $(FOLDER) $(ARGS)

docs: $(VENV)/.walint-dev-installed ## check the documents, build the site with a page for each rule in build/docs/site
	$(BIN)/python tools/build_standards.py --check
	$(BIN)/python -m pytest -q tests/test_docs.py
	$(BIN)/python tools/build_docs.py

clean: ## remove what the other targets made, but not the environments
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
