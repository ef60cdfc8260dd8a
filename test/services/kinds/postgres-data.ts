import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from '../plan.ts'
import { debianEnvironment } from '../programs/debian.ts'
import { runProgram } from '../programs/run-program.ts'
import { unprivileged } from '../programs/unprivileged.ts'

/** The data folders of the three servers: how they are made, and made again from the primary's. */
export class PostgresData {
  readonly #plan: Plan
  readonly #signal: AbortSignal

  constructor(plan: Plan, signal: AbortSignal) {
    this.#plan = plan
    this.#signal = signal
  }

  /** Where a server keeps its data. */
  static of(plan: Plan, server: string): string {
    return join(plan.folder, server, 'data')
  }

  /** Whether it starts as a standby. */
  isStandby(server: string): boolean {
    return existsSync(join(PostgresData.of(this.#plan, server), 'standby.signal'))
  }

  /** Empty databases: the first server is the primary, the others are copies that follow. */
  async create(primary: string, standbys: readonly string[]): Promise<void> {
    for (const server of [primary, ...standbys]) {
      const folder = join(this.#plan.folder, server)
      mkdirSync(folder, { mode: 0o711 })
      const user = unprivileged()
      if (user) chownSync(folder, user.uid, user.gid)
    }
    const data = PostgresData.of(this.#plan, primary)
    // Whoever reaches the port is on this machine, and the data are made up.
    const setting = ['--auth=trust', '--username=c4a', '--encoding=UTF8', '--no-locale']
    await this.#run(this.#own('initdb'), [...setting, '--no-sync', '--pgdata', data])
    const ports = Object.values(this.#plan.ports).map(({ sql }) => sql)
    this.#write(
      join(data, 'postgresql.auto.conf'),
      configuration(ports, Object.keys(this.#plan.ports)),
    )
    for (const standby of standbys) {
      // The same cluster at the same point, as a base backup would bring it.
      await this.#run('cp', ['-a', data, PostgresData.of(this.#plan, standby)])
      this.#follow(standby)
    }
  }

  /** Throws away what a server has and takes all of it from the primary: it missed a failover. */
  async rebuild(server: string, primary: string): Promise<void> {
    const data = PostgresData.of(this.#plan, server)
    await this.giveBack(server)
    rmSync(data, { recursive: true, force: true })
    const port = String(this.#plan.ports[primary]?.['sql'])
    const from = ['--host=127.0.0.1', '--port', port, '--username=c4a', '--checkpoint=fast']
    await this.#run(this.#own('pg_basebackup'), [...from, '--no-sync', '--pgdata', data])
    this.#follow(server)
  }

  /**
   * The few bytes of System V memory by which a killed server would be told from a running one at its next
   * start. There is none, and they would stay until the machine does.
   */
  async giveBack(server: string): Promise<void> {
    const file = join(PostgresData.of(this.#plan, server), 'postmaster.pid')
    if (!existsSync(file)) return
    // Line 7: key and id.
    const id = readFileSync(file, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1]
    if (id !== undefined) await this.#run('ipcrm', ['-m', id]).catch(() => {})
  }

  #follow(server: string): void {
    this.#write(join(PostgresData.of(this.#plan, server), 'standby.signal'), '')
  }

  #write(file: string, text: string): void {
    writeFileSync(file, text)
    const user = unprivileged()
    if (user) chownSync(file, user.uid, user.gid)
  }

  #own(program: string): string {
    return join(this.#plan.programs['folder'] ?? '', program)
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    const { programs, folder } = this.#plan
    await runProgram(program, args, {
      signal: this.#signal,
      cwd: folder,
      environment: debianEnvironment(programs),
      ...unprivileged(),
    })
  }
}

/** The same for all: who is primary is told by `standby.signal` alone, so a failover changes no setting. */
function configuration(ports: readonly unknown[], servers: readonly string[]): string {
  const hosts = ports.map(() => '127.0.0.1').join()
  const settings = {
    listen_addresses: '127.0.0.1',
    // A path of ours may be longer than a socket's name can be.
    unix_socket_directories: '',
    shared_buffers: '64MB',
    // In the data folder: what is elsewhere would stay when a server is killed.
    dynamic_shared_memory_type: 'mmap',
    max_wal_size: '512MB',

    // Of the others one must have it: the primary is in the list for the day it is not.
    synchronous_standby_names: `ANY 1 (${servers.map((server) => `"${server}"`).join(', ')})`,
    synchronous_commit: 'on',
    hot_standby: 'on',
    primary_conninfo: `host=${hosts} port=${ports.join()} user=c4a target_session_attrs=read-write`,
    // A standby that was away for a while can still catch up.
    wal_keep_size: '512MB',
    // Unless set: 5 s until a standby asks again, 60 s until a silent peer is given up.
    wal_retrieve_retry_interval: '200ms',
    wal_receiver_timeout: '5s',
    wal_sender_timeout: '5s',
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('')
}
