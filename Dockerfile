# syntax=docker/dockerfile:1

# The one image of Taskwire: the binary, with the page in it, on a base without a shell. Every part is a command of it.
#
#   docker build --tag taskwire --build-arg COMMIT="$(git rev-parse --short=12 HEAD)" .
#
# Each architecture is built on a machine of its own kind, so nothing here is cross-compiled. Base images are pinned by
# the digest of their index, which has both architectures; Dependabot proposes newer ones.

FROM node:24-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe AS page
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts
COPY web ./
# A test of the page, whose types are checked too, reads the cases of another.
COPY crates/domain/testdata /src/crates/domain/testdata
RUN --network=none npm run build

FROM rust:1.98.0-trixie@sha256:7f7a53a25a0319dd8284e279d529d45759cb384d59b14cc6806132910f45522e AS build
# Puts the list of crates into the binary, so that a scanner can read it from the finished image.
RUN cargo install --locked cargo-auditable@0.7.7
WORKDIR /src
COPY . .
RUN cargo fetch --locked
COPY --from=page /src/web/dist web/dist
ARG COMMIT=
RUN --network=none TASKWIRE_COMMIT="$COMMIT" cargo auditable build --locked --offline --release --package taskwire
# The data folder, owned by the user below: a new volume mounted on it takes its owner over.
RUN mkdir /data

# glibc, CA roots and time zones; no shell, no package manager. It carries the user 65532, "nonroot".
FROM gcr.io/distroless/cc-debian13:nonroot@sha256:54df941ed0d06a1bd95ef5e0ce391fd8d9f94b64782dc9a60062727849ee3f97
ARG COMMIT=
ARG VERSION=
LABEL org.opencontainers.image.title="Taskwire" \
      org.opencontainers.image.description="A task server for AI chat: REST, MCP, a chatbot and a web page" \
      org.opencontainers.image.licenses="Apache-2.0" \
      io.modelcontextprotocol.server.name="io.github.taskwire/taskwire" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$COMMIT"
COPY --from=build /src/target/release/taskwire /usr/local/bin/taskwire
COPY --from=build --chown=65532:65532 --chmod=0700 /data /data
# Each part listens on its usual port, on every address of its container.
ENV TASKWIRE_DATA_DIR=/data \
    TASKWIRE_LISTEN=0.0.0.0
# Numeric, so that Kubernetes can tell that it is not root.
USER 65532:65532
WORKDIR /data
EXPOSE 8484
ENTRYPOINT ["/usr/local/bin/taskwire"]
CMD ["serve"]
