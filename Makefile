# `make` alone tells what there is. Everything runs in .venv, made from requirements.lock.

VENV := .venv
BIN := $(VENV)/bin
# The first Python on this machine that is new enough; `make PYTHON=/path/to/python3` chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# Stamps: the locked packages are in, and the project itself is.
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
# The tool that writes the lock file; it needs none of the project's own packages.
UV := uv==0.13.9

# Several processes, each with a PostgreSQL of its own, take whole files in their order. The tests
# marked `alone` (pyproject.toml says why) wait until the machine is theirs.
PYTEST_AT_ONCE = $(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile \
  --no-loadscope-reorder -m 'not alone'
# Who sees what, and what the ledger has of it: whatever runs the documents.
FOR_BOTH_EXECUTORS := tests/ledger tests/matrix tests/sideways tests/stories tests/suppression

.DEFAULT_GOAL := help
.PHONY: help install run test test-reference test-clients bench check schema migrate lock clean

help: ## Show this list
	@echo "Kairan: make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

install: $(INSTALLED) ## Make the environment in .venv (the other targets do it when needed)

run: $(INSTALLED) ## Start the API on a demo city: http://127.0.0.1:8000/graphql (Ctrl-C stops it)
	@exec $(BIN)/kairan serve --demo

test: check ## Check everything, then run the tests
	$(PYTEST_AT_ONCE)
	$(BIN)/pytest -m alone
	KAIRAN_EXECUTOR=reference $(PYTEST_AT_ONCE) $(FOR_BOTH_EXECUTORS)

test-reference: $(INSTALLED) ## Run all the tests on Strawberry's own executor
	KAIRAN_EXECUTOR=reference $(PYTEST_AT_ONCE)
	KAIRAN_EXECUTOR=reference $(BIN)/pytest -m alone

test-clients: $(INSTALLED) ## Do what docs/clients.md says with npm packages (Node 20 or newer)
	CLIENT_CHECKS_REQUIRED=1 $(BIN)/pytest -s tests/clients

bench: $(INSTALLED) ## Measure requests beside others; ARGS="--requests roster --connections 16": a part
	$(BIN)/python -m bench $(ARGS)

check: $(INSTALLED) ## Lint, format, types, import contracts, schema.graphql, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kairan schema --check
	$(BIN)/kairan migrate --check

schema: $(INSTALLED) ## Write schema.graphql from the code
	$(BIN)/kairan schema --write

migrate: $(INSTALLED) ## Bring the database to the newest migration
	$(BIN)/kairan migrate

lock: ## Choose versions anew: pyproject.toml -> requirements.lock
	@$(require-python)
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet '$(UV)'
	$(VENV)/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --upgrade --quiet --custom-compile-command 'make lock' \
	  --output-file requirements.lock

clean: ## Remove what make made, but not the database in .kairan
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache \
	  .import_linter_cache .hypothesis tests/clients/node_modules tests/clients/build \
	  tests/clients/app/gql tests/clients/app/relay/__generated__
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

define require-python
test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo "Kairan needs Python 3.11 or newer, and '$(or $(PYTHON),python3)' is not: install one, or say make PYTHON=/path/to/python3.11" >&2; \
  exit 1; }
endef

$(LOCKED): requirements.lock
	@$(require-python)
	@echo "Making $(VENV) with $(PYTHON) (about a minute, once)"
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian: apt install python3-venv)" >&2; \
	  exit 1; }
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --quiet -e .
	@touch $@
