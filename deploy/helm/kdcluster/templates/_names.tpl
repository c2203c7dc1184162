{{- define "kd.name" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}

{{- define "kd.labels" -}}
app.kubernetes.io/name: kdcluster
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "kd.selector" -}}
app.kubernetes.io/name: kdcluster
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "kd.claim" -}}
{{ default (printf "%s-shared" (include "kd.name" .)) .Values.shared.existingClaim }}
{{- end -}}

{{- /* What every container of the chart may not do. */ -}}
{{- define "kd.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: ["ALL"]
{{- end -}}
