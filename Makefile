# `make demo` and `make test` work from a clean clone with Python 3.11, pip and make alone.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench clean

demo: .venv/core
	$(BIN)/fastseg-edit demo

test: .venv/all
	$(BIN)/pytest
	@echo "All tests passed. Look at the pictures: make demo"

check: .venv/all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@echo "Lint, types and import directions are clean."

bench: .venv/all
	$(BIN)/python tests/benchmarks/fill/run.py
	$(BIN)/python tests/benchmarks/fill/scaling.py
	$(BIN)/python tests/benchmarks/segmentation/run.py

.venv/core: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/all: .venv/core
	$(BIN)/pip install --quiet --editable ".[dev]"
	@touch $@

clean:
	rm -rf .venv demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
