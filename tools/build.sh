#!/usr/bin/env bash
# Builds the static site: dist/ with the page, the engine and every network that could be resolved.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$GRAFT_ROOT"

tools/cli.sh

# What the page is made of, in one number: nothing is built again when that has not changed.
made_of() {
  local sum=(sha256sum)
  has sha256sum || sum=(shasum -a 256) # macOS
  {
    find src www models Cargo.toml Cargo.lock Trunk.toml .cargo tools/env.sh tools/package-lock.json -type f \
      ! -path 'models/cache/*' ! -name '*.safetensors' -print0 | LC_ALL=C sort -z | xargs -0 "${sum[@]}"
    (use_wasm && rustc --version)
  } | "${sum[@]}" | cut -d' ' -f1
}

note="$GRAFT_TARGET/page-is-made-of"
wanted="$(made_of)"
if [ -f dist/index.html ] && [ "$(cat "$note" 2>/dev/null)" = "$wanted $PWD" ]; then
  echo "build: dist/ is up to date" >&2
else
  rm -f "$note"
  (use_wasm && trunk build --release --locked)
  mkdir -p "$GRAFT_TARGET" && echo "$wanted $PWD" >"$note"
fi

# Trunk empties dist/, so the networks come after it.
target/release/graft resolve --out dist/models ||
  echo "build: not every network could be had (see above); the page works with the others, and says so where there is none" >&2
