# Two commands do everything on a fresh machine: make demo, make test.
# Needs Python 3.11 or newer and make; PYTHON=python3.12 chooses another one.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml codebook.yaml $(shell find tcncode corpus -type f -not -name '*.pyc')

.PHONY: demo test bench clean

demo: $(VENV)/.installed
	$(BIN)/tcncode demo demo

test: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist worksteal

bench: $(VENV)/.installed-test
	$(BIN)/python tests/benchmarks/bench_study.py

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tcncode needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# The package is installed as users get it, not in place, so that the tests try the wheel.
$(VENV)/.installed: $(BIN)/python $(SOURCES)
	@echo "Installing into $(VENV); this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check .
	touch $@

$(VENV)/.installed-test: $(BIN)/python $(SOURCES)
	@echo "Installing into $(VENV), with what the checks need; this takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check '.[test]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
