#!/usr/bin/env bash
# Measures Graft beside its peers: make bench [ROUNDS=3] [ONLY=A,F.graft,photo,…]
#
# Needs the built page (dist/), the native program and Chromium; `make bench` sees to them. The peers' benchmark lies beside the project;
# where it is not, or cannot be set up, Graft is measured alone and the reason is printed. A full run writes its table into BENCHMARKS.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$GRAFT_ROOT"

say() { printf 'bench: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# tools/setup.sh bench sees to it; this is for whoever calls this script by itself.
has node && at_least 20 "$(node --version | tr -d v)" || die "Node 20 or newer is needed, which the browser driver asks for. Install it from https://nodejs.org."
[ -f dist/index.html ] || die "dist/index.html is missing: run make build."
chromium="$(find_chromium)" || die "Chromium is missing: install it, or name it: CHROMIUM=/path/to/chrome make bench."

if ! cmp -s tools/bench/package-lock.json tools/bench/node_modules/.installed; then
  say "fetching the browser driver (10 s; at most 5 minutes)"
  (cd tools/bench && bounded 300 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
    die "the browser driver could not be fetched. Check the connection to the npm registry, then run this again."
  cp tools/bench/package-lock.json tools/bench/node_modules/.installed
fi

# ---- The peers, copied because they write beside themselves

theirs=../shared/peers
copy=target/peers

# peers_made_of FOLDER: their sources in one number.
peers_made_of() {
  local sum=(sha256sum)
  has sha256sum || sum=(shasum -a 256) # macOS
  (cd "$1" && find . \( -name node_modules -o -name .venv -o -name build \) -prune -o -type f ! -name '.made-of' -print0 |
    LC_ALL=C sort -z | xargs -0 "${sum[@]}" | "${sum[@]}" | cut -d' ' -f1)
}

# Leaves them ready in $copy, or says in $reason why not.
reason=""
set_up_peers() {
  if [ ! -f "$theirs/run.mjs" ]; then
    reason="$theirs is missing"
    return
  fi
  local wanted
  wanted="$(peers_made_of "$theirs")"
  if [ "$(cat "$copy/.made-of" 2>/dev/null)" = "$wanted" ]; then return; fi
  if ! has python3; then
    reason="their set-up needs python3"
    return
  fi
  say "setting up the peers in $copy (1 to 2 minutes; at most 10)"
  mkdir -p "$copy"
  cp -R "$theirs/." "$copy/"
  chmod -R u+w "$copy"
  if ! (cd "$copy" && bounded 600 npm run --silent setup >setup.log 2>&1); then
    reason="their set-up failed: $(tail -n 1 "$copy/setup.log")"
    return
  fi
  # Their sources may have been copied over an older set-up, so the note comes last.
  echo "$wanted" >"$copy/.made-of"
}
set_up_peers

exec node tools/bench/run.mjs --chromium="$chromium" --peers="$copy" ${reason:+"--no-peers=$reason"} --rounds="${ROUNDS:-3}" ${ONLY:+"--only=$ONLY"}
