# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
export PORT
ifdef DATA_DIR
export DATA_DIR
endif
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help
help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

# The front end: npm when the lock changed, the build when a source changed. Node comes from the
# machine when it is new enough, else from a Python wheel.
DIST := participatie/theming/static/dist/manifest.json
NODE := $(shell node -p "parseInt(process.versions.node) >= 20 ? 'yes' : ''" 2>/dev/null)
NODE_PATH := $(if $(NODE),,PATH="$(CURDIR)/$(BIN):$$PATH")
.PHONY: assets
assets: $(DIST) ## Bundle CSS, JavaScript and images
$(BIN)/npm: requirements/frontend.txt
	$(BIN)/pip install -q --require-hashes -r $<
	@touch $@
frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json $(if $(NODE),,$(BIN)/npm)
	cd frontend && $(NODE_PATH) npm ci --silent
	@touch $@
$(DIST): frontend/node_modules/.installed frontend/build.mjs $(shell find frontend/src -type f)
	cd frontend && $(NODE_PATH) node build.mjs
