# make run    build everything and start it
# make test   install what the tests need, and run them all
# make test-chart  check the Helm chart: rendered manifests, a real API server, real processes
# make lint   formatting, lints and documentation, and whether the page's types match the API
# make lint-deploy check scripts, Dockerfile, Compose files and workflows
# make test-deploy test the image, the Compose files and the scripts of deploy/
# make contract generate the page's types from docs/openapi.json
# make model  compare 2,000 random sequences of requests with a model in plain values
# make test-schemathesis  send requests made from docs/openapi.json, a minute for each database
# make schemathesis       the same with 20,000 requests for each
# make deps   licences, sources, duplicates and unused dependencies
# make oracle compare 20,000 random rules with two other engines
# make compositions  read all combinations of dates, times, rules, marks and places, not only some
# make random  read random lines and rules; TASKWIRE_RANDOM_INPUTS and TASKWIRE_RANDOM_SEED say how many and which
# make fuzz   fuzz words and rules, half an hour each
# make bench  compare with a minimal Axum and sqlx handler
# make bench-events measure the way of a change to the audit log, embedded and over daprd with Redis and Kafka
# make bench-find   measure every list, filter, sort and search with 5,000,000 tasks; takes 20 minutes and 15 GB of disk
# make soak   check on Postgres that no event is lost, with and without kills
# make outages  stop and kill everything under load, over Kafka and over Redis, and check that nothing is lost
# make parts-up    build everything and run it as separate processes over daprd and Kafka (PUBSUB=redis for Redis)
# make parts-down  stop what parts-up started

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-rust test-web test-chart test-deploy test-schemathesis schemathesis model contract lint lint-web lint-deploy deps oracle compositions random fuzz bench bench-events bench-find soak outages tools clean-tools parts-up parts-down

help:
	@sed -n 's/^# make/make/p' Makefile

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(shell find web/src web/public web/scripts web/viewer web/index.html web/vite.config.ts web/tsconfig.json -type f)
	cd web && npm run build

run: web/dist/index.html
	cargo build --release --locked
	./target/release/taskwire serve

# The tools that tests need in addition to Rust and Node: Postgres, Chromium, the MCP and chat clients, daprd, Kafka and Redis, all
# pinned or from the distribution, in the user's cache folder.
tools:
	scripts/postgres.sh install
	scripts/chromium.sh install
	scripts/clients.sh >/dev/null
	scripts/parts.sh install

test: test-web test-rust test-schemathesis test-chart test-deploy

test-web: web/node_modules/.installed
	cd web && npm test

test-rust: tools web/dist/index.html
	export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
	set -a; source <(scripts/clients.sh); source <(scripts/parts.sh env); set +a; \
	cargo test --workspace --locked --doc --quiet; \
	cargo test --workspace --locked --lib --bins --tests

# Valid and invalid requests made from the contract, on both databases: a short round, and a long one.
test-schemathesis schemathesis: tools web/dist/index.html
	$(if $(TASKWIRE_BINARY),,cargo test --workspace --locked --lib --bins --tests --no-run --quiet)
	export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
	scripts/schemathesis.sh $(if $(filter schemathesis,$@),long,short)

# Without TASKWIRE_BINARY it is the program that test-rust builds, with the same features, or dependencies would be built
# again.
test-deploy: tools web/dist/index.html
	$(if $(TASKWIRE_BINARY),,cargo test --workspace --locked --lib --bins --tests --no-run --quiet)
	export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
	set -a; source <(scripts/deploy-tools.sh); source <(scripts/parts.sh env); source <(scripts/kube.sh env 2>/dev/null); set +a; \
	"$$TASKWIRE_DEPLOY_TOOLS/pytest" -q -n 2 tests/deploy

# Without Go the first command says that the chart is not tested; with CI set that is an error. The program is that of
# the other tests.
test-chart: tools web/dist/index.html
	@scripts/kube.sh install
	@set -a; source <(scripts/kube.sh env 2>/dev/null); source <(scripts/parts.sh env); set +a; \
	if [ -n "$${TASKWIRE_HELM:-}" ]; then \
		export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
		if [ -z "$${TASKWIRE_PROGRAM:-}" ]; then \
			cargo test --workspace --locked --no-run --test e2e; \
			export TASKWIRE_PROGRAM="$${CARGO_TARGET_DIR:-$$PWD/target}/debug/taskwire"; \
		fi; \
		PYTHONDONTWRITEBYTECODE=1 "$$TASKWIRE_CHART_PYTHON" -m pytest -n 2 --dist loadfile helm/tests; \
	fi

# The generator of the page's types is a separate package, because it needs an older TypeScript than the page.
web/contract/node_modules/.installed: web/contract/package.json web/contract/package-lock.json
	cd web/contract && npm ci --no-audit --no-fund
	@touch $@

contract: web/contract/node_modules/.installed
	cd web && npm run contract

lint-web: web/node_modules/.installed web/contract/node_modules/.installed
	cd web && npm run lint
	npm --prefix web/contract run check

lint-deploy:
	scripts/lint-deploy.sh

lint: lint-web lint-deploy
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

oracle: tools
	set -a; source <(scripts/clients.sh); set +a; \
	for seed in 1 2 3 4 5; do \
		TASKWIRE_ORACLE_SEED=$$seed TASKWIRE_ORACLE_RULES=4000 \
			cargo test --locked --test e2e dates::random -- --nocapture; \
	done

model:
	export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
	TASKWIRE_MODEL_SEQUENCES=2000 cargo test -p taskwire-api --locked --test api -- model:: --nocapture

compositions:
	cargo test -p taskwire-domain --locked --profile optimized --lib composition -- --ignored --nocapture

random:
	cargo test -p taskwire-domain --locked --profile optimized --lib many_random -- --ignored --nocapture

# Needs a nightly compiler and cargo-fuzz.
fuzz:
	cd fuzz && for target in words rules; do \
		cargo +nightly fuzz run $$target -- -max_total_time=1800 -timeout=5 -max_len=400; \
	done

deps:
	cargo deny check bans licenses sources
	cargo machete

bench: web/dist/index.html
	export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
	cargo build --release --locked -p taskwire -p taskwire-bench && ./target/release/taskwire-bench

bench-events: web/dist/index.html
	scripts/postgres.sh install
	scripts/parts.sh install
	cargo build --release --locked -p taskwire -p taskwire-bench
	@set -a; source <(scripts/parts.sh env); set +a; ./target/release/taskwire-bench events

bench-find: web/dist/index.html
	export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
	cargo build --release --locked -p taskwire -p taskwire-bench; \
	./target/release/taskwire-bench find

soak: web/dist/index.html
	export TASKWIRE_TEST_POSTGRES="$$(scripts/postgres.sh start)"; \
	cargo build --release --locked -p taskwire -p taskwire-bench; \
	./target/release/taskwire-bench soak --events 200000; \
	./target/release/taskwire-bench soak --events 20000 --kills 30

# The short round of these is part of `make test`.
outages: tools web/dist/index.html
	set -a; source <(scripts/parts.sh env); set +a; \
	CI=1 cargo test --release --locked --test broker outage::long -- --ignored --nocapture --test-threads 1

# Only on loopback, with all servers that Taskwire needs; see README.md, "On a broker".
PUBSUB ?= kafka
parts-up: web/dist/index.html
	scripts/postgres.sh install
	scripts/parts.sh install
	cargo build --release --locked -p taskwire -p taskwire-parts
	@set -a; source <(scripts/parts.sh env); set +a; \
	./target/release/parts up --pubsub "$(PUBSUB)" --program "$$PWD/target/release/taskwire"

parts-down:
	@if [ -x target/release/parts ]; then ./target/release/parts down; else echo "make parts-up was not run here"; fi

clean-tools:
	scripts/postgres.sh stop
