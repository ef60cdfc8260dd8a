{{/*
What the chart knows of the stages it reads in pipeline.yaml, and nowhere else. Templates can hand on text only, so
each of these gives YAML, to be read with fromYaml.
*/}}

{{/* The file as it is: the one that came with the chart, or the text in `pipeline`. */}}
{{- define "chat4all.pipelineText" -}}
{{- .Values.pipeline | default (.Files.Get "pipeline.yaml") -}}
{{- end -}}

{{/* The file, with what a channel that is `like` another has beside it (topology/pipeline/wired-alike.ts). */}}
{{- define "chat4all.pipeline" -}}
{{- $file := include "chat4all.pipelineText" . | fromYaml -}}
{{- if hasKey $file "Error" -}}
{{- fail (printf "pipeline.yaml cannot be read as YAML: %s. Run `chat4all check` on it." $file.Error) -}}
{{- end -}}
{{- if not $file.stages -}}
{{- fail "pipeline.yaml has no stages. Run `chat4all check` on it." -}}
{{- end -}}
{{- range $name, $channel := $file.channels -}}
{{- if $channel.like -}}
{{- $suffix := printf ".%s" $channel.like -}}
{{- range $section := list $file.topics $file.stages -}}
{{- range $id, $one := deepCopy $section -}}
{{- $twin := printf "%s.%s" (trimSuffix $suffix $id) $name -}}
{{- if and (hasSuffix $suffix $id) (not (hasKey $section $twin)) -}}
{{- $_ := set $section $twin ($one | toYaml | replace $suffix (printf ".%s" $name) | fromYaml) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $file -}}
{{- end -}}

{{/* What a stage and a topic have unless they say otherwise: `defaults`, and over them the cluster's profile. */}}
{{- define "chat4all.defaults" -}}
{{- $file := include "chat4all.pipeline" . | fromYaml -}}
{{- $profile := dig "profiles" "cluster" dict $file -}}
{{- mergeOverwrite (deepCopy ($file.defaults | default dict)) (deepCopy $profile) | toYaml -}}
{{- end -}}

{{/* A figure of the file: ${NAME:-12} is what `settings` has for NAME, or else 12. */}}
{{- define "chat4all.figure" -}}
{{- $text := toString .value -}}
{{- $reference := `^\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}$` -}}
{{- if regexMatch $reference $text -}}
{{- $name := regexReplaceAll $reference $text "${1}" -}}
{{- $text = get .settings $name | toString | default (regexReplaceAll $reference $text "${3}") -}}
{{- end -}}
{{- if not (regexMatch `^[0-9]+$` $text) -}}
{{- fail (printf "pipeline.yaml: %s is '%v', and the chart needs a number there: write one, or set its variable in `settings`" .what .value) -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{/* 500ms, 20s, 15m, 24h or 7d in whole seconds, rounded up. */}}
{{- define "chat4all.seconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 -}}
{{- if not (regexMatch `^[0-9]+(ms|s|m|h|d)$` .) -}}
{{- fail (printf "pipeline.yaml: '%s' is not a duration. Run `chat4all check` on it." .) -}}
{{- end -}}
{{- $ms := mul (regexFind `^[0-9]+` .) (get $units (regexFind `[a-z]+$` .)) -}}
{{- div (add $ms 999) 1000 -}}
{{- end -}}

{{/* The names of the topics on an edge: `a`, `[a, b]`, `{ from: a }`; inline edges are no topics. */}}
{{- define "chat4all.edgeTopics" -}}
{{- if kindIs "string" . }}
- {{ . }}
{{- else if kindIs "slice" . }}
{{- range . }}{{ include "chat4all.edgeTopics" . }}{{ end }}
{{- else if ne (get . "edge" | default "topic") "inline" }}
- {{ .from }}
{{- end }}
{{- end -}}

{{/* Whether one of the edges is inline: the stage then runs in the process of the stage before it. */}}
{{- define "chat4all.isInline" -}}
{{- if kindIs "slice" . -}}
{{- range . }}{{ include "chat4all.isInline" . }}{{ end -}}
{{- else if kindIs "map" . -}}
{{- if hasKey . "from" -}}
{{- if eq (get . "edge" | default "topic") "inline" }}inline{{ end -}}
{{- else -}}
{{- range . }}{{ include "chat4all.isInline" . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Every topic that a stage reads, whichever way `in` is written. */}}
{{- define "chat4all.inputTopics" -}}
{{- if and (kindIs "map" .) (not (hasKey . "from")) -}}
{{- range . }}{{ include "chat4all.edgeTopics" . }}{{ end -}}
{{- else -}}
{{- include "chat4all.edgeTopics" . -}}
{{- end -}}
{{- end -}}

{{/*
All stages that get a Deployment, as a map by id: name (of the objects), topics (it reads), group, use, partitions, drain
in seconds, and scale with `min`, `max` (at most as many as there are partitions) and `lagSeconds`. What `stages`
in the values says of a stage wins.
*/}}
{{- define "chat4all.stages" -}}
{{- $root := . -}}
{{- $file := include "chat4all.pipeline" . | fromYaml -}}
{{- $defaults := include "chat4all.defaults" . | fromYaml -}}
{{- range $id, $_ := .Values.stages -}}
{{- if not (hasKey $file.stages $id) -}}
{{- fail (printf "stages.%s: pipeline.yaml has no stage of that name. It has: %s." $id (keys $file.stages | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- $found := dict -}}
{{- range $id, $stage := $file.stages -}}
{{- if not (include "chat4all.isInline" $stage.in) -}}
{{- $topics := include "chat4all.inputTopics" $stage.in | fromYamlArray -}}
{{- range $name, $channel := $file.channels -}}
{{- range ternary $topics list (not (empty $channel.like)) -}}
{{- $twin := printf "%s.%s" (trimSuffix (printf ".%s" $channel.like) .) $name -}}
{{- if and (hasSuffix (printf ".%s" $channel.like) .) (not (has $twin $topics)) -}}
{{- $topics = append $topics $twin -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $partitions := 0 -}}
{{- range $topics -}}
{{- $topic := get $file.topics . -}}
{{- $written := coalesce $topic.partitions (dig "topic" "partitions" nil $defaults) 12 -}}
{{- $count := include "chat4all.figure" (dict "value" $written "what" (printf "partitions of %s" .) "settings" $root.Values.settings) | int -}}
{{- $partitions = max $partitions $count -}}
{{- end -}}
{{- $scale := mergeOverwrite (dict "min" 1 "max" 12 "lagSeconds" 10) (deepCopy (dig "stage" "scale" dict $defaults)) ($stage.scale | default dict) (dig $id "scale" dict $root.Values.stages) -}}
{{- $figure := dict "settings" $root.Values.settings -}}
{{- range $key, $value := $scale -}}
{{- $_ := set $scale $key (include "chat4all.figure" (merge (dict "value" $value "what" (printf "scale.%s of %s" $key $id)) $figure) | int) -}}
{{- end -}}
{{- $most := min $scale.max $partitions -}}
{{- $one := dict
  "name" (printf "%s-%s" (include "chat4all.fullname" $root) (lower $id | replace "." "-" | replace "_" "-") | trunc 63 | trimSuffix "-")
  "use" $stage.use
  "topics" $topics
  "group" (printf "%s.%s" $file.name $id)
  "partitions" $partitions
  "min" (min $scale.min $most)
  "max" $most
  "lagSeconds" $scale.lagSeconds
  "drain" (include "chat4all.seconds" ($stage.drain | default (dig "stage" "drain" "20s" $defaults)) | int) -}}
{{- $_ := set $found $id $one -}}
{{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}
