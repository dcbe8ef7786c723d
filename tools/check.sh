#!/usr/bin/env bash
# Format, lints, documentation and architecture, the cheapest first: tools/check.sh [quick]
# `quick` leaves out what compiles; `make test` runs that much.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$GRAFT_ROOT"
failed=0

# report NAME RESULT: prints one line, and what was found where there is something.
report() {
  if [ -z "$2" ]; then
    echo "check: $1 ... ok"
  else
    printf 'check: %s ... FAILED\n%s\n' "$1" "$2"
    failed=1
  fi
}

# lines PATTERN PATH…: where the pattern stands in code, comments left out.
lines() {
  local pattern="$1"
  shift
  grep -rnE --include='*.rs' "$pattern" "$@" 2>/dev/null | grep -vE '^[^:]+:[0-9]+:\s*//' || true
}

# uses NAMES PATH…: where one of these modules (`a|b`) is used.
uses() {
  local names="$1"
  shift
  lines "crate::(\{[^}]*\b)?($names)\b" "$@"
}

# The modules of src/lib.rs, the last one first.
modules() { sed -n 's/^pub mod \([a-z_]*\);/\1/p' src/lib.rs | sed '1!G;h;$!d'; }

# Those of them that are built with the feature `engine` alone.
engine() { awk '/^#\[cfg.*"engine"/ { alone = 1 } /^pub mod/ { if (alone) { sub(";", ""); print $3 } alone = 0 }' src/lib.rs; }

# What uses a module below its own; tests may.
out_of_order() {
  local below="" module
  for module in $(modules); do
    if [ -n "$below" ]; then uses "$below" "src/$module" "src/$module.rs"; fi
    below="$module${below:+|$below}"
  done | grep -vE '^[^:]*/tests?(/|\.rs)' || true
}

report "format" "$(cargo fmt --check -- --files-with-diff 2>&1 || true)"
report "the view and the messages know no tensor" "$(lines '\b(burn|cubecl|wgpu)(::|_)' src/view src/protocol src/project src/metrics src/architecture src/schedule.rs src/plot src/advice src/lab)"
report "the view uses nothing that computes" "$(uses "$(engine | paste -sd '|' -)" src/view)"
report "each module uses only those above it in src/lib.rs" "$(out_of_order)"
report "only the view, the worker and the programs use web_sys" \
  "$(lines '\bweb_sys\b' src | grep -vE '^src/(view|worker|bin)[/.]' || true)"
# Tracked and new files alike; generated lock files name their own servers' packages only.
everything() { git ls-files -z --cached --others --exclude-standard -- . 2>/dev/null; }
report "no file names the machine it was written on" \
  "$(everything | xargs -0 grep -nIE '(^|[^A-Za-z0-9_./-])/(work|root|home/[a-z]+)/' 2>/dev/null || true)"
report "no lock file names a registry's host" "$(grep -n '"resolved"' tools/package-lock.json tools/bench/package-lock.json tests/e2e/package-lock.json || true)"

if [ "${1:-}" != quick ]; then
  cargo clippy --release --all-targets --locked -- -D warnings && echo "check: lints ... ok" || failed=1
  RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps --locked && echo "check: documentation ... ok" || failed=1
  # Lints for the browser where the compiler there has them; Debian's has none.
  if [ "$(wasm_way)" = target ]; then
    cargo clippy --release --target wasm32-unknown-unknown --locked -- -D warnings && echo "check: lints for the browser ... ok" || failed=1
  else
    echo "check: lints for the browser ... NOT RUN (this compiler has no clippy for wasm32)"
  fi
fi
exit $failed
