# One image for web, worker, beat and sealer; built from the same lock files as everything else.
FROM node:24-bookworm-slim AS assets
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN node build.mjs

FROM python:3.13-slim-bookworm
# A demo listens to others only when it is told so.
ENV APP_ENV=production PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --system --create-home --uid 10001 --user-group participatie \
    && useradd --system --no-create-home --uid 10002 --gid participatie sealer
WORKDIR /app
COPY requirements/build.txt requirements/run.txt requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: \
    -r requirements/build.txt -r requirements/run.txt
COPY pyproject.toml README.md ./
COPY migrations/ migrations/
COPY participatie/ participatie/
COPY --from=assets /build/participatie/theming/static/dist participatie/theming/static/dist
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && pybabel compile -d participatie/translations
RUN install -d -o participatie -g participatie -m 0700 /data \
    && install -d -o sealer -g participatie -m 0700 /keys \
    && install -d -o sealer -g participatie -m 0750 /sealer/box /sealer/count
USER participatie
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:participatie.web", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--no-control-socket"]
