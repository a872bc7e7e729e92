{{/*
The parts that run, as YAML: what each is started with, and what it needs. Each has the internal port in addition, with
probes and metrics.

  args      the command of the image's program
  port      where it listens for others; the relay for nobody
  appId     its name for Dapr
  sidecar   whether it has a Dapr sidecar
  pubsub    whether that sidecar uses the broker
  database, service, appToken, model, mail   which secrets it is given
  sends     whether it sends messages to people
  calls     the parts that it calls
  topic     what a consumer reads
*/}}
{{- define "taskwire.internalPort" -}}8489{{- end -}}

{{- define "taskwire.parts" -}}
{{- $v := .Values -}}
{{- $invoke := $v.dapr.invoke -}}
{{- $sharedTurns := ne $v.state.kind "memory" -}}
{{- $parts := dict -}}
{{- if eq $v.mode "single" -}}
  {{- $_ := set $parts "serve" (dict "args" (list "serve") "port" 8484 "database" (eq $v.database.kind "postgres") "model" true
      "mail" true "sends" true) -}}
{{- else -}}
  {{- $relays := not $v.parts.relay.enabled -}}
  {{- $_ := set $parts "api" (dict "args" (list "api") "port" 8484 "appId" "task-api" "sidecar" (or $relays $invoke) "pubsub" $relays
      "database" true "service" true "mail" true "calls" (list "mcp" "chat")) -}}
  {{- $_ := set $parts "relay" (dict "args" (list "relay") "appId" "task-relay" "sidecar" true "pubsub" true "database" true) -}}
  {{- $_ := set $parts "mcp" (dict "args" (list "mcp") "port" 8485 "appId" "task-mcp" "sidecar" $invoke
      "service" true "calls" (list "api")) -}}
  {{- $_ := set $parts "chat" (dict "args" (list "chat") "port" 8486 "appId" "task-chat" "sidecar" (or $invoke $sharedTurns) "model" true
      "calls" (list "api" "mcp")) -}}
  {{- range $part, $topic := dict "audit" "task-events" "recurrence" "task-updates" "reminder" "reminders" -}}
    {{- $_ := set $parts $part (dict "args" (list "consumer" $part) "port" 8487 "appId" (printf "task-%s" $part) "sidecar" true "pubsub" true
        "database" true "service" true "appToken" true "calls" (list "api") "topic" $topic
        "mail" (eq $part "reminder") "sends" (eq $part "reminder")) -}}
  {{- end -}}
  {{- range $part := keys $parts -}}
    {{- if not (index $v.parts $part).enabled -}}{{- $_ := unset $parts $part -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- toYaml $parts -}}
{{- end -}}

{{/* The values of a part; (dict "root" $ "part" NAME). */}}
{{- define "taskwire.knobs" -}}
{{- if eq .part "serve" -}}
{{- toYaml .root.Values.single -}}
{{- else -}}
{{- toYaml (index .root.Values.parts .part) -}}
{{- end -}}
{{- end -}}

{{/* The fewest pods that a part may have. */}}
{{- define "taskwire.fewest" -}}
{{- if eq .part "serve" -}}1
{{- else -}}
{{- $knobs := index .root.Values.parts .part -}}
{{- ternary $knobs.replicas $knobs.autoscaling.minReplicas (eq $knobs.autoscaling.by "none") -}}
{{- end -}}
{{- end -}}

{{/* Where one part calls another; (dict "root" $ "part" NAME). */}}
{{- define "taskwire.url" -}}
{{- if .root.Values.dapr.invoke -}}
{{- printf "dapr://task-%s" .part -}}
{{- else -}}
{{- include "taskwire.serviceUrl" . -}}
{{- end -}}
{{- end -}}

{{- define "taskwire.serviceUrl" -}}
{{- $ports := dict "api" .root.Values.service.port "mcp" 8485 "chat" 8486 -}}
{{- $name := ternary (include "taskwire.fullname" .root) (include "taskwire.partName" .) (eq .part "api") -}}
{{- printf "http://%s:%d" $name (index $ports .part | int) -}}
{{- end -}}

{{/* Names by which parts call each other within the cluster; others are refused. */}}
{{- define "taskwire.allowedHosts" -}}
{{- $root := . -}}
{{- $hosts := .Values.hosts -}}
{{- $full := include "taskwire.fullname" . -}}
{{- range $name := list $full (printf "%s-mcp" $full) (printf "%s-chat" $full) -}}
  {{- $hosts = concat $hosts (list $name (printf "%s.%s" $name $root.Release.Namespace) (printf "%s.%s.svc" $name $root.Release.Namespace)
      (printf "%s.%s.svc.cluster.local" $name $root.Release.Namespace)) -}}
{{- end -}}
{{- $hosts | uniq | join "," -}}
{{- end -}}

{{/* The port of a host:port or a URL. */}}
{{- define "taskwire.portOf" -}}
{{- $scheme := ternary "https" "http" (hasPrefix "https://" .) -}}
{{- $host := . | trimPrefix "https://" | trimPrefix "http://" | splitList "/" | first -}}
{{- $last := splitList ":" $host | last -}}
{{- if regexMatch "^[0-9]+$" $last -}}{{ $last }}{{- else -}}{{ ternary "443" "80" (eq $scheme "https") }}{{- end -}}
{{- end -}}

{{/* A duration such as 1m30s in milliseconds. */}}
{{- define "taskwire.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- $total := 0 -}}
{{- range regexFindAll "[0-9]+[a-z]+" . -1 -}}
  {{- $unit := regexFind "[a-z]+" . -}}
  {{- $total = add $total (mul (trimSuffix $unit . | int64) (index $units $unit)) -}}
{{- end -}}
{{- $total -}}
{{- end -}}
