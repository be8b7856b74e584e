# `make` or `make help` says what there is. Everything runs in .venv, which the first target that needs it makes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo-office
# Three processes keep both cores of a small machine busy; `make test WORKERS=0` runs the tests in one, for a debugger.
WORKERS ?= 3
# The tests wait thousands of times until something is on the disk; in memory, where there is room, they need not.
MEMORY := $(shell [ -w /dev/shm ] && [ "$$(df -Pm /dev/shm | awk 'NR == 2 { print $$4 }')" -gt 6000 ] && echo /dev/shm)

.DEFAULT_GOAL := help
.PHONY: help demo test test-long lint format bench pictures screenshots browser mailbox clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.program: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.tests: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[test,lint]"
	@touch $@ $(VENV)/.program

$(VENV)/.bench: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[test,bench]"
	@touch $@ $(VENV)/.program

demo: $(VENV)/.program ## Set all up and run the whole work once, ending with files to open
	$(BIN)/outreach demo $(DEMO)

# A browser is a package of the system: it is fetched where that may be done, else its tests are skipped (and fail under CI).
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null || \
	  echo "Chromium could not be installed: the tests in a browser are skipped."; \
	else echo "There is no Chromium (apt-get install chromium): the tests in a browser are skipped."; fi

# So is a mail server to send by and a mailbox to fetch from. The machine's own services are of no use here: the tests run
# private ones, and those that the packages would start are kept from it where nothing else starts them.
MAIL_PACKAGES := postfix dovecot-imapd dovecot-lmtpd dovecot-sieve
mailbox:
	@test -x /usr/lib/dovecot/imap -a -x /usr/lib/dovecot/lmtp -a -x /usr/lib/postfix/sbin/master -a -e /usr/lib/dovecot/modules/lib90_sieve_plugin.so || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(MAIL_PACKAGES) >/dev/null || \
	  echo "Postfix and Dovecot could not be installed: the tests with a real mail server are skipped."; \
	else echo "There is no mail server (apt-get install $(MAIL_PACKAGES)): the tests with a real one are skipped."; fi

test: $(VENV)/.tests browser mailbox ## Set all up and run the tests (under ten minutes)
	$(if $(MEMORY),TMPDIR=$(MEMORY)) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-long: $(VENV)/.tests mailbox ## The long kill and fuzz runs
	$(BIN)/python -m pytest -m long

lint: $(VENV)/.tests ## Style, types and walls
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python db/seeds/build.py --check

format: $(VENV)/.tests ## Put the code into the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench ## Measure against peers and limits; prints the tables
	$(BIN)/python -m bench

pictures: $(VENV)/.tests ## Make the pictures of the README from the demonstration's own files
	$(BIN)/python docs/pictures.py $(DEMO)

screenshots: $(VENV)/.tests browser ## Make the pictures of the desk
	$(BIN)/python docs/screenshots.py

clean: ## Take away the demonstration and what was built
	rm -rf $(DEMO) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
