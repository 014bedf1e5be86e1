# Dateline for a container platform: no root, nothing written outside /data and /tmp.
#   docker build -t dateline . && docker run --read-only --tmpfs /tmp -p 3000:3000 -v dateline:/data --env-file .env dateline
# A folder of the host in place of the volume has to belong to user 10001.
FROM python:3.12-slim AS build
WORKDIR /build
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin dateline \
    && install -d -o dateline /data /data/feed
COPY --from=build /venv /venv
WORKDIR /app
COPY bot bot
COPY config config
COPY seeds seeds
# MALLOC_ARENA_MAX: else each of some twenty threads gets a heap, which grows to its own peak.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATELINE_DATA=/data \
    DATELINE_FEED_FOLDER=/data/feed
# By number: a platform that refuses root cannot tell who a name is.
USER 10001
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# One role a container with PostgreSQL: `web`, `worker` or `clock` in place of `run`.
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
