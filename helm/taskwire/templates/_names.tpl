{{- define "taskwire.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of the release's objects; parts add theirs. */}}
{{- define "taskwire.fullname" -}}
{{- $name := include "taskwire.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects the release's pods. */}}
{{- define "taskwire.selector" -}}
app.kubernetes.io/name: {{ include "taskwire.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What selects the pods of a part; (dict "root" $ "part" NAME). */}}
{{- define "taskwire.partSelector" -}}
{{ include "taskwire.selector" .root }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "taskwire.labels" -}}
{{ include "taskwire.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "taskwire.partLabels" -}}
{{ include "taskwire.labels" .root }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "taskwire.partName" -}}
{{- if eq .part "serve" -}}
{{- include "taskwire.fullname" .root -}}
{{- else -}}
{{- printf "%s-%s" (include "taskwire.fullname" .root) .part -}}
{{- end -}}
{{- end -}}

{{- define "taskwire.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}
