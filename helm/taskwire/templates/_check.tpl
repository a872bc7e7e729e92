{{/* Refuses what the schema cannot: settings that contradict each other. All of it is said at once. */}}
{{- define "taskwire.check" -}}
{{- $root := . -}}
{{- $v := .Values -}}
{{- $parts := include "taskwire.parts" . | fromYaml -}}
{{- $secrets := include "taskwire.secrets" . | fromYaml -}}
{{- $wrong := list -}}
{{- if eq $v.mode "parts" -}}
  {{- if eq $v.database.kind "sqlite" -}}
    {{- $wrong = append $wrong "mode parts needs database.kind: postgres; an SQLite file has one process" -}}
  {{- end -}}
  {{- if and (eq $v.broker.kind "kafka") (not $v.broker.kafka.brokers) -}}
    {{- $wrong = append $wrong "broker.kafka.brokers is empty; write host:port of the brokers" -}}
  {{- end -}}
  {{- if and (eq $v.broker.kind "redis") (not $v.broker.redis.host) -}}
    {{- $wrong = append $wrong "broker.redis.host is empty; write host:port" -}}
  {{- end -}}
  {{- if and (eq $v.state.kind "redis") (not $v.state.redis.host) -}}
    {{- $wrong = append $wrong "state.redis.host is empty; write host:port" -}}
  {{- end -}}
  {{- with $v.parts.chat -}}
    {{- $many := ternary (gt (int .replicas) 1) (gt (int .autoscaling.maxReplicas) 1) (eq .autoscaling.by "none") -}}
    {{- if and .enabled $many (eq $v.state.kind "memory") -}}
      {{- $wrong = append $wrong "several replicas of the chat need state.kind: redis or postgres, or running turns are not found" -}}
    {{- end -}}
  {{- end -}}
  {{- range $part, $_ := $parts -}}
    {{- $scale := (index $v.parts $part).autoscaling -}}
    {{- if and (ne $scale.by "none") (gt (int $scale.minReplicas) (int $scale.maxReplicas)) -}}
      {{- $wrong = append $wrong (printf "parts.%s.autoscaling.minReplicas is above maxReplicas" $part) -}}
    {{- end -}}
    {{- if and (eq $scale.by "lag") (ne $v.broker.kind "kafka") -}}
      {{- $wrong = append $wrong (printf "parts.%s.autoscaling.by: lag needs broker.kind: kafka; use cpu" $part) -}}
    {{- end -}}
  {{- end -}}
  {{- if not $parts -}}
    {{- $wrong = append $wrong "every part is off" -}}
  {{- end -}}
{{- end -}}
{{- if eq $v.mode "single" -}}
  {{- /* Ignoring them would replace an installation with parts by one pod on an empty file. */ -}}
  {{- $given := list -}}
  {{- if $v.broker.kafka.brokers -}}{{- $given = append $given "broker.kafka.brokers" -}}{{- end -}}
  {{- if $v.broker.redis.host -}}{{- $given = append $given "broker.redis.host" -}}{{- end -}}
  {{- if $v.state.redis.host -}}{{- $given = append $given "state.redis.host" -}}{{- end -}}
  {{- if ne $v.state.kind "memory" -}}{{- $given = append $given "state.kind" -}}{{- end -}}
  {{- range $which := list "service" "daprApi" "daprApp" "broker" "state" -}}
    {{- $secret := index $v.secrets $which -}}
    {{- if or $secret.existingSecret $secret.remoteKey $secret.values -}}{{- $given = append $given (printf "secrets.%s" $which) -}}{{- end -}}
  {{- end -}}
  {{- if $given -}}
    {{- $wrong = append $wrong (printf "mode is single, and only parts use %s; give the values file with mode: parts too, such as --values values-doks.yaml --values my-values.yaml" (join ", " $given)) -}}
  {{- end -}}
{{- end -}}
{{- with $v.secrets.database -}}
  {{- if and (eq $v.database.kind "sqlite") (or .existingSecret .remoteKey .values) -}}
    {{- $wrong = append $wrong "database.kind is sqlite, and only postgres uses secrets.database" -}}
  {{- end -}}
{{- end -}}
{{- if and .Release.IsUpgrade (not $v.allowModeChange) -}}
  {{- /* Nothing is found where Helm only renders. */ -}}
  {{- $before := "" -}}
  {{- range (lookup "apps/v1" "Deployment" .Release.Namespace "").items -}}
    {{- $labels := .metadata.labels | default dict -}}
    {{- if and (eq (get $labels "app.kubernetes.io/instance") $root.Release.Name) (eq (get $labels "app.kubernetes.io/name") (include "taskwire.name" $root)) -}}
      {{- $before = ternary "single" "parts" (eq (get $labels "app.kubernetes.io/component") "serve") -}}
    {{- end -}}
  {{- end -}}
  {{- if and $before (ne $before $v.mode) -}}
    {{- $wrong = append $wrong (printf "this release has mode %s, and these values mode %s; the tasks are not moved. Give the values files of before, or allowModeChange: true to start without them" $before $v.mode) -}}
  {{- end -}}
{{- end -}}
{{- range $which, $secret := $secrets -}}
  {{- $given := index $v.secrets $which -}}
  {{- if eq $secret.source "missing" -}}
    {{- $wrong = append $wrong (printf "secrets.%s.existingSecret is empty; name a Secret with %s" $which (join ", " $secret.keys)) -}}
  {{- else if eq $secret.source "values" -}}
    {{- range $key := $secret.keys -}}
      {{- if not (hasKey $given.values $key) -}}
        {{- $wrong = append $wrong (printf "secrets.%s.values has no %s" $which $key) -}}
      {{- end -}}
    {{- end -}}
  {{- else if and (eq $secret.source "external") (not $given.remoteKey) -}}
    {{- $wrong = append $wrong (printf "secrets.%s.remoteKey is empty; write its key in the secret store" $which) -}}
  {{- end -}}
{{- end -}}
{{- if and $v.externalSecrets.enabled (not $v.externalSecrets.store.name) -}}
  {{- $wrong = append $wrong "externalSecrets.store.name is empty" -}}
{{- end -}}
{{- if and (eq $v.migrations.mode "job") (eq $v.database.kind "postgres") -}}
  {{- if ne $secrets.database.source "existing" -}}
    {{- $wrong = append $wrong "migrations.mode: job needs secrets.database.existingSecret; a Secret of this release is not there before it" -}}
  {{- end -}}
{{- end -}}
{{- $sidecar := and (eq $v.mode "parts") (add $v.dapr.blockShutdownSeconds $v.dapr.gracefulShutdownSeconds) | default 0 -}}
{{- $needed := add $v.pod.preStopSeconds 15 $sidecar -}}
{{- if lt (int $v.pod.terminationGracePeriodSeconds) (int $needed) -}}
  {{- $wrong = append $wrong (printf "pod.terminationGracePeriodSeconds is below %d: preStopSeconds, 15 for requests, and the sidecar's shutdown" (int $needed)) -}}
{{- end -}}
{{- if and $v.gateway.enabled (not $v.gateway.parentRefs) -}}
  {{- $wrong = append $wrong "gateway.parentRefs is empty; name the Gateway" -}}
{{- end -}}
{{- if and (or $v.gateway.enabled $v.ingress.enabled) (not $v.config.trustedProxies) -}}
  {{- $wrong = append $wrong "config.trustedProxies is empty; write the networks of the gateway's or the ingress's proxies, such as 10.0.0.0/8, or all people share one address in the limits of requests" -}}
{{- end -}}
{{- if and (or $v.gateway.enabled $v.ingress.enabled) (not $v.hosts) -}}
  {{- $wrong = append $wrong "hosts is empty; write the name under which people reach Taskwire" -}}
{{- end -}}
{{- if and (eq $v.service.type "ClusterIP") (gt (int $v.service.nodePort) 0) -}}
  {{- $wrong = append $wrong "service.nodePort needs service.type: NodePort or LoadBalancer" -}}
{{- end -}}
{{- if and $v.persistence.existingClaim (not $v.persistence.enabled) -}}
  {{- $wrong = append $wrong "persistence.existingClaim needs persistence.enabled" -}}
{{- end -}}
{{- if and (eq $v.mode "parts") $v.persistence.existingClaim -}}
  {{- $wrong = append $wrong "persistence.existingClaim needs mode: single; parts keep nothing on a volume" -}}
{{- end -}}
{{- if and $v.gateway.enabled $v.ingress.enabled -}}
  {{- $wrong = append $wrong "gateway.enabled and ingress.enabled are both true; turn one of them off" -}}
{{- end -}}
{{- range $v.publicPaths -}}
  {{- if and (eq .path "/") (eq .type "Prefix") -}}
    {{- $wrong = append $wrong "publicPaths has / as a Prefix, which makes /healthz public; list the paths, with / as Exact" -}}
  {{- end -}}
{{- end -}}
{{- if and (eq $v.mode "parts") (eq $v.broker.kind "kafka") -}}
  {{- with $v.broker.kafka -}}
    {{- if and .ca (not .tls) -}}
      {{- $wrong = append $wrong "broker.kafka.ca needs broker.kafka.tls: true" -}}
    {{- end -}}
    {{- if ge (include "taskwire.milliseconds" .heartbeat | int64) (include "taskwire.milliseconds" .sessionTimeout | int64) -}}
      {{- $wrong = append $wrong (printf "broker.kafka.heartbeat (%s) is not below sessionTimeout (%s); use a third of it" .heartbeat .sessionTimeout) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- with $v.dapr.appHealth -}}
  {{- if gt (int64 .timeoutMilliseconds) (mul .intervalSeconds 1000) -}}
    {{- $wrong = append $wrong (printf "dapr.appHealth.timeoutMilliseconds (%d) is above intervalSeconds (%d)" (int64 .timeoutMilliseconds) (int64 .intervalSeconds)) -}}
  {{- end -}}
{{- end -}}
{{- with $v.monitoring.podMonitor -}}
  {{- if and .enabled (gt (include "taskwire.milliseconds" .scrapeTimeout | int64) (include "taskwire.milliseconds" .interval | int64)) -}}
    {{- $wrong = append $wrong (printf "monitoring.podMonitor.scrapeTimeout (%s) is above interval (%s)" .scrapeTimeout .interval) -}}
  {{- end -}}
{{- end -}}
{{- if eq $v.mode "parts" -}}
  {{- range $part, $_ := $parts -}}
    {{- $knobs := index $v.parts $part -}}
    {{- /* Kubernetes takes the limit where there is no request. */ -}}
    {{- $cpu := default (dig "limits" "cpu" "" $knobs.resources) (dig "requests" "cpu" "" $knobs.resources) -}}
    {{- if and (eq $knobs.autoscaling.by "cpu") (not (regexMatch "[1-9]" $cpu)) -}}
      {{- $wrong = append $wrong (printf "parts.%s.autoscaling.by: cpu needs parts.%s.resources.requests.cpu, such as 200m" $part $part) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $wrong = concat $wrong (include "taskwire.checkVariables" . | fromYamlArray) (include "taskwire.checkMetadata" . | fromYamlArray) -}}
{{- if $wrong -}}
  {{- fail (printf "\n\nThe values do not fit together:\n\n  - %s\n" (join "\n  - " $wrong)) -}}
{{- end -}}
{{- end -}}
