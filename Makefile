# Two commands are enough: `make run` and `make test`. Everything they need they set up themselves,
# and a second start finds it ready. The logic is in tools/; what stands here only calls it.

BIN := .venv/bin
PREPARE := sh tools/prepare.sh
TOKEN := $(BIN)/python tools/softhsm.py
KMS := $(BIN)/python tools/local_kms.py
NSS := $(BIN)/python tools/nss.py
JAVA := $(BIN)/python tools/java.py
JOBS := $(shell getconf _NPROCESSORS_ONLN)
LIVE_TARGETS := '{aliyun}' '{aliyun-instance}' '{softhsm}' '{nss}'
LIVE_MODES := --mode live --mode policy --protection-level all
TARGETS := reference cryptography pycryptodome '{softhsm}' '{nss}'
WITNESSES := $(TARGETS) '{bouncycastle}' 'exec:node adapters/examples/node/kmsproof-adapter.js'

export PYTHON
.DEFAULT_GOAL := help
.PHONY: help run test test-quick check vectors mutants bench mutation lock clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do \
		printf '  make %-11s %s\n' "$$name" "$$text"; done

# A target that is judged and found not to conform is a result of this command and no failure of it;
# whoever gates on conformance runs kmsproof itself.
run: ## Set up, judge five targets in library mode, and a local KMS and two tokens in live mode
	@$(PREPARE) run softhsm nss
	@$(TOKEN) $(NSS) $(BIN)/kmsproof run $(TARGETS) --jobs $(JOBS) $(ARGS) || [ $$? -eq 1 ]
	@$(TOKEN) $(NSS) $(KMS) $(BIN)/kmsproof run $(LIVE_TARGETS) $(LIVE_MODES) --jobs $(JOBS) \
		$(LIVE_ARGS) || [ $$? -eq 1 ]

test: ## Set up, then run all tests, those on SoftHSM and in headless Chromium included
	@$(PREPARE) dev softhsm nss java bouncycastle node opensc chromium dkms
	@$(BIN)/pytest --numprocesses auto $(ARGS)

test-quick: ## Run the tests that take seconds
	@$(PREPARE) dev softhsm nss java bouncycastle node opensc chromium dkms
	@$(BIN)/pytest --numprocesses auto -m "not slow" $(ARGS)

check: ## Check format, lint, import rules, types, locks, and that nothing generated has drifted
	@$(PREPARE) dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/python tools/lock.py --check
	$(BIN)/python -m kmsproof.schemas --check
	$(BIN)/python -m kmsproof_vectors.build --check
	$(BIN)/python -m kmsproof_vectors.profile.build --check
	$(BIN)/kmsproof crosscheck --check
	$(BIN)/python -m kmsproof.mutants.pages --check
	$(BIN)/python -m kmsproof.tiers.build --check

vectors: ## Make the corpus and the schemas again, then have the witnesses confirm them
	@$(PREPARE) run softhsm nss node java bouncycastle
	$(BIN)/python -m kmsproof_vectors.build
	$(BIN)/python -m kmsproof_vectors.profile.build
	$(BIN)/python -m kmsproof.schemas
	$(TOKEN) $(NSS) $(JAVA) $(BIN)/kmsproof crosscheck --write --jobs $(JOBS) $(WITNESSES)
	$(BIN)/kmsproof mutants --write --jobs $(JOBS)
	$(BIN)/python -m kmsproof.mutants.pages
	$(BIN)/python -m kmsproof.tiers.build

mutants: ## Prove the corpus: every known deviation must be seen, and its diagnosis must be right
	@$(PREPARE) run
	@$(BIN)/kmsproof mutants --quick --diagnose 8 --pairs 30 --jobs $(JOBS) $(ARGS)

bench: ## Measure what the runner adds to the bare calls
	@$(PREPARE) dev
	@$(BIN)/python tools/bench.py $(ARGS)

mutation: ## Mutate the reference and see what the corpus does not notice; ARGS as of the tool
	@$(PREPARE) dev
	$(BIN)/python tools/mutation_testing.py $(ARGS)

lock: ## Resolve the locks again; ARGS=--upgrade takes the newest versions
	@$(PREPARE) dev
	$(BIN)/python tools/lock.py $(ARGS)

clean: ## Remove everything that was set up or made, apart from what is in the repository
	rm -rf .venv .venv-dkms .setup dist build reports/out .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
