#!/usr/bin/env bash
# Follows whichever server is primary. The first time it takes all of that server's data.
set -euo pipefail

hosts=postgres-1,postgres-2,postgres-3
conninfo="host=$hosts user=replicator password=$POSTGRES_PASSWORD application_name=$STANDBY target_session_attrs=read-write connect_timeout=3"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  until pg_basebackup --dbname="$conninfo" --pgdata="$PGDATA" --wal-method=stream --checkpoint=fast; do
    echo 'there is no primary yet'
    sleep 2
  done
  touch "$PGDATA/standby.signal"
fi
chmod 0700 "$PGDATA"
exec postgres -c "cluster_name=$STANDBY" -c "primary_conninfo=$conninfo"
