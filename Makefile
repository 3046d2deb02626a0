# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= $(or $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell command -v $(p) >/dev/null 2>&1 && $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p)))),none)
PORT ?= 8000
export PORT
ifdef DATA_DIR
export DATA_DIR
endif
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help

.PHONY: help
help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: run
run: setup ## The whole system with a fictive municipality: PORT=8000, DATA_DIR=./var
	@exec $(BIN)/participatie run

.PHONY: setup
setup: $(BIN)/.run assets translations ## Everything that run and test need first

.PHONY: test
test: $(BIN)/.test assets translations ## Format, lint, types, import contracts, all tests
	@$(BIN)/python -m tests.run

.PHONY: evidence
evidence: $(BIN)/.test assets translations ## The long forms, all of them, and the page of it; PART="browser tests" for one
	@$(BIN)/python -m tests.run --long $(if $(PART),--part "$(PART)")

.PHONY: check
check: $(BIN)/.test ## Format, lint, types and import contracts only
	@$(BIN)/python -m tests.run --only-check

.PHONY: format
format: $(BIN)/.test ## Put the code in its one form
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix .

.PHONY: messages
messages: $(BIN)/.test ## Collect the texts to translate
	@mkdir -p build && $(BIN)/pybabel --quiet extract -F pyproject.toml -k N_ -k lazy_gettext --no-location --sort-output \
		-o build/messages.pot participatie
	@$(BIN)/pybabel --quiet update -i build/messages.pot -d participatie/translations -l nl \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 1000
	@$(BIN)/pybabel --quiet extract -F pyproject.toml -k N_ -k lazy_gettext --no-location --sort-output --no-wrap \
		-o build/road.pot $$(cat participatie/translations/road/texts.txt)
	@for language in fy de pl tr ar uk; do $(BIN)/pybabel --quiet update -i build/road.pot -l $$language \
		-o participatie/translations/road/$$language.po --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 1000; done

.PHONY: migration
migration: $(BIN)/.test ## A new migration from the models: make migration NAME="two words"
	@$(BIN)/python -m tests.migration "$(NAME)"

.PHONY: translations
translations: $(BIN)/.run
	@$(BIN)/pybabel --quiet compile -d participatie/translations 2>/dev/null || \
		$(BIN)/pybabel compile -d participatie/translations

# --- what is installed ---------------------------------------------------------------------

$(BIN)/.venv:
	@if [ "$(PYTHON)" = none ]; then \
		echo "participatie needs Python 3.11 or newer, and found none: make run PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "participatie needs Python 3.11 or newer; $$($(PYTHON) --version) is too old." >&2; exit 1; }
	@echo "Making a virtual environment with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Python cannot make a virtual environment; on Debian: apt install python3-venv." >&2; exit 1; }
	@touch $@

$(BIN)/.run: $(BIN)/.venv requirements/build.txt requirements/run.txt pyproject.toml
	@echo "Installing what the program needs …"
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/.test: $(BIN)/.run requirements/test.txt
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements/test.txt
	@touch $@

# The front end: npm when the lock changed, the build when a source changed. Node comes from the
# machine when it is new enough, else from a Python wheel.
DIST := participatie/theming/static/dist/manifest.json
NODE := $(shell node -p "parseInt(process.versions.node) >= 20 ? 'yes' : ''" 2>/dev/null)
WITH_NODE := $(if $(NODE),,PATH="$(CURDIR)/$(BIN):$$PATH")
.PHONY: assets
assets: $(DIST) ## Bundle CSS, JavaScript and images
$(BIN)/.node: $(BIN)/.venv requirements/frontend.txt
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements/frontend.txt
	@touch $@
frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json $(if $(NODE),,$(BIN)/.node)
	@cd frontend && $(WITH_NODE) npm ci --silent
	@touch $@
$(DIST): frontend/node_modules/.installed frontend/build.mjs $(shell find frontend/src -type f)
	@cd frontend && $(WITH_NODE) node build.mjs

.PHONY: chaos
chaos: $(BIN)/.test assets translations ## Votes while everything is killed: CASTS=3000; a line over all runs
	@$(BIN)/python -m tests.chaos $(CASTS)

# --- figures -------------------------------------------------------------------------------

.PHONY: bench
bench: bench-program bench-lists bench-media bench-casting bench-votes bench-tally bench-counting ## All figures, printed beside what was asked

.PHONY: bench-program
bench-program: $(BIN)/.test assets translations ## Start, memory, and the public list
	@$(BIN)/python -m bench.program

.PHONY: bench-lists
bench-lists: $(BIN)/.test assets translations ## Lists, search, a proposal and support, as the data grows
	@$(BIN)/python -m bench.lists

.PHONY: bench-pages
bench-pages: $(BIN)/.test assets translations ## Largest paint of the main pages on a slow telephone
	@$(BIN)/python -m bench.pages
.PHONY: bench-media
bench-media: $(BIN)/.test assets translations ## Sending in the largest photos: time and memory
	@$(BIN)/python -m bench.images

# --- the count -----------------------------------------------------------------------------

.PHONY: bench-counting
bench-counting: $(BIN)/.run ## Speed and memory of the count; PABULIB_DIR=folder, PEER=0 without pabutools
	@$(BIN)/python -m bench.counting

.PHONY: oracle
oracle: $(BIN)/.run var/oracle/.installed ## Compare the count with pabutools, installed apart in var/oracle
	@$(BIN)/python -m bench.counting_oracle

var/oracle/.installed: requirements/oracle.txt
	@$(PYTHON) -m venv var/oracle
	@var/oracle/bin/python -m pip --quiet --disable-pip-version-check --no-input install \
		--require-hashes --no-deps --only-binary :all: -r requirements/oracle.txt
	@touch $@

# --- benches of votes and budget -----------------------------------------------------------

.PHONY: bench-casting bench-votes bench-tally bench-budget
bench-budget: $(BIN)/.test assets translations ## The list of a resident with 200 plans: CPU and bytes
	@$(BIN)/python -m bench.budget
bench-casting: $(BIN)/.test assets translations ## Ballots cast over HTTP: how many, how fast, how much CPU
	@$(BIN)/python -m bench.casting
bench-votes: $(BIN)/.test assets ## 100,000 ballots opened, counted and checked; a board of a million
	@$(BIN)/python -m bench.votes
bench-tally: $(BIN)/.test assets ## A real election counted from the database (PABULIB_DIR)
	@$(BIN)/python -m bench.counting_from_database
