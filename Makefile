# Everything from nothing: `make run` and `make test` need Python 3.11+, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test chaos check audit format bench bench-statements bench-summaries bench-stories bench-intake bench-growth \
	bench-hostile bench-scale bench-store soak screenshots lock clean

help: ## this list
	@awk -F':.*## ' '/^[a-z -]+:.*## /{printf "  make %-32s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## Dateline; without Slack credentials the playground at http://127.0.0.1:3000
	@MALLOC_ARENA_MAX=1 $(BIN)/dateline run

install: $(VENV)/.installed ## .venv with what Dateline needs to run

install-dev: $(VENV)/.installed-dev

test: install-dev ## the whole suite
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

chaos: install-dev ## what takes long: kills, a crowd, outages, all at once (three quarters of an hour); fuzzing of each reader (ten minutes each; DATELINE_FUZZ_SECONDS=60 for less)
	@$(PIP) install "atheris>=3.0" || echo "atheris cannot be installed here: readers are NOT fuzzed" >&2
	@$(BIN)/python -m pytest -m chaos -n0 -s
	@$(BIN)/python -m tests.chaos

check: install-dev ## ruff, mypy --strict, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q -p no:randomly -n0 tests/test_architecture.py
	@$(BIN)/python -m tests.audit

audit: install-dev ## known weaknesses in what we depend on, where an index can be asked
	@$(BIN)/python -m tests.audit

soak: install-dev ## MINUTES=10 of steady load; writes docs/images/soak.png
	@$(BIN)/python -m tests.bench.soak $(or $(MINUTES),10)

format: install-dev ## ruff, mending what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install-dev ## the figures that docs quote, measured now
	@$(BIN)/python -m tests.bench

bench-statements bench-summaries: install-dev ## against others, on DATA=folder of the public corpora
	@test -n "$(DATA)" || { echo "Say where the corpus lies: make $@ DATA=path" >&2; exit 2; }
	@$(BIN)/python -m tests.bench.$(@:bench-%=%) $(DATA)

bench-store: install-dev ## each look-up of the store with 100,000 articles in it, on both databases
	@$(BIN)/python -m tests.bench.store

bench-growth: install-dev ## an article more, a digest and look-ups with 10,000, 100,000 and 1,000,000 articles in the store
	@$(BIN)/python -m tests.bench.growth

bench-scale: install-dev ## articles and digests with one worker and with two, on PostgreSQL
	@$(BIN)/python -m tests.bench.scale

bench-stories: install-dev ## grouping: how right, and the cost of an article as the store grows
	@$(BIN)/python -m tests.bench.stories $(DATA) $(CAMPAIGN)

bench-intake: install-dev ## files a second by format, and 10,000 mixed ones end to end; AGAINST=COMMIT compares another build
	@$(BIN)/python -m $(if $(AGAINST),tests.bench.builds $(AGAINST) $(DATA),tests.bench.intake)

bench-hostile: install-dev ## seconds and peak memory of each file in DATA=folder
	@test -n "$(DATA)" || { echo "Say where the files lie: make $@ DATA=path" >&2; exit 2; }
	@$(BIN)/python -m tests.bench.hostile $(DATA)

screenshots: install-dev ## the pictures in docs/images, taken in the playground with Chromium
	@$(BIN)/python -m tests.screenshots

lock: install-dev ## compile the hash-pinned requirements from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
		--no-annotate pyproject.toml --output-file requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
		--no-annotate --extra dev --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt

clean: ## remove the environment and caches, keep data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Dateline needs Python 3.11 or newer; say which with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Creating $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv $(VENV)

# pip would compile all modules of all packages: 96 MB, of which Dateline imports half.
define COMPILE_USED
import importlib, pkgutil, bot
for module in pkgutil.walk_packages(bot.__path__, "bot."):
    if "migrations" not in module.name:
        importlib.import_module(module.name)
importlib.import_module("trafilatura")
importlib.import_module("bot.language.analysis").load_models()
endef
export COMPILE_USED

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Dateline runs on ..."
	@$(PIP) install --no-compile --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c "$$COMPILE_USED"
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the test tools ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
