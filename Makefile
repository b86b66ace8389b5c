# make run     the window; without a screen, pictures and data of every preset in out/
# make test    every test
# make lint    formatting, types, import contracts, dependencies
# make clean   remove what these made
# Each sets up .venv first, once. Nothing is installed outside this folder.

VENV ?= .venv
WORKERS ?= 2
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
# a name may be there and not run (pyenv's shims), so each is tried
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c "$(FITS)" 2>/dev/null && echo $$name && break; done)

ifeq ($(shell uname -s),Linux)
SCREEN := $(DISPLAY)$(WAYLAND_DISPLAY)
else
SCREEN := yes
endif

.PHONY: run test lint clean

run: $(INSTALLED)
ifeq ($(SCREEN),)
	@echo "There is no screen, so every preset is run and drawn into out/ instead."
	@for preset in $$($(BIN)/python main.py list presets); do \
		$(BIN)/python main.py run $$preset --out out/$$preset --formats png,svg,pdf,csv,npz \
			|| [ $$? -eq 1 ] || exit 1; done; echo "Where a run is said to have failed, that is what its preset shows."
else
	@$(BIN)/python main.py
endif

test: $(INSTALLED)
	@$(BIN)/python -m pytest -n $(WORKERS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

clean:
	rm -rf $(VENV) out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(INSTALLED): pyproject.toml .ci/bootstrap.py
	@test -n "$(PYTHON)" || { echo "No Python from 3.11 to 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) .ci/bootstrap.py install $(VENV)
	@touch $@
