# One word each. `make` alone prints this help.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.installed
DEV := .venv/.installed-dev
export PATH := $(CURDIR)/.venv/bin:$(PATH)
ARGS ?=

help: ## print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv

$(RUN): requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what requirements.lock names: a few minutes, once ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "Installing what requirements-dev.lock names ..."
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

up: $(RUN) ## start everything embedded, with a demo organization (ARGS="--data-dir D --http-port P …")
	@exec $(BIN)/muniment up $(ARGS)

# Hundreds of processes import the same modules: they are compiled once, also where the environment forbids it.
test: export PYTHONDONTWRITEBYTECODE =
test: $(DEV) ## run the tests (ARGS="-k name" narrows them)
	@$(BIN)/python -m compileall -q gen service muniment_client evaluation training
	@$(BIN)/python -m pytest -n 6 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(DEV) ## check types, style, layers, the contract, and that generated code is up to date
	@$(BIN)/python tools/check.py

generate: $(DEV) ## generate gen/ from proto/
	@$(BIN)/python tools/generate.py

bench: $(DEV) ## measure against a floor and a rival, side by side (ARGS="--quick")
	@$(BIN)/python -m bench $(ARGS)

eval: $(DEV) ## read documents with known answers and count what was right (ARGS="--corpus DIR --fields --kind NAME")
	@$(BIN)/python -m evaluation $(ARGS)

train: $(DEV) ## make the model that tells categories apart (ARGS="--write --corpus DIR")
	@$(BIN)/python -m training $(ARGS)

lock: $(DEV) ## lock the newest versions of all dependencies
	@$(BIN)/python tools/lock.py

clean: ## remove the environment, caches and the demo data
	@rm -rf .venv .cache .muniment .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help up test check generate bench eval train lock clean
