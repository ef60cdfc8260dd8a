#!/usr/bin/env bash
# Runs once, when the first server's data are made: lets the standbys in, and makes the registry's database.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE replicator REPLICATION LOGIN PASSWORD :'password';
CREATE DATABASE registry;
-- The same on every server, whoever is primary: a commit is on one of the others before it is acknowledged. Written
-- down here and in force from the next start, since nobody could confirm what comes before.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 ("postgres-1", "postgres-2", "postgres-3")';
ALTER SYSTEM SET wal_keep_size = '1GB';
ALTER SYSTEM SET wal_receiver_timeout = '5s';
ALTER SYSTEM SET wal_sender_timeout = '5s';
SQL
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
