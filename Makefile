# Only make and a Python >= 3.11 with venv are assumed; `make help` lists the targets.
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

VENV := .venv
PYTHON := $(VENV)/bin/python
BASE := $(VENV)/base.installed
DEV := $(VENV)/dev.installed
INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes

# A .venv whose Python is gone (an upgrade, a moved folder) is made anew.
$(shell test -x $(PYTHON) || rm -f $(BASE) $(DEV))

.PHONY: help run test bench lint fmt messages lock

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: $(BASE) var/demo.env ## Set up what is missing, then serve the demo on HOST:PORT
	@exec $(PYTHON) manage.py serve --demo

test: $(DEV) ## Run every test on SQLite, PostgreSQL and in Chromium; ARGS="-k word" chooses
	@$(PYTHON) -m scripts.run_tests $(ARGS)

bench: $(DEV) ## Measure pages, saves and scoring as ratios to two floors; ARGS="--rounds 50"
	@$(PYTHON) -m benchmarks $(ARGS)

lint: $(DEV) ## Run every check that is not a test
	@$(PYTHON) -m scripts.lint

fmt: $(DEV) ## Format Python and templates, and mend what ruff can mend
	-$(PYTHON) -m ruff check --quiet --fix .
	$(PYTHON) -m ruff format .
	-$(PYTHON) -m djlint --quiet --reformat templates

messages: $(DEV) ## Collect msgids into locale/vi, then compile (needs gettext)
	@$(PYTHON) -m scripts.messages

lock: $(PYTHON) ## Lock requirements/*.in with hashes for every platform
	@sh scripts/lock.sh $(ARGS)

# The tests' requirements hold the application's too, so either file renews one .venv.
$(BASE): requirements/base.txt | $(PYTHON)
	@echo "Installing the application's requirements into $(VENV) ..."
	@$(INSTALL) -r requirements/base.txt
	@touch $@

$(DEV): requirements/base.txt requirements/dev.txt | $(PYTHON)
	@echo "Installing the requirements of tests and checks into $(VENV) ..."
	@$(INSTALL) -r requirements/dev.txt
	@touch $(BASE) $@

$(PYTHON):
	@sh scripts/make-venv.sh $(VENV)

var/demo.env: | $(BASE)
	@$(PYTHON) -m scripts.demo_env $@
