{{- define "llm-footprint.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end }}

{{- define "llm-footprint.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "llm-footprint.labels" -}}
{{ include "llm-footprint.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "llm-footprint.footprintYaml" -}}
{{- $own := dict "listen" "0.0.0.0:4141" "access" (dict "token" "${FOOTPRINT_TOKEN}") }}
{{- if .Values.journal.enabled }}{{ $_ := set $own "journal" "/data/footprint.db" }}{{ end }}
{{- if .Values.budgets }}{{ $_ := set $own "budgets" "/etc/llm-footprint/budgets.yaml" }}{{ end }}
{{- merge $own .Values.configuration | toYaml }}
{{- end }}
