#!/usr/bin/env bash
# src/web/build.sh           builds the page into src/NetGraph.Api/Web/built, which is committed: the .NET build needs no Node.
# src/web/build.sh --check   fails when what is committed is not what these sources make.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

for tool in node npm; do
  command -v "$tool" >/dev/null || {
    echo "page: $tool is missing: install Node.js 18 or newer (Debian 12, Ubuntu 24.04: apt-get install nodejs npm) and start again." >&2
    exit 1
  }
done
if grep -n '"resolved"' package-lock.json; then
  echo "page: package-lock.json names where packages were downloaded from: delete it and node_modules, and run npm install, which .npmrc tells to leave that out." >&2
  exit 1
fi

npm ci --no-progress --loglevel=error >&2
npm run --silent build -- --logLevel warn

if [ "${1:-}" = --check ]; then
  changed=$(git status --porcelain -- ../NetGraph.Api/Web/built package-lock.json)
  if [ -n "$changed" ]; then
    git --no-pager diff --stat -- ../NetGraph.Api/Web/built >&2
    echo "page: what is committed in src/NetGraph.Api/Web/built is not what src/web makes:" >&2
    echo "$changed" >&2
    echo "page: run src/web/build.sh and commit what it wrote." >&2
    exit 1
  fi
  echo "The page's built files are current."
fi
