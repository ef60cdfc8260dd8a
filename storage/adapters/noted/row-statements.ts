/**
 * The statements for a table of rows by key. Its rows stand in the order in which they came, and an index of hashes finds them. Rows come as a
 * JSON list of lists: hash, key, then the other columns. `jsonb_each` (SQLite 3.51) hands each list on as it was parsed; `json_each` made a text of it
 * again, to be parsed for its columns: a quarter of all that a row cost here.
 */
export function rowStatements(table: string, columns: readonly string[], age: string) {
  const names = columns.map((column) => column.split(' ', 1)[0] ?? '')
  const values = names.map((_, nth) => `each.value ->> ${nth + 2}`)
  const isTheRow = `t.hash = each.value ->> 0 and t.key = each.value ->> 1`
  const rows = `
      insert into ${table} (hash, key, ${names.join(', ')})
      select each.value ->> 0, each.value ->> 1, ${values.join(', ')} from jsonb_each(?1) as each`
  return {
    schema: [
      `create table if not exists ${table} (
        id integer primary key,
        hash integer not null,
        key text not null,
        ${columns.join(', ')}
      ) strict`,
      `create index if not exists ${table}_hash on ${table} (hash)`,
      `create index if not exists ${table}_age on ${table} (${age})`,
    ],
    select: `
      select t.key, ${names.map((name) => `t.${name}`).join(', ')}
      from jsonb_each(?1) as each cross join ${table} as t on ${isTheRow}`,
    /** Or more, as those that went leave gaps. Both in one select would walk the table. */
    count: `
      select coalesce((select max(id) from ${table}) - (select min(id) from ${table}) + 1, 0) as rows`,
    /** Hashes above ?1, at most ?2 of them. */
    hashes: `select distinct hash from ${table} where hash > ?1 order by hash limit ?2`,
    update: `
      update ${table} as t set ${names.map((name, nth) => `${name} = ${values[nth]}`).join(', ')}
      from jsonb_each(?1) as each where ${isTheRow}`,
    /** Those that are not there. */
    insert: `${rows}
      where not exists (select 1 from ${table} as t where ${isTheRow})
      order by each.value ->> 0`,
    /** Of which none is there. */
    add: `${rows}
      order by each.value ->> 0`,
    remove: `
      delete from ${table} where id in (
        select t.id from jsonb_each(?1) as each cross join ${table} as t on ${isTheRow})`,
    /** Those of a lower age than ?1, at most ?2 of them. */
    prune: `
      delete from ${table} where id in (
        select id from ${table} where ${age} < ?1 order by ${age} limit ?2)`,
  }
}
