#!/usr/bin/env bash
# tests/run.sh   builds everything and runs all tests; ends with "N passed, N failed, N skipped".
# What this machine cannot run (no root, no Prometheus, ...) is skipped, named with its reason, and counted.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v dotnet >/dev/null || {
  echo "tests: the .NET 10 SDK is missing: install it (Ubuntu 24.04: apt-get install dotnet-sdk-10.0; Debian: see https://dotnet.microsoft.com/download) and start again." >&2
  exit 1
}

# The programs find the runtime by themselves only where a package put it.
export DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}"

logs=artifacts/test-logs
rm -rf "$logs" artifacts/figures
mkdir -p "$logs"

echo "Building"
dotnet build -c Release -v quiet -nologo --tl:off NetGraph.sln || {
  echo "tests: the build failed: the compiler's messages are above." >&2
  exit 1
}

passed=0 failed=0 skipped=0
run() { # project
  local log=$logs/$1.log status=0 counts
  printf '%-36s' "$1"
  "artifacts/bin/$1/release/$1" --no-progress --no-ansi --output Detailed >"$log" 2>&1 </dev/null || status=$?
  # The runner's own summary: "total: N", "failed: N", "succeeded: N", "skipped: N", two spaces in front.
  counts=$(awk '$1 == "failed:" {f = $2} $1 == "succeeded:" {s = $2} $1 == "skipped:" {k = $2} END {print s + 0, f + 0, k + 0}' "$log")
  read -r p f k <<<"$counts"
  # A runner that died, or ran nothing, is a failure whatever it counted.
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ $((p + f + k)) -eq 0 ]; then f=1; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + k))
  echo "$p passed, $f failed, $k skipped"
  [ "$f" -eq 0 ] || grep -v '^passed ' "$log"
  [ "$k" -eq 0 ] || sed -n '/^skipped /,/^  [^ ]/p' "$log"
}

# The quick ones first; those that load the machine and measure it last, with nothing beside them.
for project in tests/*.Tests; do
  project=$(basename "$project")
  [ "$project" = NetGraph.EndToEnd.Tests ] || run "$project"
done
run NetGraph.EndToEnd.Tests

for figures in artifacts/figures/*.txt; do
  [ ! -f "$figures" ] || cat "$figures"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
