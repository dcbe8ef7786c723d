# The names by which Graft is driven. Each target sets up what it misses first; the work is in tools/.
SHELL := bash

.PHONY: serve test build bench check cli setup clean help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

serve: build ## builds the page and serves it on http://127.0.0.1:8080 (PORT= for another)
	@. tools/env.sh && exec node tools/serve.mjs dist --port="$${PORT:-8080}"

test: ## passes every test: native, and the built page in Chromium and Firefox
	@tools/setup.sh test && . tools/env.sh && exec node tools/test.mjs

build: ## the static site in dist/, ready for any host, also under a sub-path
	@tools/setup.sh build && tools/build.sh

bench: ## measures Graft beside its peers
	@tools/setup.sh bench && tools/build.sh && tools/bench.sh

check: ## format, lints, documentation, and which room may use which
	@tools/setup.sh cli && tools/check.sh

cli: ## the native program at target/release/graft
	@tools/setup.sh cli && tools/cli.sh

setup: ## only sets up what is missing
	@tools/setup.sh test

clean: ## removes what was built, but not the tools that were installed
	@. tools/env.sh && cargo clean && rm -rf dist
