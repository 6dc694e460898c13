#!/usr/bin/env bash
# samples/scale/run.sh [--nodes 100,300,1000] [--store prometheus|victoria|both] [--short]
# How does the api do at such a size? Fills a real store with measurements of a mesh, times the api against curl, prints a table.
# --short: 100 nodes in Prometheus, about a minute. A bar missed threefold makes the run fail.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
  echo "scale: $*" >&2
  exit 1
}

nodes=100,300,1000 store=both pace_seconds=30
while [ $# -gt 0 ]; do
  case $1 in
    --nodes) nodes=${2:-} && shift ;;
    --store) store=${2:-} && shift ;;
    --short) nodes=100 store=prometheus pace_seconds=10 ;;
    -h | --help) sed -n '2,4s/^# //p' "$0" && exit 0 ;;
    *) fail "'$1' is not an option: there are --nodes, --store and --short." ;;
  esac
  shift
done
[[ $nodes =~ ^[0-9]+(,[0-9]+)*$ ]] || fail "--nodes takes numbers with commas between them, such as 100,300."
case $store in
  prometheus | victoria) stores=$store ;;
  both) stores="prometheus victoria" ;;
  *) fail "--store is prometheus, victoria or both, not '$store'." ;;
esac

needed="dotnet curl awk taskset"
[[ $stores != *prometheus* ]] || needed="$needed prometheus promtool"
[[ $stores != *victoria* ]] || needed="$needed victoria-metrics"
for program in $needed; do
  command -v "$program" >/dev/null || fail "$program is missing: on Debian, apt-get install prometheus victoria-metrics curl util-linux, and the .NET 10 SDK."
done
export DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}"

echo "Building" >&2
for project in samples/scale src/NetGraph.Cli; do
  dotnet build -c Release -v quiet -nologo --tl:off "$project" >&2 || fail "the build of $project failed: the compiler's messages are above."
done
netscale=artifacts/bin/NetGraph.Scale/release/netscale
netgraph=artifacts/bin/NetGraph.Cli/release/netgraph

work=$(mktemp -d "${TMPDIR:-/tmp}/netgraph-scale-XXXXXX")
started=()
# shellcheck disable=SC2317 # called by the trap
cleanup() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

stop() { # pid
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

free_port() {
  local port
  for port in $(shuf -i 20000-29999 -n 50); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  fail "no free port was found."
}

await() { # url log
  local i
  for i in $(seq 600); do
    if curl -sf -o /dev/null "$1"; then return; fi
    sleep 0.1
  done
  cat "$2" >&2
  fail "$1 does not answer after $((i / 10)) s; its log is above."
}

# Sets base (the store's address) and store_pid.
fill_prometheus() { # nodes time
  local family port
  mkdir "$work/store"
  # A block for each metric: promtool holds what it packs in memory, about 3 GB for the pairs of 1,000 nodes.
  for family in $("$netscale" families); do
    "$netscale" write "$family" "$1" "$2" openmetrics >"$work/samples"
    promtool tsdb create-blocks-from openmetrics "$work/samples" "$work/store" >"$work/promtool.log" 2>&1 || { cat "$work/promtool.log" >&2; fail "promtool failed; its words are above."; }
  done
  rm -f "$work/samples"
  port=$(free_port)
  : >"$work/prometheus.yml"
  prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/store" --storage.tsdb.retention.time=10y \
    --web.listen-address="127.0.0.1:$port" --log.level=error >"$work/store.log" 2>&1 &
  store_pid=$!
  started+=("$store_pid")
  base=http://127.0.0.1:$port
  await "$base/-/ready" "$work/store.log"
}

fill_victoria() { # nodes time
  local family port
  port=$(free_port)
  victoria-metrics -storageDataPath="$work/store" -httpListenAddr="127.0.0.1:$port" -loggerLevel=ERROR >"$work/store.log" 2>&1 &
  store_pid=$!
  started+=("$store_pid")
  base=http://127.0.0.1:$port
  await "$base/health" "$work/store.log"
  for family in $("$netscale" families); do
    "$netscale" write "$family" "$1" "$2" plain | curl -sf -X POST -T - "$base/api/v1/import/prometheus" || fail "VictoriaMetrics took no samples of $family."
  done
  curl -sf -o /dev/null "$base/internal/force_flush"
}

# Sets api (its address) and api_pid.
start_api() { # log-level fresh command...
  local level=$1 fresh=$2 port
  shift 2
  port=$(free_port)
  "$@" "$netgraph" api --listen 127.0.0.1 --port "$port" --prometheus "$base" --query-timeout 120s --fresh "$fresh" --log-level "$level" >"$work/api.log" 2>&1 &
  api_pid=$!
  started+=("$api_pid")
  api=http://127.0.0.1:$port
  await "$api/healthz" "$work/api.log"
}

seconds_of() { # url
  curl -sf -o "$work/answer" -w '%{time_total}\n' "$1" || { tail -n 5 "$work/api.log" >&2; fail "$1 failed; the api's last words are above."; }
}

# The api's own queries, one after the other: the sum of curl's times.
curl_seconds() { # time
  local query
  for query in "$work"/query.*; do
    curl -sf -o /dev/null -w '%{time_total}\n' "$base/api/v1/query" --data-urlencode "query@$query" -d "time=$1" -d timeout=120 || fail "the store did not answer $(head -c 200 "$query")"
  done | awk '{sum += $1} END {print sum}'
}

median() { sort -n | awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'; }

megabytes() { # field
  awk -v field="$1:" '$1 == field {printf "%.0f", $2 * 1024 / 1e6}' "/proc/$api_pid/status"
}

missed=0
judge() { # what value bar
  local verdict
  verdict=$(awk -v value="$2" -v bar="$3" 'BEGIN {print value <= bar ? "met" : value <= 3 * bar ? "missed" : "missed threefold"}')
  echo "$1: $2, bar $3: $verdict"
  [ "$verdict" != "missed threefold" ] || missed=1
}

measure() { # store nodes
  local time view cold=() curls=() warm i ratio pace
  time=$(($(date +%s) - 60))
  echo "Filling $1 with $2 nodes" >&2
  case $1 in
    prometheus) fill_prometheus "$2" "$time" ;;
    victoria) fill_victoria "$2" "$time" ;;
  esac

  start_api debug 60s
  view="graph.json?view=skeleton&at="
  # The first request finds out the queries, and lets the store read its files: it does not count.
  seconds_of "$api/$view$time" >/dev/null
  rm -f "$work"/query.*
  sed -n 's/^.* retries: //p' "$work/api.log" | awk -v name="$work/query." '{file = sprintf("%s%03d", name, NR); printf "%s", $0 > file; close(file)}'
  for i in 1 2 3; do
    cold+=("$(seconds_of "$api/$view$((time - i))")")
    curls+=("$(curl_seconds "$((time - i))")")
  done
  warm=$(for i in 1 2 3 4 5; do seconds_of "$api/$view$time"; done | median)
  local cold_s curl_s peak resident
  cold_s=$(printf '%s\n' "${cold[@]}" | median)
  curl_s=$(printf '%s\n' "${curls[@]}" | median)
  ratio=$(awk -v a="$cold_s" -v b="$curl_s" 'BEGIN {printf "%.2f", a / b}')
  peak=$(megabytes VmHWM) resident=$(megabytes VmRSS)
  stop "$api_pid"

  pace="- -"
  if [ "$2" -le 100 ]; then
    start_api error 3600s taskset -c 0
    pace=$("$netscale" pace "$api/graph.svg?at=$time" 200 "$pace_seconds") || fail "the paced requests failed."
    stop "$api_pid"
  fi
  stop "$store_pid"
  rm -rf "$work/store"

  # shellcheck disable=SC2086 # two or three numbers
  set -- "$1" "$2" $pace
  printf '%-11s %6s %8s %9.3f %9.3f %7s %9.1f %9s %12s %9s %9s\n' "$1" "$2" "$(find "$work" -name 'query.*' | wc -l)" "$cold_s" "$curl_s" "$ratio" "$(awk -v s="$warm" 'BEGIN {print s * 1000}')" "$peak" "$resident" "$3" "$4" >>"$work/table"
  judge "$1, $2 nodes, cold skeleton against curl" "$ratio" 1.5 >>"$work/verdicts"
  [ "$4" = - ] || judge "$1, $2 nodes, warm /graph.svg at 200 requests a second on one core, p99 in ms" "$4" 10 >>"$work/verdicts"
}

for which in $stores; do
  for count in ${nodes//,/ }; do measure "$which" "$count"; done
done

echo "$(nproc) cores, $(awk -F': ' '/^model name/ {print $2; exit}' /proc/cpuinfo)"
printf '%-11s %6s %8s %9s %9s %7s %9s %9s %12s %9s %9s\n' store nodes queries "cold s" "curl s" ratio "warm ms" "peak MB" "resident MB" "svg p50" "svg p99"
cat "$work/table" "$work/verdicts"
exit "$missed"
