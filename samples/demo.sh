#!/usr/bin/env bash
# samples/demo.sh [TOPOLOGY]   a network in namespaces, measured by NetGraph, drawn as a graph
# samples/demo.sh down         ends it and removes all of it
#
# TOPOLOGY is a name in samples/lab/ (racks8, line4, star16) or a topology file; racks8 by default.
# Variables: API_PORT (8080), PROMETHEUS_PORT (19090), COLLECTOR_PORT (9876), all on 127.0.0.1;
# TEST_SECONDS (2), CYCLE_SECONDS (120): length of a test, and time from one mesh cycle to the next;
# AGGREGATE: a host to which all others send at once after each cycle.
set -Eeuo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
netgraph=$root/artifacts/bin/NetGraph.Cli/release/netgraph
netlab=$root/artifacts/bin/NetGraph.Lab/release/netlab
state=${NETGRAPH_DEMO_STATE:-/run/netgraph-demo}
pictures=$root/artifacts/demo
api_port=${API_PORT:-8080}
prometheus_port=${PROMETHEUS_PORT:-19090}
collector_port=${COLLECTOR_PORT:-9876}
test_seconds=${TEST_SECONDS:-2}
cycle_seconds=${CYCLE_SECONDS:-120}
aggregate=${AGGREGATE:-}

dotnet_program=$(command -v dotnet || true)
# The programs find the runtime by themselves only where a package put it.
[ -z "$dotnet_program" ] || export DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$dotnet_program")")}"

say() { printf '%s\n' "$*"; }
die() { printf 'demo: %s\n' "$*" >&2; exit 1; }

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

# command, Debian package, what for
needed() {
  cat <<'LIST'
iperf3 iperf3 measures throughput
fping fping checks the round-trip times from outside
dot graphviz reads the DOT download
prometheus prometheus stores the measurements
ip iproute2 makes the network namespaces
tc iproute2 shapes their links
openssl openssl makes the order token and certificate
curl curl asks the programs whether they are ready
jq jq reads their answers
LIST
}

install_missing() { # topology
  local command package purpose missing=()
  while read -r command package purpose; do
    PATH=$PATH:/usr/sbin:/sbin command -v "$command" >/dev/null && continue
    say "Missing: $command, which $purpose; it is in the package $package."
    missing+=("$package")
  done < <(needed; ! grep -q loss_ "$1" || say "nft nftables drops packets where the topology asks for loss")
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "install these packages first: ${missing[*]} (there is no apt-get here to do it)."
  say "Installing with apt-get: ${missing[*]}"
  apt-get update -qq >/dev/null || say "apt-get update failed; trying with the package lists that are there."
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || die "apt-get could not install ${missing[*]}: its messages are above."
}

build() {
  [ -n "$dotnet_program" ] || die "the .NET 10 SDK is missing: install it (Ubuntu 24.04: apt-get install dotnet-sdk-10.0; Debian: see https://dotnet.microsoft.com/download) and start again."
  say "Building"
  local project
  for project in src/NetGraph.Cli samples/lab; do
    dotnet build -c Release -v quiet -nologo --tl:off "$root/$project" >"${TMPDIR:-/tmp}/netgraph-build.$$" 2>&1 || {
      cat "${TMPDIR:-/tmp}/netgraph-build.$$" >&2
      rm -f "${TMPDIR:-/tmp}/netgraph-build.$$"
      die "the build failed: the compiler's messages are above."
    }
  done
  rm -f "${TMPDIR:-/tmp}/netgraph-build.$$"
}

become_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null || die "network namespaces need root: run this as root, or install sudo. Without root, '$netgraph up' gives a first picture."
  say "Network namespaces need root: asking sudo."
  exec sudo env "PATH=$PATH" "DOTNET_ROOT=${DOTNET_ROOT:-}" "NETGRAPH_DEMO_STATE=$state" "API_PORT=$api_port" "PROMETHEUS_PORT=$prometheus_port" \
    "COLLECTOR_PORT=$collector_port" "TEST_SECONDS=$test_seconds" "CYCLE_SECONDS=$cycle_seconds" "AGGREGATE=$aggregate" NETGRAPH_DEMO_BUILT=yes bash "${BASH_SOURCE[0]}" "$@"
}

# Starts a program that outlives this script, and notes its id with its start time, so that no other process is ever ended in its place.
start() { # name command...
  local name=$1 stopped=''
  shift
  # An interrupt between the start and its note would leave a process that nobody knows of.
  trap 'stopped=1' INT TERM
  setsid "$@" </dev/null >"$state/$name.log" 2>&1 &
  say "$name $! $(cut -d' ' -f22 "/proc/$!/stat")" >>"$state/processes"
  trap 'abandon 130' INT TERM
  [ -z "$stopped" ] || abandon 130
}

runs() { # pid start-time
  [ -r "/proc/$1/stat" ] && [ "$(cut -d' ' -f22 "/proc/$1/stat" 2>/dev/null)" = "$2" ]
}

# Waits until an address answers; a program that ends before it does has said why.
await() { # name url
  local name=$1 url=$2 pid begun
  read -r _ pid begun < <(grep "^$name " "$state/processes")
  for _ in $(seq 150); do
    ! curl -sf -o /dev/null -m 2 "$url" || return 0
    runs "$pid" "$begun" || die "$name ended at its start: $(grep -v '^[[:space:]]*$' "$state/$name.log" | tail -n 1)"
    sleep 0.2
  done
  die "$name did not answer at $url within 30 s; its log is $state/$name.log."
}

end_all() {
  local name pid begun signal
  if [ -f "$state/processes" ]; then
    for signal in TERM KILL; do
      while read -r name pid begun; do
        ! runs "$pid" "$begun" || kill -s "$signal" "$pid" 2>/dev/null || true
      done <"$state/processes"
      for _ in $(seq 50); do
        local alive=
        while read -r name pid begun; do
          ! runs "$pid" "$begun" || alive=$name
        done <"$state/processes"
        [ -n "$alive" ] || break
        sleep 0.1
      done
    done
  fi
  [ ! -f "$state/lab" ] || "$netlab" down "$(cat "$state/lab")" >/dev/null || true
  rm -rf "${state:?}"
}

down() {
  if [ ! -d "$state" ]; then
    say "No demo is running: nothing to do."
    return
  fi
  end_all
  say "The demo is down: its processes have ended, its namespaces are removed."
}

abandon() { # exit code
  trap - ERR EXIT INT TERM
  if [ -d "$state" ]; then
    [ ! -t 1 ] || printf '\n'
    say "Removing what was started" >&2
    end_all
  fi
  exit "$1"
}

write_prometheus_config() {
  # Agents are reached over the management network; the instance is the node's name, not an address.
  jq '{global: {scrape_interval: "5s"},
       scrape_configs: [
         {job_name: "netgraph-agent",
          static_configs: [.nodes[] | {targets: ["\(.managementAddress):9876"], labels: {instance: .name}}]},
         {job_name: "netgraph-collector", static_configs: [{targets: ["127.0.0.1:'"$collector_port"'"]}]},
         {job_name: "netgraph-api", static_configs: [{targets: ["127.0.0.1:'"$api_port"'"]}]}]}' "$1" >"$state/prometheus.yml"
}

show_progress() {
  local line last='' every=0
  while line=$(curl -sf -m 5 "http://127.0.0.1:$collector_port/api/v1/cycle"); do
    if [ "$(jq 'has("last")' <<<"$line")" = true ]; then
      [ ! -t 1 ] || printf '\r\033[K'
      return 0
    fi
    line=$(jq -r '.running | if . == null then "First mesh cycle: planning"
      else "First mesh cycle: \(.testsSucceeded + .testsFailed) of \(.testsPlanned) tests done, \(.testsFailed) failed; slot \(.slotsDone + 1) of \(.slots); about \(.secondsLeft | ceil) s left" end' <<<"$line")
    if [ -t 1 ]; then
      printf '\r\033[K%s' "$line"
    elif [ "$line" != "$last" ] && [ $((every++ % 10)) -eq 0 ]; then
      say "$line"
    fi
    last=$line
    sleep 1
  done
  die "the collector is gone; its log is $state/collector.log."
}

# Prometheus scrapes every few seconds: the last results are in the graph a moment after they were measured.
await_graph() {
  local wanted found
  wanted=$(curl -sf "http://127.0.0.1:$collector_port/api/v1/cycle" | jq .last.testsSucceeded)
  for _ in $(seq 60); do
    found=$(curl -sf "http://127.0.0.1:$api_port/graph.json" | jq '[.links[] | select(.throughputBitsPerSecond)] | length') || found=0
    [ "$found" -lt "$wanted" ] || [ "$wanted" -eq 0 ] || return 0
    sleep 0.5
  done
  die "the graph shows ${found:-0} of $wanted measured links: see $state/prometheus.log and $state/api.log."
}

# One pair, idle now, by another program: the echoes' mean must be of the same size.
compare_round_trip() {
  local name=$1 source destination address echoed probed
  read -r source destination address < <(jq -r '.nodes | "\(.[0].name) \(.[1].name) \(.[1].address)"' "$lab_state/nodes.json")
  probed=$(ip netns exec "$name-$source" fping -q -C 11 -p 100 "$address" 2>&1 | sed 's/.* : //' | tr ' ' '\n' | grep -v -e '^-$' -e '^$' | sort -n | awk '{v[NR] = $1} END {if (NR) print v[int((NR + 1) / 2)]; else print "lost"}')
  echoed=$(curl -sf "http://127.0.0.1:$api_port/graph.json" | jq -r --arg s "$source" --arg d "$destination" '[.links[] | select(.source == $s and .destination == $d).rttSeconds][0] | if . then . * 1e6 | round / 1000 else "unknown" end')
  say "Idle round-trip time $source -> $destination: echoes $echoed ms (mean), fping $probed ms (median)."
}

report() { # topology name
  mkdir -p "$pictures"
  local format
  for format in svg dot graphml; do
    curl -sf "http://127.0.0.1:$api_port/graph.$format" -o "$pictures/$1.$format" || die "the api gave no graph.$format: see $state/api.log."
  done
  dot -Tcanon "$pictures/$1.dot" >/dev/null || die "Graphviz does not accept $pictures/$1.dot."
  [ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-0}" "$pictures"
  curl -sf "http://127.0.0.1:$collector_port/api/v1/cycle" | jq -r '.last | "Cycle \(.cycle): \(.testsSucceeded) tests succeeded, \(.testsFailed) failed, \(.busyRetries) busy, \(.durationSeconds * 10 | round / 10) s for \(.slots) slots."'
  curl -sf "http://127.0.0.1:$api_port/graph.json" | jq -r --slurpfile truth "$lab_state/truth.json" '
    ($truth[0] | map({key: "\(.source) \(.destination)", value: .tcpGoodputBitsPerSecond}) | from_entries) as $true
    | [.links[] | select(.throughputBitsPerSecond) | (.throughputBitsPerSecond / $true["\(.source) \(.destination)"] - 1) | fabs]
    | "Against the lab'\''s true capacity: \(map(select(. <= 0.1)) | length) of \(length) links within 10 %."'
  compare_round_trip "$1"
  say ""
  say "Page:    http://127.0.0.1:$api_port/"
  say "Picture: $pictures/$1.svg"
  "$netgraph" analyze --prometheus "http://127.0.0.1:$prometheus_port" | sed -n 1p
  say "Worst links:"
  curl -sf "http://127.0.0.1:$api_port/api/v1/bottlenecks?limit=3" | jq -r '
    .links[] | "  \(.source) -> \(.destination)  \(if .throughputBitsPerSecond then "\(.throughputBitsPerSecond / 1e4 | round / 100) Mbit/s" else "failed" end)"'
  say ""
  say "The lab keeps running and is measured again every $cycle_seconds s. 'samples/demo.sh down' ends it."
}

up() {
  local topology=${1:-racks8} name status host
  [ ! -d "$state" ] || die "a demo is running already (page: $(cat "$state/page" 2>/dev/null || echo starting)); end it first with 'samples/demo.sh down'."
  [ -f "$topology" ] || topology=$root/samples/lab/$topology.json
  [ -f "$topology" ] || die "there is no topology '${1:-}': name a file, or one of $(cd "$root/samples/lab" && grep -l '"links"' -- *.json | sed 's/\.json$//' | paste -sd' ')."

  [ "${NETGRAPH_DEMO_BUILT:-}" = yes ] || build
  become_root "$@"
  install_missing "$topology"
  "$netlab" truth "$topology" >/dev/null || exit 1
  name=$(jq -r .name "$topology")

  mkdir -p "$state"
  chmod 700 "$state"
  trap 'abandon 130' INT TERM
  trap 'status=$?; [ "$status" -eq 0 ] || abandon "$status"' EXIT
  say "http://127.0.0.1:$api_port/" >"$state/page"

  say "Bringing up the lab network '$name'"
  # Noted only once it is up: a lab that was there before is not ours to remove.
  "$netlab" up "$topology" >"$state/lab.log" 2>&1 || die "the lab did not come up: $(tail -n 1 "$state/lab.log")"
  say "$name" >"$state/lab"
  lab_state=${NETLAB_STATE:-/run/netgraph-lab}/$name

  (umask 077 && openssl rand -hex 32 >"$state/token")
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=netgraph-agent \
    -addext subjectAltName=DNS:netgraph-agent -keyout "$state/agents.key" -out "$state/agents.crt" 2>"$state/openssl.log"

  say "Starting agents, Prometheus, api and collector"
  for host in $(jq -r '.nodes[].name' "$lab_state/nodes.json"); do
    start "agent-$host" ip netns exec "$name-$host" "$netgraph" agent --node "$host" --pair-detail all \
      --bind "$(jq -r --arg n "$host" '.nodes[] | select(.name == $n).address' "$lab_state/nodes.json")" \
      --token-file "$state/token" --tls-certificate "$state/agents.crt" --tls-key "$state/agents.key"
  done
  write_prometheus_config "$lab_state/nodes.json"
  start prometheus prometheus --config.file="$state/prometheus.yml" --storage.tsdb.path="$state/prometheus" \
    --storage.tsdb.retention.time=24h --web.listen-address="127.0.0.1:$prometheus_port" --log.level=warn
  start api "$netgraph" api --prometheus "http://127.0.0.1:$prometheus_port" --port "$api_port" --listen 127.0.0.1
  await prometheus "http://127.0.0.1:$prometheus_port/-/ready"
  await api "http://127.0.0.1:$api_port/healthz"
  for host in $(jq -r '.nodes[].name' "$lab_state/nodes.json"); do
    await "agent-$host" "http://$(jq -r --arg n "$host" '.nodes[] | select(.name == $n).managementAddress' "$lab_state/nodes.json"):9876/healthz"
  done

  local limits=()
  status=$(jq '.maxConcurrent // empty' "$lab_state/lab.json")
  [ -z "$status" ] || limits=(--max-concurrent "$status")
  [ -z "$aggregate" ] || limits+=(--aggregate "$aggregate")
  start collector "$netgraph" collector --nodes "$lab_state/nodes.json" --duration "${test_seconds}s" --interval "${cycle_seconds}s" --max-duty-cycle 1 --bytes-per-day unlimited \
    --token-file "$state/token" --tls-ca "$state/agents.crt" --listen 127.0.0.1 --metrics-port "$collector_port" "${limits[@]}"
  await collector "http://127.0.0.1:$collector_port/healthz"

  show_progress
  await_graph
  report "$name"
  trap - ERR EXIT INT TERM
}

export PATH=$PATH:/usr/sbin:/sbin
case ${1:-} in
  -h | --help) usage ;;
  down)
    [ "$(id -u)" -eq 0 ] || [ ! -d "$state" ] || become_root "$@"
    down
    ;;
  -*) die "unknown option '$1': 'samples/demo.sh --help' shows what is allowed." ;;
  *)
    [ $# -le 1 ] || die "one topology at most: 'samples/demo.sh --help' shows what is allowed."
    up "$@"
    ;;
esac
