#!/usr/bin/env bash
# Finds what is there and installs only what is missing: tools/setup.sh cli | build | test | bench
#
# Every step that uses the network is bounded in time and says roughly how long it takes; the script can be run again at any
# time, and costs about a second when nothing is missing. A way that did not work is noted for a day, so as not to wait for
# it each time.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
what="${1:-test}"

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# note_failure NAME, failed_lately NAME: what did not work within the last day.
note_failure() { mkdir -p "$GRAFT_CACHE/failed" && touch "$GRAFT_CACHE/failed/$1"; }
failed_lately() { [ -n "$(find "$GRAFT_CACHE/failed/$1" -mmin -1440 2>/dev/null)" ]; }

# debian PACKAGE…: installs Debian packages; fails where there is no apt, or no right to use it.
debian() {
  local sudo=()
  has apt-get || return 1
  [ "$(id -u)" = 0 ] || { has sudo && sudo=(sudo); } || return 1
  if [ -z "${lists_fresh:-}" ]; then
    bounded 300 ${sudo[@]+"${sudo[@]}"} apt-get update -qq >&2 || say "the package lists could not be refreshed; going on with those here"
    lists_fresh=yes
  fi
  bounded 1200 ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# What fetches. Its lack ends nothing: what would be fetched ready-made is then built from source.
need_curl() {
  if has curl; then return; fi
  [ -z "${curl_tried:-}" ] || return 1
  curl_tried=yes
  say "curl is missing; installing it (20 s; at most 25 minutes on a slow line)"
  debian curl ca-certificates || true
  hash -r
  has curl || { say "curl could not be installed: what it would fetch will be had in another way, where there is one" && return 1; }
}

# fetch URL FILE: one download, at most three minutes.
fetch() { need_curl && curl --fail --silent --show-error --location --connect-timeout 10 --max-time 180 --output "$2" "$1"; }

# ---- Rust

need_rust() {
  need_processor
  need_linker
  if rust_at rustc && has cargo; then
    need_formatter
    return
  fi
  say "Rust $RUST_VERSION or newer is missing; installing it (2 minutes)"
  local installer
  installer="$(mktemp)"
  if ! has rustup && fetch https://sh.rustup.rs "$installer"; then
    bounded 600 sh "$installer" -y --profile minimal --component rustfmt --component clippy --no-modify-path >&2 || true
  elif has rustup; then
    bounded 600 rustup update stable >&2 || true
  fi
  rm -f "$installer"
  rust_at rustc || debian rustc-web cargo-web rustfmt-web || true
  hash -r
  if ! rust_at rustc; then die \
    "Rust $RUST_VERSION or newer is needed; found $(rustc --version 2>/dev/null || echo none)." "Install it from https://rustup.rs, then run this again."; fi
  need_formatter
}

# The native programs use AVX2 (.cargo/config.toml): without it they would end with an illegal instruction and not a word.
need_processor() {
  if [ "$(uname -sm)" = "Linux x86_64" ] && ! grep -qw avx2 /proc/cpuinfo; then die \
    "the native programs are built for x86 processors with AVX2 (2013 or newer), and this one has none." \
    "Take target-cpu=x86-64-v3 out of .cargo/config.toml, then run this again: slower, but it works."; fi
}

# The native programs, and the build scripts of crates, are linked by `cc` against a C library; rustup brings neither.
need_linker() {
  if links; then return; fi
  say "a C compiler, by which Rust links, is missing or cannot link; installing one (1 minute; at most 25 on a slow line)"
  debian gcc libc6-dev || true
  hash -r
  links || die "a C compiler that can link a program is needed as \`cc\`; found $(cc --version 2>/dev/null | head -n 1 | grep . || echo none)." \
    "On Debian: apt-get install gcc libc6-dev. On macOS: xcode-select --install. Then run this again."
}

# links: can a program be linked here?
links() {
  local program status=0
  has cc || return 1
  program="$(mktemp)"
  echo 'int main(void) { return 0; }' | cc -x c -o "$program" - 2>/dev/null || status=1
  rm -f "$program"
  return $status
}

# `make test` looks at the format.
need_formatter() {
  if cargo fmt --version >/dev/null 2>&1; then return; fi
  say "cargo fmt is missing; installing it (10 s; at most 2 minutes)"
  if has rustup && bounded 120 rustup component add rustfmt >&2; then return; fi
  debian rustfmt-web || say "cargo fmt could not be installed: the check of the format will fail"
}

# Crates are fetched here, where it is bounded and said, and not in the middle of a build.
need_crates() {
  local fetch=(cargo fetch --locked --manifest-path "$GRAFT_ROOT/Cargo.toml" --target wasm32-unknown-unknown
    --target "$(rustc -vV | awk '/^host:/ { print $2 }')")
  if bounded 20 "${fetch[@]}" --offline >/dev/null 2>&1; then return; fi
  say "fetching the crates of Cargo.lock (1 minute; at most 15)"
  bounded 900 "${fetch[@]}" >&2 || die "the crates could not be fetched." "Check the connection to crates.io, then run this again."
}

need_wasm_target() {
  if [ -n "$(wasm_way)" ]; then return; fi
  if has rustup && ! failed_lately rustup-target; then
    say "the compiler cannot build for the browser yet; asking rustup for the wasm32 target (10 s; at most 2 minutes)"
    if bounded 120 rustup target add wasm32-unknown-unknown >&2; then return; fi
    note_failure rustup-target
    say "that did not work (noted for a day in $GRAFT_CACHE/failed)"
  fi
  say "installing Debian's rustc-web, which can build for the browser (3 minutes)"
  debian rustc-web cargo-web rust-web-src rust-web-llvm lld clang || true
  hash -r
  [ -n "$(wasm_way)" ] || die \
    "no Rust compiler here can build for wasm32-unknown-unknown: found $(rustc --version 2>/dev/null || echo none), Debian's rustc-web $(/usr/bin/rustc --version 2>/dev/null || echo none); needed: $RUST_VERSION or newer." \
    "With rustup: rustup target add wasm32-unknown-unknown. On Debian: apt-get install rustc-web cargo-web rust-web-src lld clang."
}

# ---- Trunk and wasm-bindgen

# ready_made URL PROGRAM VERSION: takes PROGRAM out of the archive at URL, if it then runs and is of that version.
ready_made() {
  local url="$1" program="$2" version="$3" folder found
  folder="$(mktemp -d)"
  if fetch "$url" "$folder/archive.tar.gz" && tar -xzf "$folder/archive.tar.gz" -C "$folder"; then
    found="$(find "$folder" -type f -name "$program" | head -n 1)"
    if [ -n "$found" ] && [ "$("$found" --version 2>/dev/null)" = "$program $version" ]; then
      mkdir -p "$GRAFT_CACHE/tools/bin" && mv "$found" "$GRAFT_CACHE/tools/bin/$program" && rm -rf "$folder" && return
    fi
  fi
  rm -rf "$folder"
  return 1
}

# need_program PROGRAM VERSION URL CRATE MINUTES CARGO-OPTION…
need_program() {
  local program="$1" version="$2" url="$3" crate="$4" minutes="$5"
  shift 5
  if [ "$("$program" --version 2>/dev/null)" = "$program $version" ]; then return; fi
  if [ -n "$url" ] && ! failed_lately "$program-$version"; then
    say "fetching $program $version ready-made (10 s; at most 3 minutes)"
    if ready_made "$url" "$program" "$version"; then return; fi
    note_failure "$program-$version"
  fi
  say "building $program $version from its source (about $minutes minutes on two cores)"
  # A separate folder: another version that a person uses elsewhere stays as it is.
  bounded 2700 cargo install --quiet --root "$GRAFT_CACHE/tools" --target-dir "$GRAFT_CACHE/tools/target" \
    --version "$version" "$@" "$crate" >&2 || die \
    "$program $version could not be installed." "Try by hand: cargo install --version $version $crate"
  rm -rf "$GRAFT_CACHE/tools/target"
}

need_bundler() {
  local trunk="" bindgen=""
  case "$(uname -sm)" in
    "Linux x86_64") trunk=x86_64-unknown-linux-gnu bindgen=x86_64-unknown-linux-musl ;;
    "Linux aarch64") trunk=aarch64-unknown-linux-gnu bindgen=aarch64-unknown-linux-gnu ;;
    "Darwin x86_64") trunk=x86_64-apple-darwin bindgen=x86_64-apple-darwin ;;
    "Darwin arm64") trunk=aarch64-apple-darwin bindgen=aarch64-apple-darwin ;;
  esac
  need_program trunk "$TRUNK_VERSION" \
    "${trunk:+https://github.com/trunk-rs/trunk/releases/download/v$TRUNK_VERSION/trunk-$trunk.tar.gz}" \
    trunk 8 --locked --no-default-features --features rustls
  # Without --locked: its lock file names crate versions that newer compilers refuse.
  need_program wasm-bindgen "$WASM_BINDGEN_VERSION" \
    "${bindgen:+https://github.com/wasm-bindgen/wasm-bindgen/releases/download/$WASM_BINDGEN_VERSION/wasm-bindgen-$WASM_BINDGEN_VERSION-$bindgen.tar.gz}" \
    wasm-bindgen-cli 5
}

# ---- Node and its packages

# need_node VERSION: the one that is wanted, or a newer one.
need_node() {
  if has node && has npm && at_least "$1" "$(node --version | tr -d v)"; then return; fi
  say "Node $1 or newer is missing; installing it (1 minute)"
  debian nodejs npm || true
  hash -r
  has npm && at_least "$1" "$(node --version 2>/dev/null | tr -d v)" || die \
    "Node $1 or newer with npm is needed; found $(node --version 2>/dev/null || echo none)." "Install it from https://nodejs.org, then run this again."
}

# need_packages FOLDER WHAT: the packages of its lock file, exactly.
need_packages() {
  local folder="$GRAFT_ROOT/$1"
  if cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed"; then return; fi
  say "fetching $2 (20 s; at most 5 minutes)"
  (cd "$folder" && bounded 300 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
    die "$2 could not be fetched." "Check the connection to the npm registry, then run this again."
  cp "$folder/package-lock.json" "$folder/node_modules/.installed"
}

# ---- Browsers and a GPU to test with

need_browsers() {
  local missing=()
  find_chromium >/dev/null || missing+=(chromium)
  find_firefox >/dev/null || missing+=(firefox-esr)
  # Vulkan for the native tests and for Firefox: lavapipe computes on the processor where there is no GPU.
  if [ "$(uname -s)" = Linux ] && ! compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null && ! compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null; then
    missing+=(mesa-vulkan-drivers)
  fi
  if [ ${#missing[@]} = 0 ]; then return; fi
  say "installing ${missing[*]} (2 minutes)"
  debian "${missing[@]}" || true
  find_chromium >/dev/null && find_firefox >/dev/null || die \
    "the tests drive Chromium and Firefox, and one of them is missing." \
    "Install both, or name them: CHROMIUM=/path/to/chrome FIREFOX=/path/to/firefox make test"
}

case "$what" in
  cli) need_rust && need_crates ;;
  build)
    need_curl || true # `graft resolve` downloads weights by it
    need_rust && need_crates && need_wasm_target && need_node 18 && need_bundler && need_packages tools "wasm-opt"
    ;;
  test) "$0" build && need_browsers && need_packages tests/e2e "the browser driver" ;;
  # First what the benchmark's browser driver asks for: better said now than after the build.
  bench) need_node 20 && "$0" test ;;
  *) die "unknown set-up '$what': expected cli, build, test or bench" ;;
esac
