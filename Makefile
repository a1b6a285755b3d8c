# make data    rebuild and verify the published tables in data/
# make test    run every check: style, strict documentation, tests and doctests
# make pages   open every page of the documentation in Chromium (Debian: apt-get install chromium)
# make attack  attack the package with hostile input, alterations and kills, ten minutes
# make peers   compare with torch and optax themselves (3 GB; make test has their numbers frozen)
#
# Both need python3 (3.11 or later; another one with PYTHON=...), git and make, and nothing else.

PYTHON ?= python3
ENV := .venv
READY := $(ENV)/.ready

.PHONY: attack data pages peers test torch

data: $(READY)
	$(ENV)/bin/polyfam data build --directory data

# The documentation is built afresh (-E): a second build would not repeat the warnings of the first.
test: $(READY)
	$(ENV)/bin/ruff check
	$(ENV)/bin/sphinx-build -W -n -E -q docs build/docs
	$(ENV)/bin/python -m pytest

attack: $(READY)
	$(ENV)/bin/python tools/attack.py --seconds 120

pages: $(READY)
	$(ENV)/bin/python -m pip install -qq --prefer-binary --editable '.[pages]'
	$(ENV)/bin/sphinx-build -W -n -q docs build/docs
	$(ENV)/bin/python -m pytest -o addopts=--import-mode=importlib tests/pages

peers: $(READY)
	$(ENV)/bin/python -m pip install -qq --prefer-binary --editable '.[peers]'
	$(ENV)/bin/python -m pytest -o addopts=--import-mode=importlib tests/peers

$(READY): setup.cfg pyproject.toml tools/bootstrap.py
	@echo "Setting up $(ENV), which takes a minute or two the first time."
	@$(PYTHON) tools/bootstrap.py $(ENV)
	$(ENV)/bin/python -m pip install -qq --prefer-binary --editable '.[census,data,docs,fast,jax,numerics,plot,test]'
	@touch $@
