{{/*
Dapr's objects come from files/dapr, which are those of the project's folder dapr/. Here only what differs from
installation to installation is filled in: addresses, and the Secrets of this release.
*/}}

{{/* A component; (dict "root" $ "file" FILE "set" (name to value) "secret" (name to key) "secretName" NAME "drop" LIST
     "scopes" LIST, those of the file if empty). */}}
{{- define "taskwire.component" -}}
{{- $component := .root.Files.Get (printf "files/dapr/%s" .file) | splitList "\n---\n" | first | fromYaml -}}
{{- $set := .set | default dict -}}
{{- $secret := .secret | default dict -}}
{{- $drop := .drop | default list -}}
{{- $secretName := .secretName -}}
{{- $metadata := list -}}
{{- $seen := list -}}
{{- range $entry := $component.spec.metadata -}}
  {{- $seen = append $seen $entry.name -}}
  {{- if has $entry.name $drop -}}
  {{- else if hasKey $set $entry.name -}}
    {{- $metadata = append $metadata (dict "name" $entry.name "value" (index $set $entry.name)) -}}
  {{- else if hasKey $secret $entry.name -}}
    {{- $metadata = append $metadata (dict "name" $entry.name "secretKeyRef" (dict "name" $secretName "key" (index $secret $entry.name))) -}}
  {{- else if not (hasKey $entry "value") -}}
    {{- fail (printf "files/dapr/%s: nothing is known of %s" $.file $entry.name) -}}
  {{- else -}}
    {{- $metadata = append $metadata $entry -}}
  {{- end -}}
{{- end -}}
{{- range $name, $value := $set -}}
  {{- if not (has $name $seen) -}}{{- $metadata = append $metadata (dict "name" $name "value" $value) -}}{{- end -}}
{{- end -}}
{{- range $name, $key := $secret -}}
  {{- if not (has $name $seen) -}}
    {{- $metadata = append $metadata (dict "name" $name "secretKeyRef" (dict "name" $secretName "key" $key)) -}}
  {{- end -}}
{{- end -}}
{{- $_ := set $component.spec "metadata" $metadata -}}
{{- /* A sidecar that does not need a component must be able to start while its server is away. */ -}}
{{- with .scopes -}}{{- $_ := set $component "scopes" . -}}{{- end -}}
{{- $_ := unset $component "auth" -}}
{{- if $secret -}}{{- $_ := set $component "auth" (dict "secretStore" "kubernetes") -}}{{- end -}}
{{- include "taskwire.daprObject" (dict "root" .root "object" $component) -}}
{{- end -}}

{{- define "taskwire.daprObject" -}}
{{- $_ := set .object.metadata "namespace" .root.Release.Namespace -}}
{{- $_ := set .object.metadata "labels" (include "taskwire.labels" .root | fromYaml) -}}
{{- toYaml .object -}}
{{- end -}}
