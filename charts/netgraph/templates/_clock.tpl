{{/* chronyd needs root for its two capabilities: one sets the clock, the other listens on port 323, where the agent asks it. */}}
{{- define "netgraph.clockContainer" -}}
- name: clock
  image: {{ include "netgraph.image" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  command: [/usr/sbin/chronyd, -d, -f, /etc/netgraph/clock/chrony.conf]
  {{- with .Values.clock.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsUser: 0
    runAsGroup: 0
    runAsNonRoot: false
    readOnlyRootFilesystem: true
    {{- if .Values.clock.devices }}
    privileged: true
    {{- else }}
    allowPrivilegeEscalation: false
    capabilities:
      drop: [ALL]
      add: [SYS_TIME, NET_BIND_SERVICE]
    {{- end }}
  volumeMounts:
    - { name: clock-settings, mountPath: /etc/netgraph/clock, readOnly: true }
    - { name: clock-state, mountPath: /var/lib/chrony }
    {{- range $index, $device := .Values.clock.devices }}
    - { name: clock-device-{{ $index }}, mountPath: {{ $device | quote }} }
    {{- end }}
{{- end -}}

{{- define "netgraph.clockVolumes" -}}
- name: clock-settings
  configMap:
    name: {{ include "netgraph.fullname" . }}-clock
- name: clock-state
  emptyDir: { sizeLimit: 16Mi }
{{- range $index, $device := .Values.clock.devices }}
- name: clock-device-{{ $index }}
  hostPath: { path: {{ $device | quote }}, type: CharDevice }
{{- end }}
{{- end -}}
