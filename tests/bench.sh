#!/usr/bin/env bash
# tests/bench.sh           builds and runs all benchmarks; each prints its figures beside its bar, and fails beyond it.
# tests/bench.sh --short   only the table of the main figures, in under two minutes.
# tests/bench.sh --echo    only the agent with 200 peers, beside fping.
# tests/bench.sh --lab     meshes of real iperf3 traffic on shaped networks, planned in four ways: time and error of each (root, about half an hour).
# A bar of time fails at three times itself, for a machine can be slow or shared; a wrong answer, or memory beyond its bar, fails at once.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1-}" in
  "" | --short | --echo | --lab) ;;
  *)
    echo "bench: the options are --short, --echo and --lab, not '$1'." >&2
    exit 2
    ;;
esac

# The benchmarks find the runtime by themselves only where a package put it.
command -v dotnet >/dev/null || {
  echo "bench: the .NET 10 SDK is missing; tests/run.sh says how to get it." >&2
  exit 1
}
export DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}"

dotnet build -c Release -v quiet -nologo --tl:off tests/NetGraph.Benchmarks
benchmarks=artifacts/bin/NetGraph.Benchmarks/release/NetGraph.Benchmarks
status=0
case "${1-}" in
  --echo) "$benchmarks" agent-echo || status=1 ;;
  --lab) "$benchmarks" lab || status=1 ;;
  *) "$benchmarks" table || status=1 ;;
esac
if [ $# -eq 0 ]; then
  "$benchmarks" micro || status=1
  "$benchmarks" agent-memory || status=1
  "$benchmarks" agent-echo || status=1
fi
exit "$status"
