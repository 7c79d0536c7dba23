# The sidecar as an image: the compiled package and its production dependencies, nothing that builds or installs.
# Pin the base where builds must repeat: node:24-bookworm-slim@sha256:…

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci --include=dev --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY tools tools
COPY src src
RUN node tools/build.mjs && npm prune --omit=dev --ignore-scripts
# What only compilers, readers, testers, browsers and other machines want. Licences stay.
RUN find dist node_modules -type f ! -iname 'license*' \
      \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' -o -name '*.md' \) -delete \
    && find node_modules -type d \( -name test -o -name tests -o -name benchmarks -o -name docs \) -prune -exec rm -r {} + \
    && find node_modules/classic-level/prebuilds -mindepth 1 -maxdepth 1 \
      ! -name "$(node -p 'process.platform + "-" + process.arch')" -exec rm -r {} + \
    && rm -rf node_modules/.bin node_modules/.package-lock.json node_modules/classic-level/deps \
      node_modules/hono/dist/cjs node_modules/yaml/browser node_modules/zod/src \
    && find node_modules -type d -empty -delete

FROM node:24-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="gen-socket-client" \
      org.opencontainers.image.description="A Phoenix Channels sidecar: pushes over HTTP, events by webhook, SSE, NDJSON or pull." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
ENV NODE_ENV=production
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# No installers beside the program; a folder of its own for what outlives it; and it starts.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
    && install -d -o 65532 -g 65532 -m 0700 /var/lib/phx \
    && node dist/cli/main.js --version
USER 65532:65532
VOLUME /var/lib/phx
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["node", "/app/dist/cli/main.js", "healthcheck"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["run"]
