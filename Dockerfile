# Two images: `digitizer` (command line, watcher and workers alike) and `minio` (whose makers publish none any more).

FROM golang:1.26-bookworm AS minio-build
COPY scripts/get-minio /build/scripts/get-minio
RUN XDG_CACHE_HOME=/build/cache /build/scripts/get-minio

FROM debian:bookworm-slim AS minio
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 minio && install -d -o minio /blobs
COPY --from=minio-build /build/cache/digitizer/bin/minio /usr/local/bin/minio
USER minio
VOLUME /blobs
EXPOSE 9000
ENTRYPOINT ["minio", "server", "--address", ":9000", "/blobs"]

FROM python:3.12-slim-bookworm AS digitizer
WORKDIR /src
COPY scripts/setup scripts/setup
RUN scripts/setup packages && rm -rf /var/lib/apt/lists/*
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY config config
COPY digitizer digitizer
COPY workers workers
RUN pip install --no-cache-dir --no-build-isolation --no-deps . \
    && useradd --system --uid 10002 --home-dir /data digitizer && install -d -o digitizer /data
USER digitizer
VOLUME /data
WORKDIR /data
ENTRYPOINT ["digitizer"]
