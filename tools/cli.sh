#!/usr/bin/env bash
# Builds the native program and leaves it at target/release/graft, wherever cargo builds.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$GRAFT_ROOT"

cargo build --release --locked --bin graft
if [ ! target/release/graft -ef "$GRAFT_TARGET/release/graft" ]; then
  mkdir -p target/release
  ln -sf "$GRAFT_TARGET/release/graft" target/release/graft
fi
