{{/* The environment of a part; (dict "root" $ "part" NAME "is" PART "secrets" SECRETS). Each name appears once. */}}
{{- define "taskwire.env" -}}
{{- $root := .root -}}
{{- $v := .root.Values -}}
{{- $secrets := .secrets -}}
{{- $is := .is -}}
{{- $knobs := include "taskwire.knobs" . | fromYaml -}}
{{- $plain := dict "TASKWIRE_INTERNAL_LISTEN" (printf "%s:%s" $v.pod.listen (include "taskwire.internalPort" $root)) -}}
{{- with $is.port -}}{{- $_ := set $plain "TASKWIRE_LISTEN" (printf "%s:%d" $v.pod.listen (int .)) -}}{{- end -}}
{{- if and $is.database (has .part (list "api" "serve")) -}}
  {{- /* An init container, a job or somebody else did that. */ -}}
  {{- $_ := set $plain "TASKWIRE_NO_MIGRATE" "1" -}}
{{- end -}}
{{- if $is.pubsub -}}
  {{- $_ := set $plain "TASKWIRE_BUS" "dapr" -}}
  {{- $_ := set $plain "TASKWIRE_PUBSUB" "taskpubsub" -}}
{{- end -}}
{{- if and (eq .part "chat") (ne $v.state.kind "memory") -}}
  {{- $_ := set $plain "TASKWIRE_STATE" "dapr" -}}
  {{- $_ := set $plain "TASKWIRE_STATE_STORE" "taskstate" -}}
{{- end -}}
{{- range $other := $is.calls -}}
  {{- $target := dict "root" $root "part" $other -}}
  {{- /* The front door does not need Dapr to pass requests on. */ -}}
  {{- $url := ternary (include "taskwire.serviceUrl" $target) (include "taskwire.url" $target) (eq $is.appId "task-api") -}}
  {{- $_ := set $plain (printf "TASKWIRE_%s_URL" (upper $other)) (ternary (printf "%s/mcp" $url) $url (eq $other "mcp")) -}}
{{- end -}}
{{- $secret := dict -}}
{{- if $is.database -}}
  {{- $_ := set $secret "TASKWIRE_DATABASE_URL" (dict "which" "database" "key" "url") -}}
{{- end -}}
{{- if $is.service -}}{{- $_ := set $secret "TASKWIRE_SERVICE_TOKEN" (dict "which" "service" "key" "token") -}}{{- end -}}
{{- if $is.sidecar -}}{{- $_ := set $secret "DAPR_API_TOKEN" (dict "which" "daprApi" "key" "token") -}}{{- end -}}
{{- if $is.appToken -}}{{- $_ := set $secret "APP_API_TOKEN" (dict "which" "daprApp" "key" "token") -}}{{- end -}}
{{- if and $is.model (hasKey $secrets "model") -}}{{- $_ := set $secret "TASKWIRE_MODEL_API_KEY" (dict "which" "model" "key" "api-key") -}}{{- end -}}
{{- if and $is.mail (hasKey $secrets "smtp") -}}
  {{- $_ := set $plain "TASKWIRE_MAIL_FROM" $v.config.mail.from -}}
  {{- $_ := set $secret "TASKWIRE_SMTP_URL" (dict "which" "smtp" "key" "url") -}}
{{- end -}}
{{- range $name, $value := $knobs.env -}}
  {{- $_ := unset $secret $name -}}
  {{- $_ := set $plain $name $value -}}
{{- end -}}
{{- range $name, $value := $plain }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $from := $secret }}
{{ include "taskwire.secretEnv" (dict "secrets" $secrets "which" $from.which "key" $from.key "env" $name) }}
{{- end }}
{{- end -}}

{{- define "taskwire.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "taskwire.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/* Requests and limits without the empty ones. */}}
{{- define "taskwire.resources" -}}
{{- range $kind, $amounts := . }}
{{ $kind }}:
  {{- range $name, $amount := $amounts }}
  {{- if $amount }}
  {{ $name }}: {{ $amount | quote }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Brings the schema of a Postgres up to date. It never has a sidecar. (dict "root" $ "secrets" SECRETS) */}}
{{- define "taskwire.migrate" -}}
- name: migrate
  image: {{ include "taskwire.image" .root | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: [migrate]
  env:
    - name: TASKWIRE_DATA_DIR
      value: /data
    - name: TASKWIRE_LOG
      value: {{ .root.Values.config.log | quote }}
    {{- include "taskwire.secretEnv" (dict "secrets" .secrets "which" "database" "key" .root.Values.migrations.databaseKey "env" "TASKWIRE_DATABASE_URL") | nindent 4 }}
  resources:
    requests: { cpu: 50m, memory: 64Mi }
    limits: { memory: 256Mi }
  securityContext:
    {{- include "taskwire.containerSecurity" .root | nindent 4 }}
  volumeMounts:
    - { name: tmp, mountPath: /tmp }
{{- end -}}

{{/* What the injector of Dapr's sidecar reads; (dict "root" $ "is" PART "secrets" SECRETS). */}}
{{- define "taskwire.daprAnnotations" -}}
{{- $dapr := .root.Values.dapr -}}
{{- $all := dict
    "dapr.io/enabled" "true"
    "dapr.io/app-id" .is.appId
    "dapr.io/config" "taskwire"
    "dapr.io/api-token-secret" .secrets.daprApi.name
    "dapr.io/app-token-secret" .secrets.daprApp.name
    "dapr.io/enable-native-sidecar" ($dapr.nativeSidecar | toString)
    "dapr.io/disable-builtin-k8s-secret-store" "true"
    "dapr.io/max-body-size" $dapr.maxBodySize
    "dapr.io/log-level" $dapr.logLevel
    "dapr.io/log-as-json" "true"
    "dapr.io/enable-metrics" "true"
    "dapr.io/metrics-port" "9090"
    "dapr.io/block-shutdown-duration" (printf "%ds" (int $dapr.blockShutdownSeconds))
    "dapr.io/graceful-shutdown-seconds" ($dapr.gracefulShutdownSeconds | toString) -}}
{{- /* The relay publishes alone: its sidecar has nothing to call. */ -}}
{{- with .is.port -}}
  {{- $all = merge $all (dict
      "dapr.io/app-port" (toString .)
      "dapr.io/app-protocol" "http"
      "dapr.io/enable-app-health-check" "true"
      "dapr.io/app-health-check-path" "/healthz"
      "dapr.io/app-health-probe-interval" ($dapr.appHealth.intervalSeconds | toString)
      "dapr.io/app-health-probe-timeout" ($dapr.appHealth.timeoutMilliseconds | toString)
      "dapr.io/app-health-threshold" ($dapr.appHealth.threshold | toString)) -}}
{{- end -}}
{{- range $kind, $amounts := $dapr.resources -}}
  {{- range $name, $amount := $amounts -}}
    {{- if $amount -}}{{- $_ := set $all (printf "dapr.io/sidecar-%s-%s" $name (trimSuffix "s" $kind)) $amount -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- if $dapr.image -}}{{- $_ := set $all "dapr.io/sidecar-image" $dapr.image -}}{{- end -}}
{{- toYaml $all -}}
{{- end -}}

{{/* The labels that the chart gives to pods of a part; without its version, which changes more often than pods have to. */}}
{{- define "taskwire.podLabels" -}}
{{ include "taskwire.partSelector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end -}}

{{/* The annotations that the chart gives to pods of a part; (dict "root" $ "part" NAME "is" PART "secrets" SECRETS). */}}
{{- define "taskwire.podAnnotations" -}}
kubectl.kubernetes.io/default-container: taskwire
checksum/config: {{ include (print .root.Template.BasePath "/configmap.yaml") .root | sha256sum | quote }}
checksum/secrets: {{ include (print .root.Template.BasePath "/secrets.yaml") .root | sha256sum | quote }}
{{- if .is.sidecar }}
{{ include "taskwire.daprAnnotations" . }}
{{- end }}
{{- end -}}
