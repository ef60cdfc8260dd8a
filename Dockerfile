# syntax=docker/dockerfile:1
# The hub as one small image: every stage, the gateway and the commands are the same program with other arguments.
#
# What is in it: the C library and certificates of a distroless Debian, Node 24 (the binary that package.json pins),
# the packages the program needs to run, the program's sources, which Node runs as they are, and what it compiles of them. About 250 MB unpacked,
# of which Node is 121.
# What is not: a shell, a package manager, a compiler, npm, tests, and anything that only development needs.

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The lock file says what, and the checksums that it must have.
RUN npm ci --omit=dev --no-audit --no-fund \
    # Node's package brings an npm and headers along; its binary is all that runs.
    && find node_modules/node -mindepth 1 -maxdepth 1 ! -name bin -exec rm -rf {} + \
    # For editors and debuggers.
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

# Types stripped, code compiled: bin/compile.js says what for, bin/image.js who can use it. The flags are those of the ENTRYPOINT.
FROM packages AS compiled
COPY . .
RUN install --directory --owner=65532 --group=65532 compiled
USER 65532:65532
RUN ["/app/node_modules/node/bin/node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=64", "/app/bin/compile.js"]

FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="chat4all" \
      org.opencontainers.image.description="A messaging hub as a declared stream pipeline" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE pipeline.yaml pipeline.fused.yaml ./
COPY bin ./bin
COPY cli ./cli
COPY connectors ./connectors
COPY domain ./domain
COPY gateway ./gateway
COPY proto ./proto
COPY schemas ./schemas
COPY stages ./stages
COPY storage ./storage
COPY topology ./topology
COPY --from=compiled --chown=65532:65532 /app/compiled ./compiled
# 65532: `nonroot` of the base image, as a number, so that Kubernetes sees that it is not root.
USER 65532:65532
ENV NODE_ENV=production \
    C4A_HOST=0.0.0.0 \
    C4A_HTTP_PORT=8080 \
    C4A_GRPC_PORT=50051
EXPOSE 8080 50051
# The flags are those of bin/node24.js. No init beside it: the program is the only process, and ends on SIGTERM.
ENTRYPOINT ["/app/node_modules/node/bin/node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=64", "/app/bin/image.js"]
CMD ["--help"]
STOPSIGNAL SIGTERM
# Kubernetes has probes of its own.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["/app/node_modules/node/bin/node", "/app/bin/healthcheck.js"]
