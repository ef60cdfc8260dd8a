import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connection } from '../../../topology/adapters/kafka/wire/connection.ts'
import { livingNodes } from '../../../topology/adapters/kafka/wire/living-nodes.ts'
import { RollCall } from '../../../topology/adapters/kafka/wire/roll-call.ts'
import { until } from '../../until.ts'
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts'

/** Node 2 leads it, and node 3 when that one is gone. */
const at = { topic: 't', partition: 1 }
const gone = /connection to node 2 was closed: the other brokers say that it is gone/

test('a question to a broker that is gone ends, and connections that asked nothing know who leads now', async () => {
  const cluster = scriptedCluster()
  const { waits, idle } = await connections(cluster)
  cluster.silence('2')
  const question = waits.ask('2', [at], (node) => node.connectionPool.send(livingNodes()))
  cluster.bury('2')
  cluster.asked.length = 0
  await assert.rejects(question, gone)
  await until('it knows who leads', () => idle.leader(at) === '3')
  assert.equal(cluster.asked.includes('2'), false, 'nobody else turned to it')
})

test('connecting to a broker that takes the connection and says nothing ends when it is gone', async () => {
  const cluster = scriptedCluster()
  const { idle } = await connections(cluster)
  cluster.silence('2')
  const question = idle.ask('2', [at], async () => 'an answer')
  cluster.bury('2')
  await assert.rejects(question, gone)
  await until('it knows who leads', () => idle.leader(at) === '3')
})

test('a broker that says nothing and is there goes on to be waited for', async () => {
  const cluster = scriptedCluster()
  const { waits, idle } = await connections(cluster)
  const slow = new Promise((resolve) => setTimeout(resolve, 1_500, 'late'))
  assert.equal(await waits.ask('2', [at], () => slow), 'late')
  assert.equal(idle.leader(at), '2')
})

test('what metadata names no more is told, though nobody waits for it', async () => {
  const cluster = scriptedCluster()
  const { waits, idle } = await connections(cluster)
  cluster.bury('2')
  await waits.refresh(true)
  await until('it knows who leads', () => idle.leader(at) === '3')
})

/** Of one process. `waits` is connected to node 2. */
async function connections(cluster: ScriptedCluster) {
  const roll = new RollCall()
  const one = async () => {
    const connection = new Connection(cluster.kafka, () => {}, new Set(), roll)
    await connection.connect()
    await connection.learn(['t'])
    return connection
  }
  const [waits, idle, asks] = [await one(), await one(), await one()]
  roll.hearFrom((than) => asks.othersThan(than))
  await waits.ask('2', [at], async () => 'an answer')
  return { waits, idle }
}
