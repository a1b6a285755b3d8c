# make data    rebuild and verify the published tables in data/
# make test    run every check: style, types, imports, strict documentation, tests and doctests
# make pages   open every page of the documentation in Chromium (Debian: apt-get install chromium)
# make atlas   build the documentation and a zip of it that opens by double click
# make attack  attack the package with hostile input, alterations and kills, twenty minutes
# make versions  run the fast tests with the lowest and the newest versions of what polyfam needs
# make torch   run the tests with torch and optax, with a pinned torch (a CPU build has 190 MB)
# make peers   compare with torch and optax themselves (3 GB; make test has their numbers frozen)
#
# They need python3 (3.11 or later; another one with PYTHON=...), git and make, and nothing else.

PYTHON ?= python3
ENV := .venv
# Two processes; the tests of a file share one, and what they computed.
PYTEST := $(ENV)/bin/python -m pytest --numprocesses=2
READY := $(ENV)/.ready

.PHONY: atlas attack data pages peers test torch versions

data: $(READY)
	$(ENV)/bin/polyfam data build --directory data

# The documentation is built afresh (-E): a second build would not repeat the warnings of the first.
test: $(READY)
	$(ENV)/bin/ruff check
	$(ENV)/bin/lint-imports --no-cache
	$(ENV)/bin/mypy
	$(ENV)/bin/sphinx-build -W -n -E -q docs build/docs
	$(PYTEST) --dist=loadfile
	@echo "Left out: make torch (the torch adapter and bridge), make pages (every page in Chromium)."

atlas: $(READY)
	$(ENV)/bin/sphinx-build -W -n -q docs build/docs
	cd build && ../$(ENV)/bin/python -m zipfile -c polyfam-docs.zip docs
	@echo "Open build/docs/atlas/index.html, or unpack build/polyfam-docs.zip anywhere."

attack: $(READY)
	$(ENV)/bin/python tools/attack.py --seconds 120

versions: $(READY)
	$(ENV)/bin/python tools/versions.py

pages: $(READY)
	$(ENV)/bin/python -m pip install -qq --prefer-binary --editable '.[pages]'
	$(ENV)/bin/sphinx-build -W -n -q docs build/docs
	$(PYTEST) -o addopts=--import-mode=importlib tests/pages

# Not part of make test, which stays light.
torch: $(READY)
	$(ENV)/bin/python -m pip install -qq --prefer-binary torch==2.13.0 'optax>=0.2.5' 'mlxtend>=0.23'
	$(PYTEST) -o addopts=--import-mode=importlib tests/peers

peers: $(READY)
	$(ENV)/bin/python -m pip install -qq --prefer-binary --editable '.[mnist,peers]'
	$(PYTEST) -o addopts=--import-mode=importlib tests/peers

$(READY): Makefile setup.cfg pyproject.toml tools/bootstrap.py
	@echo "Setting up $(ENV), which takes a minute or two the first time."
	@$(PYTHON) tools/bootstrap.py $(ENV)
	$(ENV)/bin/python -m pip install -qq --prefer-binary --editable '.[bigint,census,data,docs,fast,jax,numerics,pandas,plot,test]'
	@touch $@
