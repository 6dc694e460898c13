#!/usr/bin/env bash
# tests/bench.sh   builds and runs the benchmarks; each prints its figures beside its bar, and fails beyond it.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet build -c Release -v quiet -nologo --tl:off tests/NetGraph.Benchmarks
artifacts/bin/NetGraph.Benchmarks/release/NetGraph.Benchmarks agent-memory
