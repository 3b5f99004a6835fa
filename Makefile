# `make demo` and `make test` work from a clean clone with Python 3.11, pip and make alone.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo demo-mini test slow soak check bench mini clean

demo: .venv/core
	$(BIN)/fastseg-edit demo

demo-mini: .venv/mini
	$(BIN)/fastseg-edit demo

test: .venv/all
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile
	@echo "All tests passed. Look at the pictures: make demo"

slow: .venv/all
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile tests/slow
	@echo "What takes its time works, too."

soak: .venv/all
	FASTSEG_EDIT_SOAK=200 $(BIN)/pytest -s tests/slow/soak

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
	$(BIN)/python tests/benchmarks/edges/run.py
	$(BIN)/python tests/benchmarks/matting/run.py
	$(BIN)/python tests/benchmarks/seams/run.py
	$(BIN)/python tests/benchmarks/small/run.py
	$(BIN)/python tests/benchmarks/text/run.py
	$(BIN)/python tests/benchmarks/text/speed.py
	$(BIN)/python tests/benchmarks/batch/throughput.py
	$(BIN)/python tests/benchmarks/batch/planning.py
	$(BIN)/python tests/benchmarks/batch/overhead.py

mini: .venv/mini
	$(BIN)/python -m fastseg_edit.mini evaluate

.venv/core: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/mini: .venv/core
	$(BIN)/pip install --quiet --editable ".[mini]"
	@touch $@

.venv/all: .venv/core
	$(BIN)/pip install --quiet --editable ".[dev]"
	@touch $@

clean:
	rm -rf .venv demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
