# Every job is one target, and CI calls no others. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := install
CHECKS := lint unit notebooks book browser
.PHONY: install $(CHECKS) test serve lab notebooks-run notebooks-full bench pages address lock clean help

install: ## make .venv and put into it what requirements.txt locks
	@$(PYTHON) scripts/install.py
	@$(if $(MAKECMDGOALS),:,echo ".venv is up to date; make help lists the jobs")

lint: ## ruff, and the one direction of imports
unit: ## unit tests (those marked slow too)
notebooks: ## run every chapter and compare with its stored outputs
book: ## build the book from clean; warnings are errors
browser: ## look at every page in a browser
$(CHECKS): install
	@$(BIN)/python scripts/run_checks.py $@

test: install ## all five above, with a summary
	@$(BIN)/python scripts/run_checks.py

serve: install ## read the book at http://localhost:8000
	@$(BIN)/python scripts/serve.py

lab: install ## open working copies of the chapters in JupyterLab
	@$(BIN)/python scripts/work_copies.py
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m jupyter lab \
	  --ServerApp.root_dir="$(CURDIR)" --FileContentsManager.preferred_dir="$(CURDIR)/notebooks/work"

notebooks-run: install ## run and store the chapters that changed (ALL=1: all; FILES="...": these)
	@$(BIN)/python scripts/run_notebooks.py $(if $(ALL),--all) $(FILES)

notebooks-full: install ## run the chapters that have a large part, with full data on a GPU
	@$(BIN)/python scripts/run_large.py --full $(ARGS)

bench: install ## time fit beside the loops that people write (ARGS="--help": its options)
	@$(BIN)/python scripts/bench.py $(ARGS)

pages: install ## write the pages that are made from tables
	@$(BIN)/python scripts/pages.py

address: install ## write the course's address everywhere (SLUG=owner/name); without SLUG, print it
	@$(BIN)/python scripts/address.py $(SLUG)

lock: install ## pin what pyproject.toml asks for (UPGRADE=1: newest versions)
	@$(BIN)/python -m uv pip compile pyproject.toml --all-extras --universal \
	  --python-version 3.11 --generate-hashes --no-header --quiet \
	  $(if $(UPGRADE),--upgrade) --output-file requirements.txt

clean: ## remove what was built (not .venv)
	rm -rf _build build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find lessonlib scripts tests book -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ': .*## |: ## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile
