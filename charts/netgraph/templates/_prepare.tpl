{{/* Called by each template first: takes what old values mean, and refuses what cannot be. Doing it twice changes nothing. */}}
{{- define "netgraph.prepare" -}}
{{- include "netgraph.takeOldKeys" . -}}
{{- include "netgraph.check" . -}}
{{- end -}}

{{/* (list "server.resources" "agent.resources" "why") */}}
{{- define "netgraph.refuseOldKey" -}}
{{- fail (printf "%s is a value of the iperf3-monitor chart, and means something else here: %s" (index . 0) (index . 1)) -}}
{{- end -}}

{{- define "netgraph.takeOldKeys" -}}
{{- $values := .Values -}}
{{- $controller := dig "exporter" dict ($values.controllers | default dict) | default dict -}}
{{- $exporter := $values.exporter | default dict -}}
{{- $app := merge (dict) (pick $exporter "testInterval" "testTimeout" "testProtocol") (pick ($values.appConfig | default dict) "testInterval" "logLevel" "testTimeout" "testProtocol" "serverPort" "serverLabelSelector") ($controller.appConfig | default dict) -}}
{{- $server := $values.server | default dict -}}

{{- with $app.testInterval }}{{ $_ := set $values.collector "interval" (ternary (printf "%ds" (. | int64)) (. | toString) (regexMatch "^[0-9]+$" (. | int64 | toString))) }}{{ end -}}
{{- with $app.testProtocol }}{{ $_ := set $values.collector "protocol" (. | lower) }}{{ end -}}
{{- with $app.logLevel }}
{{- $level := get (dict "DEBUG" "debug" "INFO" "information" "WARNING" "warning" "ERROR" "error" "CRITICAL" "error") (. | upper) -}}
{{- if not $level }}{{ include "netgraph.refuseOldKey" (list "appConfig.logLevel" "set logLevel to trace, debug, information, warning or error.") }}{{ end -}}
{{- $_ := set $values "logLevel" $level -}}
{{- end -}}
{{- with $app.serverLabelSelector }}
{{- if contains "{{" . }}{{ include "netgraph.refuseOldKey" (list "appConfig.serverLabelSelector" "agents are found without it. Remove it, or name bare iperf3 servers with collector.servers.selector, which is not a template.") }}{{ end -}}
{{- $_ := set $values.collector.servers "selector" . -}}
{{- end -}}
{{- if hasKey $app "testTimeout" }}{{ include "netgraph.refuseOldKey" (list "testTimeout" "each test has a bound of its own. Remove it, and set the length of a test with collector.duration.") }}{{ end -}}
{{- if and $app.serverPort (ne ($app.serverPort | toString) "5201") }}{{ include "netgraph.refuseOldKey" (list "appConfig.serverPort" "set agent.ports.iperf3First and agent.ports.iperf3Last.") }}{{ end -}}

{{- if and (hasKey $controller "enabled") (not $controller.enabled) }}{{ include "netgraph.refuseOldKey" (list "controllers.exporter.enabled" "the collector is always there; collector.orders: false keeps it from testing.") }}{{ end -}}
{{- if and $controller.type (ne $controller.type "daemonset") }}{{ include "netgraph.refuseOldKey" (list "controllers.exporter.type" "an agent runs on each node, whatever it says. Remove it, or choose nodes with agent.nodeSelector.") }}{{ end -}}
{{- range list (list "controllers.exporter.replicas" $controller.replicas) (list "exporter.replicaCount" $exporter.replicaCount) }}
{{- if gt (index . 1 | default 0 | int64) 1 }}{{ include "netgraph.refuseOldKey" (list (index . 0) "agents run on each node by themselves; collector.replicas: 2 gives the collector a stand-in.") }}{{ end -}}
{{- end -}}
{{- range $key, $value := $controller.pod }}
{{- if and $value (ne $key "automountServiceAccountToken") }}{{ include "netgraph.refuseOldKey" (list (printf "controllers.exporter.pod.%s" $key) "set it for agent, collector and api one by one: nodeSelector, tolerations, affinity, podLabels, podAnnotations; podSecurityContext is for all.") }}{{ end -}}
{{- end -}}
{{- range $key, $value := dig "containers" "exporter" dict $controller }}
{{- if and $value (has $key (list "image" "env" "resources")) }}{{ include "netgraph.refuseOldKey" (list (printf "controllers.exporter.containers.exporter.%s" $key) (get (dict "image" "set image.registry, image.repository and image.tag." "env" "set collector.extraEnv or agent.extraEnv." "resources" "set collector.resources and agent.resources.") $key)) }}{{ end -}}
{{- end -}}
{{- if $exporter.image }}{{ include "netgraph.refuseOldKey" (list "exporter.image" "set image.registry, image.repository and image.tag.") }}{{ end -}}
{{- if $exporter.resources }}{{ include "netgraph.refuseOldKey" (list "exporter.resources" "set collector.resources and agent.resources.") }}{{ end -}}

{{- with $server.nodeSelector }}{{ $_ := set $values.agent "nodeSelector" . }}{{ end -}}
{{- if hasKey $server "tolerations" }}{{ $_ := set $values.agent "tolerations" $server.tolerations }}{{ end -}}
{{- if $server.image }}{{ include "netgraph.refuseOldKey" (list "server.image" "agents start iperf3 themselves. Set image.registry, image.repository and image.tag.") }}{{ end -}}
{{- if $server.resources }}{{ include "netgraph.refuseOldKey" (list "server.resources" "set agent.resources, without a limit of cpu.") }}{{ end -}}

{{- if $values.service }}{{ include "netgraph.refuseOldKey" (list "service" "set agent.ports.metrics for the metrics, and api.service for the api.") }}{{ end -}}
{{- range list "from" "namespaceSelector" "podSelector" }}
{{- if get $values.networkPolicy . }}{{ include "netgraph.refuseOldKey" (list (printf "networkPolicy.%s" .) "set networkPolicy.metricsFrom and networkPolicy.apiFrom.") }}{{ end -}}
{{- end -}}
{{- if dig "install" false ($values.dependencies | default dict) }}{{ include "netgraph.refuseOldKey" (list "dependencies.install" "the chart installs no Prometheus Operator. Install it first: samples/kube-prometheus-stack says how.") }}{{ end -}}
{{- end -}}

{{- define "netgraph.check" -}}
{{- $v := .Values -}}
{{- if and (gt ($v.collector.replicas | int64) 1) $v.api.enabled (not $v.prometheus.url) -}}
{{- fail "collector.replicas is above 1, but prometheus.url is empty: the api would ask a collector that only stands in. Set prometheus.url, or collector.replicas to 1." -}}
{{- end -}}
{{- if and $v.token.value $v.token.existingSecret -}}
{{- fail "token.value and token.existingSecret are both set: set one of them." -}}
{{- end -}}
{{- if and $v.token.value (not (regexMatch "^[!-~]{16,}$" $v.token.value)) -}}
{{- fail "token.value must be at least 16 printable ASCII characters without spaces: make one with 'openssl rand -hex 32'." -}}
{{- end -}}
{{- if and (eq $v.tls.source "existingSecret") (not $v.tls.existingSecret) -}}
{{- fail "tls.source is existingSecret, but tls.existingSecret is empty: name the Secret with tls.crt, tls.key and ca.crt." -}}
{{- end -}}
{{- if and $v.tls.existingSecret (ne $v.tls.source "existingSecret") -}}
{{- fail (printf "tls.existingSecret is set, but tls.source is %s: set tls.source to existingSecret, or leave tls.existingSecret empty." $v.tls.source) -}}
{{- end -}}
{{- if and (eq $v.tls.source "certManager") (not (.Capabilities.APIVersions.Has "cert-manager.io/v1")) -}}
{{- fail "tls.source is certManager, but this cluster has no Certificate of cert-manager.io/v1: install cert-manager, or set tls.source to auto or generated." -}}
{{- end -}}
{{- $p := $v.prometheus -}}
{{- if and $p.user (not $p.passwordSecret.name) -}}
{{- fail "prometheus.user needs a password: set prometheus.passwordSecret.name." -}}
{{- end -}}
{{- if and $p.passwordSecret.name (not $p.user) -}}
{{- fail "prometheus.passwordSecret.name is set, but prometheus.user is empty: set both, or none." -}}
{{- end -}}
{{- if and $p.user $p.tokenSecret.name -}}
{{- fail "prometheus.user and prometheus.tokenSecret.name are both set: Prometheus is asked with one of them." -}}
{{- end -}}
{{- if and (not $p.url) (or $p.user $p.tokenSecret.name $p.caConfigMap.name $p.tenant) -}}
{{- fail "prometheus.url is empty, but other values of prometheus are set: set prometheus.url." -}}
{{- end -}}
{{- $ports := $v.agent.ports -}}
{{- if lt ($ports.iperf3Last | int64) ($ports.iperf3First | int64) -}}
{{- fail (printf "agent.ports.iperf3Last %d is below agent.ports.iperf3First %d: the range of ports for iperf3 servers is empty." ($ports.iperf3Last | int64) ($ports.iperf3First | int64)) -}}
{{- end -}}
{{- if gt (sub ($ports.iperf3Last | int64) ($ports.iperf3First | int64)) 49 -}}
{{- fail "agent.ports.iperf3First to agent.ports.iperf3Last are more than 50 ports: an agent needs few, and a NetworkPolicy names each of them." -}}
{{- end -}}
{{- if eq ($ports.metrics | int64) ($ports.orders | int64) -}}
{{- fail (printf "agent.ports.metrics and agent.ports.orders are both %d: choose two ports." ($ports.metrics | int64)) -}}
{{- end -}}
{{- range list "metrics" "orders" -}}
{{- $port := get $ports . | int64 -}}
{{- if and (ge $port ($ports.iperf3First | int64)) (le $port ($ports.iperf3Last | int64)) -}}
{{- fail (printf "agent.ports.%s %d lies in the range of ports for iperf3 servers, %d to %d: choose another." . $port ($ports.iperf3First | int64) ($ports.iperf3Last | int64)) -}}
{{- end -}}
{{- end -}}
{{- if and (gt ($v.collector.budget.moneyPerDay | float64) 0.0) (eq ($v.collector.budget.pricePerGb | float64) 0.0) -}}
{{- fail "collector.budget.moneyPerDay needs a price: set collector.budget.pricePerGb, such as 0.01." -}}
{{- end -}}
{{- if and $v.collector.servers.namespace (not $v.collector.servers.selector) -}}
{{- fail "collector.servers.namespace is set, but collector.servers.selector is empty: name the label of the iperf3 servers, such as app=iperf3-server." -}}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.api.enabled) -}}
{{- fail "ingress.enabled is true, but api.enabled is false: there is nothing to lead to." -}}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.ingress.hosts) -}}
{{- fail "ingress.enabled is true, but ingress.hosts is empty: name a host, such as netgraph.example." -}}
{{- end -}}
{{- if and (eq ($v.httpRoute.enabled | toString) "true") (not $v.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled is true, but httpRoute.parentRefs is empty: name a gateway, such as [{name: gateway}]." -}}
{{- end -}}
{{- if and $v.clock.enabled (not $v.clock.servers) (not $v.clock.refclocks) -}}
{{- fail "clock.enabled is true, but there is nothing to set the clock by: set clock.servers or clock.refclocks." -}}
{{- end -}}
{{- if and $v.clock.enabled $v.agent.clockErrorBound -}}
{{- fail "clock.enabled and agent.clockErrorBound are both set: chrony says the bound, or you do." -}}
{{- end -}}
{{- end -}}
