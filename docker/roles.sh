#!/bin/sh
# Run once, by the postgres image, when the database is new: the two roles and the database.
set -eu
psql --set ON_ERROR_STOP=1 --set owner="$OWNER_PASSWORD" --set web="$WEB_PASSWORD" \
  --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE owner LOGIN PASSWORD :'owner';
CREATE ROLE web LOGIN PASSWORD :'web';
CREATE DATABASE participatie OWNER owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE participatie FROM PUBLIC;
GRANT CONNECT ON DATABASE participatie TO web;
SQL
