# Everything one does with a checkout. `make` alone lists it.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOCKS := requirements/runtime.txt requirements/dev.txt
# Scripts and style sheets of the survey pages and the console.
BUILT := src/rejoinder/console/built/manifest.json
FRONT := package.json package-lock.json $(wildcard src/rejoinder/pages/front/* src/rejoinder/console/front/*)
# A browser is installed only when there is a test that drives one.
BROWSER := $(if $(wildcard tests/browser/test_*.py),chromium)

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format messages bench train lock postgresql meters chromium clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) $(BUILT)  ## create .venv with the locked, hash-checked packages and Rejoinder itself

$(INSTALLED): $(LOCKS) requirements/node.txt pyproject.toml scripts/create-venv
	scripts/create-venv $(PYTHON) $(VENV)
	$(BIN)/python -m pip install $(PIP_QUIET) $(HASHED) --requirement requirements/dev.txt
	$(BIN)/python scripts/build_pages.py --has-node || $(BIN)/python -m pip install $(PIP_QUIET) $(HASHED) --requirement requirements/node.txt
	$(BIN)/python -m pip install $(PIP_QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

$(BUILT): $(FRONT) scripts/build_pages.py | $(INSTALLED)
	$(BIN)/python scripts/build_pages.py --if-changed
	@touch $@

PIP_QUIET := --quiet --no-input --disable-pip-version-check
HASHED := --require-hashes --only-binary :all:

demo: setup  ## run a server with sample data; prints its address, credentials and requests to paste
	$(BIN)/rejoinder demo $(ARGS)

test: setup postgresql $(BROWSER) lint  ## lint, types, import contracts, and all tests on both engines
	$(BIN)/pytest -n auto $(ARGS)

lint: setup  ## the checks that run nothing: ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## let ruff order and format the code
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

messages: setup  ## bring the console's catalogues up to date with the texts in its code
	$(BIN)/python scripts/messages.py

bench: setup postgresql meters  ## measure against the engine's limits; ARGS=--quick for the short one
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

train: setup  ## fit the text engine's heads again, from ../shared/data/text; ARGS="language sentiment" for some
	$(BIN)/python -m training $(ARGS)

lock: setup  ## lock again; ARGS=--upgrade, or ARGS="--upgrade-package click", takes newer versions
	scripts/lock $(BIN) $(ARGS)

postgresql:  # the server's programs, for tests and bench; they start a cluster of their own
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
	|| scripts/install-system postgresql --dnf postgresql-server --brew postgresql

meters:  # what bench measures with: the SQLite shell, and a load generator (without it, bench uses its own)
	@command -v sqlite3 >/dev/null && command -v wrk >/dev/null \
	|| scripts/install-system sqlite3 wrk --dnf sqlite --brew sqlite wrk

chromium:  # the browser, for tests/browser
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| scripts/install-system chromium --dnf chromium --brew chromium

clean:  ## remove what `make` made; keeps your data
	rm -rf $(VENV) .venv-bench node_modules src/rejoinder/pages/built src/rejoinder/console/built bench-results.json build dist src/*.egg-info .hypothesis .mypy_cache .ruff_cache .import_linter_cache
