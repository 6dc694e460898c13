{{- define "netgraph.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 40 characters, so that what is hung to it stays within a label's 63. */}}
{{- define "netgraph.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "netgraph.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "netgraph.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Cluster-scoped names and those in other namespaces: two releases of one name in two namespaces must not meet. */}}
{{- define "netgraph.clusterName" -}}
{{- printf "%s-%s-collector" .Release.Namespace (include "netgraph.fullname" .) -}}
{{- end -}}

{{/* What selects pods: (dict "root" $ "component" "agent"). */}}
{{- define "netgraph.selectorLabels" -}}
app.kubernetes.io/name: {{ include "netgraph.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "netgraph.labels" -}}
{{- $own := include "netgraph.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $_ := set $own "app.kubernetes.io/version" (.root.Chart.AppVersion | toString) -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "netgraph" -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- toYaml (merge $own (.root.Values.commonLabels | default dict)) -}}
{{- end -}}

{{/* Labels of pods: (dict "root" $ "component" "agent" "more" map). */}}
{{- define "netgraph.podLabels" -}}
{{- $own := include "netgraph.selectorLabels" . | fromYaml -}}
{{- toYaml (merge $own (.more | default dict) (.root.Values.commonLabels | default dict)) -}}
{{- end -}}

{{/* Annotations of pods: (dict "root" $ "port" 9876 "more" map); empty when there is none. */}}
{{- define "netgraph.podAnnotations" -}}
{{- $all := dict -}}
{{- if .root.Values.scrapeAnnotations -}}
{{- $all = dict "prometheus.io/scrape" "true" "prometheus.io/port" (.port | int64 | toString) "prometheus.io/path" "/metrics" -}}
{{- end -}}
{{- with .root.Values.token.value }}{{ $_ := set $all "checksum/token" (sha256sum .) }}{{ end -}}
{{- with merge (dict) (.more | default dict) $all -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "netgraph.image" -}}
{{- $image := .Values.image -}}
{{- $name := ternary (printf "%s/%s" $image.registry $image.repository) $image.repository (ne $image.registry "") -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion $image.tag | toString) -}}
{{- end -}}
{{- end -}}

{{- define "netgraph.pullSecrets" -}}
{{- with .Values.image.pullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* A map without the keys that are null, which some versions of Helm leave in. */}}
{{- define "netgraph.withoutNulls" -}}
{{- $kept := dict -}}
{{- range $key, $value := . }}{{ if not (kindIs "invalid" $value) }}{{ $_ := set $kept $key $value }}{{ end }}{{ end -}}
{{- toYaml $kept -}}
{{- end -}}

{{- define "netgraph.collectorAccount" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- printf "%s-collector" (include "netgraph.fullname" .) -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{/* Account without rights: (dict "root" $ "component" "agent"). */}}
{{- define "netgraph.bareAccount" -}}
{{- if .root.Values.serviceAccount.create -}}
{{- printf "%s-%s" (include "netgraph.fullname" .root) .component -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- define "netgraph.tokenSecret" -}}
{{- default (printf "%s-token" (include "netgraph.fullname" .)) .Values.token.existingSecret -}}
{{- end -}}

{{- define "netgraph.tlsSecret" -}}
{{- if eq (include "netgraph.tlsSource" .) "existingSecret" -}}
{{- .Values.tls.existingSecret -}}
{{- else -}}
{{- printf "%s-tls" (include "netgraph.fullname" .) -}}
{{- end -}}
{{- end -}}

{{/* auto keeps a certificate that an earlier release generated, even where cert-manager came since. */}}
{{- define "netgraph.tlsSource" -}}
{{- if ne .Values.tls.source "auto" -}}
{{- .Values.tls.source -}}
{{- else -}}
{{- $old := lookup "v1" "Secret" .Release.Namespace (printf "%s-tls" (include "netgraph.fullname" .)) -}}
{{- $isOurs := and $old (hasKey (dig "metadata" "labels" dict $old | default dict) "helm.sh/chart") -}}
{{- if and (.Capabilities.APIVersions.Has "cert-manager.io/v1") (not $isOurs) -}}certManager{{- else -}}generated{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether something with enabled: true, false or auto is made: (dict "root" $ "key" "podMonitor" "api" "monitoring.coreos.com/v1" "kind" "PodMonitor"). */}}
{{- define "netgraph.isMade" -}}
{{- $wish := (get .root.Values .key).enabled | toString -}}
{{- $kind := printf "%s/%s" .api .kind -}}
{{- $has := .root.Capabilities.APIVersions.Has $kind -}}
{{- /* Versions without kinds are all that somebody may have given to helm template. */}}
{{- if not $has -}}
{{- $has = .root.Capabilities.APIVersions.Has .api -}}
{{- range .root.Capabilities.APIVersions }}{{ if hasPrefix (printf "%s/" $.api) . }}{{ $has = false }}{{ end }}{{ end -}}
{{- end -}}
{{- if and (eq $wish "true") (not $has) -}}
{{- fail (printf "%s.enabled is true, but this cluster has no %s of %s: install what brings it, or set %s.enabled to auto or false." .key .kind .api .key) -}}
{{- end -}}
{{- if and $has (ne $wish "false") -}}yes{{- end -}}
{{- end -}}

{{/* The networks that are measured, as a comma-separated list. */}}
{{- define "netgraph.networks" -}}
{{- if eq .Values.agent.network "both" -}}host,pod{{- else -}}{{ .Values.agent.network }}{{- end -}}
{{- end -}}

{{/* The network whose agents have chrony beside them: a node has one clock. */}}
{{- define "netgraph.clockNetwork" -}}
{{- if .Values.clock.enabled -}}{{ include "netgraph.networks" . | splitList "," | first }}{{- end -}}
{{- end -}}

{{/* What Prometheus is asked with, for api and test. */}}
{{- define "netgraph.prometheusArgs" -}}
{{- $p := .Values.prometheus }}
- {{ printf "--prometheus=%s" $p.url | quote }}
- {{ printf "--query-timeout=%s" $p.queryTimeout | quote }}
{{- with $p.tenant }}
- {{ printf "--prometheus-tenant=%s" . | quote }}
{{- end }}
{{- with $p.user }}
- {{ printf "--prometheus-user=%s" . | quote }}
- --prometheus-password-file=/etc/netgraph/prometheus/password
{{- end }}
{{- if $p.tokenSecret.name }}
- --prometheus-token-file=/etc/netgraph/prometheus/token
{{- end }}
{{- if $p.caConfigMap.name }}
- --prometheus-ca=/etc/netgraph/prometheus/ca.crt
{{- end }}
{{- end -}}

{{- define "netgraph.prometheusVolume" -}}
{{- $p := .Values.prometheus -}}
{{- if and $p.url (or $p.user $p.tokenSecret.name $p.caConfigMap.name) -}}
- name: prometheus
  projected:
    defaultMode: 0440
    sources:
      {{- if $p.user }}
      - secret:
          name: {{ $p.passwordSecret.name }}
          items:
            - { key: {{ $p.passwordSecret.key | quote }}, path: password }
      {{- end }}
      {{- if $p.tokenSecret.name }}
      - secret:
          name: {{ $p.tokenSecret.name }}
          items:
            - { key: {{ $p.tokenSecret.key | quote }}, path: token }
      {{- end }}
      {{- if $p.caConfigMap.name }}
      - configMap:
          name: {{ $p.caConfigMap.name }}
          items:
            - { key: {{ $p.caConfigMap.key | quote }}, path: ca.crt }
      {{- end }}
{{- end -}}
{{- end -}}

{{- define "netgraph.collectorUrl" -}}
{{- printf "http://%s-collector:%d" (include "netgraph.fullname" .) (.Values.collector.port | int64) -}}
{{- end -}}

{{/* Nothing is written but to /tmp. */}}
{{- define "netgraph.env" -}}
- name: DOTNET_EnableDiagnostics
  value: "0"
{{- end -}}

{{/* What agents probe, as the collector reads it. */}}
{{- define "netgraph.probes" -}}
{{- dict "probes" .Values.collector.probes "targets" .Values.collector.targets | toPrettyJson -}}
{{- end -}}
