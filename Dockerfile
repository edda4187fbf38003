# syntax=docker/dockerfile:1
#
#   docker build -t picket .                                        Picket with its live page
#   docker build --target plugin --output plugin/dist .             the Grafana panel, for a machine without Node
#
# RUN commands name no path outside their WORKDIR: a test runs them in the same order without a container engine.

FROM node:24.19.0-bookworm-slim AS node

# What Picket needs to run, and nothing else.
FROM node AS packages
WORKDIR /src
COPY .npmrc package.json package-lock.json ./
COPY processor/package.json processor/
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts
# Links to the workspace, which is not there in the image.
RUN rm -r node_modules/@picket node_modules/.bin

FROM node AS build
WORKDIR /src
COPY .npmrc package.json package-lock.json ./
COPY processor/package.json processor/
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY processor processor
RUN npm run build
# `picket` in the path, and a folder that volumes take their owner from.
RUN ln -s picket.js processor/bin/picket && mkdir empty

# The Grafana panel, and the live page around it.
FROM build AS panel
WORKDIR /src/plugin
COPY plugin/.npmrc plugin/package.json plugin/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY plugin ./
RUN node host/build.mjs live

FROM scratch AS plugin
COPY --from=panel /src/plugin/dist /

# Node alone out of its image: npm, yarn and what belongs to them stay behind.
FROM debian:bookworm-20260824-slim AS picket
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Picket" \
      org.opencontainers.image.description="Finds port scans, sweeps and known-bad traffic in firewall log lines kept in Grafana Loki." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=node /usr/local/bin/node /usr/local/bin/node
WORKDIR /opt/picket
COPY LICENSE ./
COPY --from=packages /src/node_modules node_modules
COPY --from=build /src/processor/package.json ./
COPY --from=build /src/processor/signatures signatures
COPY --from=build /src/processor/bin bin
COPY --from=build /src/processor/dist dist
COPY --from=panel /src/plugin/dist-live panel
COPY --from=build --chown=10001:10001 /src/empty /var/lib/picket
# Where `picket simulate` writes in the demo; owned here so that a new volume is.
COPY --from=build --chown=10001:10001 /src/empty /var/log/firewall
ENV NODE_ENV=production \
    PATH=/opt/picket/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# A number, so that Kubernetes can tell that it is not root.
USER 10001:10001
# Without stateDir in the configuration the state is in ./picket-state, which is in the volume too.
WORKDIR /var/lib/picket
VOLUME ["/var/lib/picket"]
EXPOSE 9744
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9744/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["picket"]
CMD ["run"]
