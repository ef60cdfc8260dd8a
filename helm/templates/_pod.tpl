{{/* Settings that are no secret, with those that the chart itself knows. */}}
{{- define "chat4all.settings" -}}
{{- $_ := .Values.settings.C4A_KAFKA_BROKERS | required "settings.C4A_KAFKA_BROKERS is not set: name Kafka's brokers, host:port,host:port" -}}
{{- $_ = .Values.settings.C4A_REGISTRY_URL | required "settings.C4A_REGISTRY_URL is not set: give the address of the schema registry" -}}
C4A_PIPELINE: /etc/chat4all/pipeline.yaml
C4A_HOST: 0.0.0.0
C4A_HTTP_PORT: "8080"
C4A_GRPC_PORT: "50051"
C4A_DRAIN_DELAY_MS: {{ mul .Values.drainDelaySeconds 1000 | toString | quote }}
{{- if .Values.simulator.enabled }}
C4A_SIMULATOR_URL: {{ printf "http://%s-simulator:8090" (include "chat4all.fullname" .) }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{- if ne (toString $value) "" }}
{{ $name }}: {{ toString $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "chat4all.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "chat4all.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/*
A pod of a stage or of the gateway: root, component, args, options (stageDefaults with what one stage has of its own, or
gateway), grace in seconds, grpc (whether it serves that too).
*/}}
{{- define "chat4all.pod" -}}
{{- $root := .root -}}
metadata:
  labels:
    {{- include "chat4all.labels" (dict "root" $root "component" .component) | nindent 4 }}
    {{- with .options.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    # A new file or new settings are a new rollout.
    checksum/config: {{ printf "%s%s" (include "chat4all.pipelineText" $root) (include "chat4all.settings" $root) | sha256sum }}
    {{- with .options.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  serviceAccountName: {{ include "chat4all.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .grace }}
  securityContext: {{- include "chat4all.podSecurity" . | nindent 4 }}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .options.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .options.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .options.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .options.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $root.Values.topologySpread.enabled }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: {{ $root.Values.topologySpread.whenUnsatisfiable }}
      labelSelector:
        matchLabels: {{- include "chat4all.selector" (dict "root" $root "component" $.component) | nindent 10 }}
      # The pods of one rollout among themselves: those that it replaces do not count.
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .container }}
      image: {{ include "chat4all.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: {{- toYaml .args | nindent 8 }}
      envFrom:
        - configMapRef: { name: {{ include "chat4all.fullname" $root }} }
        - secretRef: { name: {{ include "chat4all.secret" $root }} }
      {{- with .options.env }}
      env: {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - { name: http, containerPort: 8080 }
        {{- if .grpc }}
        - { name: grpc, containerPort: 50051 }
        {{- end }}
      # Time to find the servers and to join the group; from then on the others count.
      startupProbe:
        httpGet: { path: /live, port: http }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /live, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /ready, port: http }
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 1
      resources: {{- toYaml .options.resources | nindent 8 }}
      securityContext: {{- include "chat4all.containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: pipeline, mountPath: /etc/chat4all, readOnly: true }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: pipeline
      configMap: { name: {{ include "chat4all.fullname" $root }}-pipeline }
    - name: tmp
      emptyDir: { sizeLimit: 512Mi }
{{- end -}}
