#!/usr/bin/env bash
# Starts this server as what it is: the first one of all as the primary, every other as a standby of whoever is primary
# now. One that was primary and missed a failover does not start: it would be a second primary, with another history.
set -euo pipefail

all=(postgres-1 postgres-2 postgres-3)
hosts=$(IFS=,; echo "${all[*]}")
export PGPASSWORD=$POSTGRES_PASSWORD PGCONNECT_TIMEOUT=3
# A standby looks for the primary itself, so a failover changes no setting.
conninfo="host=$hosts user=replicator password=$POSTGRES_PASSWORD application_name=$SERVER target_session_attrs=read-write connect_timeout=3"

other_primary() {
  local host
  for host in "${all[@]}"; do
    [ "$host" = "$SERVER" ] && continue
    [ "$(psql --host="$host" --username=replicator --dbname=postgres --no-psqlrc --tuples-only --no-align \
      --command='select not pg_is_in_recovery()' 2> /dev/null)" = t ] && echo "$host" && return
  done
  return 1
}

run=(postgres -c "cluster_name=$SERVER" -c "primary_conninfo=$conninfo")

if [ -s "$PGDATA/PG_VERSION" ]; then
  if [ ! -e "$PGDATA/standby.signal" ] && primary=$(other_primary); then
    echo "$SERVER was primary, and $primary is now. Remove the volume of $SERVER and it starts again as a standby."
    exit 1
  fi
  exec "${run[@]}"
fi

until primary=$(other_primary); do
  # Nobody has any data: this is the very first start.
  [ "$SERVER" = "${all[0]}" ] && exec docker-entrypoint.sh "${run[@]}"
  echo 'there is no primary yet'
  sleep 2
done
echo "takes all data from $primary"
pg_basebackup --dbname="$conninfo" --pgdata="$PGDATA" --wal-method=stream --checkpoint=fast
touch "$PGDATA/standby.signal"
chmod 0700 "$PGDATA"
exec "${run[@]}"
