{{/*
What the chart sets itself, so that values for more variables, labels and annotations must not have it. Each of these
templates answers a list of what is wrong, for _check.tpl.
*/}}

{{/* Variables by name, with the value to use instead; nothing where there is none. */}}
{{- define "taskwire.reservedVariables" -}}
APP_API_TOKEN: secrets.daprApp
DAPR_API_TOKEN: secrets.daprApi
DAPR_HTTP_ENDPOINT: ""
DAPR_HTTP_PORT: ""
OTEL_EXPORTER_OTLP_ENDPOINT: config.otel.endpoint
TASKWIRE_ADDRESS_RATE_LIMIT: config.addressRateLimit
TASKWIRE_ALLOWED_HOST: hosts
TASKWIRE_API_URL: dapr.invoke
TASKWIRE_BUS: broker.kind
TASKWIRE_CHAT_URL: dapr.invoke
TASKWIRE_DATABASE_URL: secrets.database
TASKWIRE_DATA_DIR: ""
TASKWIRE_INTERNAL_LISTEN: pod.listen
TASKWIRE_LISTEN: pod.listen
TASKWIRE_MAIL_FROM: config.mail.from
TASKWIRE_MCP_URL: dapr.invoke
TASKWIRE_MODEL: config.models
TASKWIRE_MODEL_API_KEY: secrets.model
TASKWIRE_MODEL_BASE_URL: config.modelBaseUrl
TASKWIRE_NO_MIGRATE: migrations.mode
TASKWIRE_OAUTH_REGISTRATION: config.oauthRegistration
TASKWIRE_PUBLIC_URL: publicUrl
TASKWIRE_PUBSUB: ""
TASKWIRE_RATE_LIMIT: config.rateLimit
TASKWIRE_SERVICE_TOKEN: secrets.service
TASKWIRE_SMTP_URL: secrets.smtp
TASKWIRE_STATE: state.kind
TASKWIRE_STATE_STORE: ""
TASKWIRE_TRUSTED_PROXY: config.trustedProxies
{{- end -}}

{{/* Those that have a value for all parts; a part may differ. */}}
{{- define "taskwire.sharedVariables" -}}
OTEL_TRACES_SAMPLER: config.otel.sampler
OTEL_TRACES_SAMPLER_ARG: config.otel.samplerArg
TASKWIRE_DATABASE_CONNECTIONS: database.connections
TASKWIRE_LOG: config.log
{{- end -}}

{{- define "taskwire.checkVariables" -}}
{{- $reserved := include "taskwire.reservedVariables" . | fromYaml -}}
{{- $given := dict "config.env" .Values.config.env "single.env" .Values.single.env -}}
{{- range $part, $knobs := .Values.parts -}}
  {{- $_ := set $given (printf "parts.%s.env" $part) $knobs.env -}}
{{- end -}}
{{- $wrong := list -}}
{{- range $field, $variables := $given -}}
  {{- $here := $reserved -}}
  {{- if eq $field "config.env" -}}{{- $here = merge (include "taskwire.sharedVariables" $ | fromYaml) $reserved -}}{{- end -}}
  {{- range $name, $_ := $variables -}}
    {{- if hasKey $here $name -}}
      {{- $instead := index $here $name -}}
      {{- $wrong = append $wrong (printf "%s has %s, which the chart sets; %s" $field $name (ternary (printf "use %s" $instead) "leave it out" (ne $instead ""))) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toYaml $wrong -}}
{{- end -}}

{{- define "taskwire.checkMetadata" -}}
{{- $v := .Values -}}
{{- $root := . -}}
{{- $secrets := include "taskwire.secrets" . | fromYaml -}}
{{- $podLabels := dict -}}
{{- $podAnnotations := dict -}}
{{- range $part, $is := include "taskwire.parts" . | fromYaml -}}
  {{- $context := dict "root" $root "part" $part "is" $is "secrets" $secrets -}}
  {{- $podLabels = merge $podLabels (include "taskwire.podLabels" $context | fromYaml) -}}
  {{- $podAnnotations = merge $podAnnotations (include "taskwire.podAnnotations" $context | fromYaml) -}}
{{- end -}}
{{- $labels := include "taskwire.labels" . | fromYaml -}}
{{- $issuer := ternary (dict "cert-manager.io/cluster-issuer" "") dict (ne $v.ingress.clusterIssuer "") -}}
{{- $wrong := list -}}
{{- range list
    (dict "field" "pod.labels" "given" $v.pod.labels "own" $podLabels)
    (dict "field" "pod.annotations" "given" $v.pod.annotations "own" $podAnnotations)
    (dict "field" "dapr.annotations" "given" $v.dapr.annotations "own" $podAnnotations)
    (dict "field" "ingress.annotations" "given" $v.ingress.annotations "own" $issuer)
    (dict "field" "monitoring.podMonitor.labels" "given" $v.monitoring.podMonitor.labels "own" $labels)
    (dict "field" "monitoring.rules.labels" "given" $v.monitoring.rules.labels "own" $labels)
    (dict "field" "monitoring.dashboards.labels" "given" $v.monitoring.dashboards.labels "own" $labels) -}}
  {{- $one := . -}}
  {{- range $key, $_ := .given -}}
    {{- if hasKey $one.own $key -}}
      {{- $wrong = append $wrong (printf "%s has %s, which the chart sets; leave it out" $one.field $key) -}}
    {{- else if and (eq $one.field "pod.annotations") (hasPrefix "dapr.io/" $key) -}}
      {{- $wrong = append $wrong (printf "pod.annotations has %s; write it in dapr.annotations, for the pods with a sidecar" $key) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toYaml $wrong -}}
{{- end -}}
