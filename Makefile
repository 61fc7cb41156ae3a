# Everything a newcomer, a developer and CI need; `make help` explains each target.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv/bin
STAMP := .venv/.installed
PORT ?= 8080
STAGE ?= dev
DATA ?=
# Compiled modules make imports five times faster; a stray setting must not switch them off.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tashawur needs Python 3.11 or newer; set PYTHON=/path/to/python3."; exit 2; }
	@echo "Setting up .venv (once) ..."
	@$(PYTHON) -m venv .venv \
	  || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv."; exit 2; }
	@$(VENV)/pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@UV_PYTHON_DOWNLOADS=never $(VENV)/uv sync --frozen --quiet
	@touch $@

.PHONY: demo
demo: $(STAMP) ## take a consultation through all six steps (DATA=folder: with real comments)
	@$(VENV)/python -m local.demo $(if $(DATA),--data $(DATA))

.PHONY: serve
serve: $(STAMP) ## keep the whole system up for front ends on 127.0.0.1 (PORT=8080)
	@$(VENV)/python -m local.serve --port $(PORT)

.PHONY: token
token: $(STAMP) ## print a token of the running stack (ROLE=officer AGENCY=health)
	@$(VENV)/python -m local.token --port $(PORT) --role $(or $(ROLE),officer) $(if $(AGENCY),--agency $(AGENCY))

.PHONY: test
test: $(STAMP) ## run all tests
	@$(VENV)/pytest -n 2 --dist loadgroup

.PHONY: faults
faults: $(STAMP) ## break every AWS call of every function in five ways; a table, and what broke
	@$(VENV)/python -m tests.faults

.PHONY: check
check: $(STAMP) ## style, types, contracts, known vulnerabilities
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/python -m scripts.contracts --check
	@$(VENV)/python -m scripts.record_schemas --check
	@$(VENV)/python -m scripts.drawing --check
	@$(VENV)/python -m scripts.openapi --check
	@$(VENV)/python -m scripts.problems --check
	@$(VENV)/python -m scripts.permissions --check
	@$(VENV)/python -m scripts.lexicons --check
	@$(VENV)/bandit --quiet --configfile pyproject.toml --recursive services local infra scripts
	@$(VENV)/python -m scripts.audit

.PHONY: bench
bench: $(STAMP) ## measure the figures; a table, and build/bench.json
	@$(VENV)/python -m bench

.PHONY: synth
synth: $(STAMP) ## synthesize the templates of STAGE into cdk.out
	@TASHAWUR_STAGE=$(STAGE) $(VENV)/python -m infra.app

.PHONY: bootstrap
bootstrap: $(STAMP) ## prepare the AWS account for STAGE, once (needs credentials)
	@TASHAWUR_STAGE=$(STAGE) $(VENV)/python -m scripts.cdk bootstrap

.PHONY: deploy
deploy: $(STAMP) ## deploy STAGE to AWS (needs credentials; docs/tutorial.md)
	@mkdir -p build
	@TASHAWUR_STAGE=$(STAGE) $(VENV)/python -m scripts.cdk deploy --all --outputs-file build/outputs-$(STAGE).json \
	  || { echo "If the account was never prepared for this region: make bootstrap STAGE=$(STAGE)"; exit 1; }

.PHONY: destroy
destroy: $(STAMP) ## delete what STAGE=dev deployed (prod is protected against this)
	@TASHAWUR_STAGE=$(STAGE) $(VENV)/python -m scripts.cdk destroy --all

.PHONY: nag
nag: $(STAMP) ## print what cdk-nag finds, and how much of it is explained
	@$(VENV)/python -m scripts.nag

.PHONY: sbom
sbom: $(STAMP) ## list what the functions ship: build/sbom.cdx.json (CycloneDX 1.6)
	@$(VENV)/python -m scripts.sbom

.PHONY: clean
clean: ## remove what was built, and the virtual environment
	@rm -rf build cdk.out .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
