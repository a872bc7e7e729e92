{{/*
The Secrets that the release needs, as YAML: name of the Secret, its keys, and where it comes from: existing, values,
external, or missing.
*/}}
{{- define "taskwire.secrets" -}}
{{- $root := . -}}
{{- $v := .Values -}}
{{- $keys := dict -}}
{{- if eq $v.database.kind "postgres" -}}
  {{- $_ := set $keys "database" (list "url" $v.migrations.databaseKey | uniq) -}}
{{- end -}}
{{- if eq $v.mode "parts" -}}
  {{- range list "service" "daprApi" "daprApp" -}}{{- $_ := set $keys . (list "token") -}}{{- end -}}
  {{- if and (eq $v.broker.kind "kafka") (or (eq $v.broker.kafka.auth "scram") $v.broker.kafka.ca) -}}
    {{- $scram := ternary (list "username" "password") list (eq $v.broker.kafka.auth "scram") -}}
    {{- $_ := set $keys "broker" (concat $scram (ternary (list "ca") list $v.broker.kafka.ca)) -}}
  {{- else if and (eq $v.broker.kind "redis") $v.broker.redis.auth -}}
    {{- $_ := set $keys "broker" (list "password") -}}
  {{- end -}}
  {{- if eq $v.state.kind "postgres" -}}
    {{- $_ := set $keys "state" (list "url") -}}
  {{- else if and (eq $v.state.kind "redis") $v.state.redis.auth -}}
    {{- $_ := set $keys "state" (list "password") -}}
  {{- end -}}
{{- end -}}
{{- with $v.secrets.model -}}
  {{- if or .existingSecret .values .remoteKey -}}{{- $_ := set $keys "model" (list "api-key") -}}{{- end -}}
{{- end -}}
{{- if $v.config.mail.from -}}{{- $_ := set $keys "smtp" (list "url") -}}{{- end -}}
{{- $secrets := dict -}}
{{- range $which, $list := $keys -}}
  {{- $given := index $v.secrets $which -}}
  {{- $name := printf "%s-%s" (include "taskwire.fullname" $root) (kebabcase $which) -}}
  {{- $source := "missing" -}}
  {{- if $given.existingSecret -}}
    {{- $name = $given.existingSecret -}}{{- $source = "existing" -}}
  {{- else if $given.values -}}
    {{- $source = "values" -}}
  {{- else if $v.externalSecrets.enabled -}}
    {{- $source = "external" -}}
  {{- end -}}
  {{- $_ := set $secrets $which (dict "name" $name "keys" $list "source" $source) -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{/* An environment variable from a Secret; (dict "secrets" SECRETS "which" NAME "key" KEY "env" VARIABLE). */}}
{{- define "taskwire.secretEnv" -}}
- name: {{ .env }}
  valueFrom:
    secretKeyRef:
      name: {{ (index .secrets .which).name }}
      key: {{ .key }}
{{- end -}}
