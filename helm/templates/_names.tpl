{{- define "chat4all.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a component's pods are found by; never changes, since a Deployment's selector cannot. */}}
{{- define "chat4all.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "chat4all.labels" -}}
{{ include "chat4all.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "chat4all.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "chat4all.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "chat4all.fullname" .) -}}
{{- end -}}

{{- define "chat4all.secret" -}}
{{- if .Values.secrets.external.enabled -}}
{{- include "chat4all.fullname" . -}}
{{- else -}}
{{- .Values.secrets.existingSecret | required "secrets.existingSecret is not set: name a Secret that holds C4A_POSTGRES_URLS, C4A_REDIS_URL, C4A_ID_SECRET and C4A_BOOTSTRAP_KEY (docs/deployment.md), or let secrets.external make it" -}}
{{- end -}}
{{- end -}}
