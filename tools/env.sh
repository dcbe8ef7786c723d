# shellcheck shell=bash disable=SC2034
# Sourced by the Makefile's recipes and by the scripts beside it: where things are, which versions, and the environment in
# which cargo builds for the browser. Changes nothing but the environment.

GRAFT_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
GRAFT_CACHE="${GRAFT_CACHE:-$HOME/.cache/graft}" # tools that were installed, and notes such as "this network has no rustup server"
GRAFT_TARGET="${CARGO_TARGET_DIR:-$GRAFT_ROOT/target}"
export GRAFT_ROOT GRAFT_CACHE GRAFT_TARGET

TRUNK_VERSION=0.21.14
# The page's JavaScript glue and the program that writes it must be of one version.
WASM_BINDGEN_VERSION="$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' "$GRAFT_ROOT/Cargo.lock")"
RUST_VERSION="$(awk -F'"' '/^rust-version/ { print $2; exit }' "$GRAFT_ROOT/Cargo.toml")"

# Trunk would ask a server for news of itself.
export TRUNK_SKIP_VERSION_CHECK=true
export PATH="$GRAFT_CACHE/tools/bin:$GRAFT_ROOT/tools/bin:$GRAFT_ROOT/tools/node_modules/.bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

# has PROGRAM: is it on the PATH?
has() { command -v "$1" >/dev/null 2>&1; }

# bounded SECONDS COMMAND…: ends the command when the time is over (macOS has no `timeout`).
bounded() {
  local seconds="$1"
  shift
  if has timeout; then timeout "$seconds" "$@"; else perl -e 'alarm shift; exec @ARGV' "$seconds" "$@"; fi
}

# at_least WANTED FOUND: is version FOUND the same or newer?
at_least() {
  awk -v want="$1" -v found="$2" 'BEGIN {
    split(want, w, "."); split(found, f, ".")
    for (i = 1; i <= 3; i++) { if (f[i] + 0 != w[i] + 0) exit f[i] + 0 < w[i] + 0 }
  }'
}

# rust_at RUSTC: does this compiler exist, and is it new enough?
rust_at() { at_least "$RUST_VERSION" "$("$1" --version 2>/dev/null | awk '{ print $2 }')"; }

# Debian's rustc-web has no ready-made standard library for wasm32, but its source: cargo builds it along.
debian_rust_web() { rust_at /usr/bin/rustc && [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library" ] && has wasm-ld; }

# How a wasm32 program can be built here: `target` (the compiler on the PATH has the target), `debian`, or nothing.
wasm_way() {
  if rust_at rustc && [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ]; then
    echo target
  elif debian_rust_web; then
    echo debian
  fi
}

# Puts cargo into the state in which it builds for the browser; meant for a subshell.
use_wasm() {
  if [ "$(wasm_way)" = debian ]; then
    export PATH="$GRAFT_CACHE/tools/bin:$GRAFT_ROOT/tools/bin:$GRAFT_ROOT/tools/node_modules/.bin:/usr/bin:$PATH"
    export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc
    # Building the standard library along is an unstable option of cargo; this lets a stable one take it.
    export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld
  fi
}

# first_program NAME…: the first of these programs that is there.
first_program() {
  local name
  for name in "$@"; do
    if [ -n "$name" ] && has "$name"; then command -v "$name" && return; fi
  done
  return 1
}

find_chromium() {
  first_program "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"
}
find_firefox() { first_program "${FIREFOX:-}" firefox-esr firefox "/Applications/Firefox.app/Contents/MacOS/firefox"; }
