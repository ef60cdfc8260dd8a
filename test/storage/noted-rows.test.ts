import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { notedLedger } from '../../storage/adapters/noted/ledger.ts'
import type { NoteOwner, Notes } from '../../storage/adapters/noted/notes.ts'
import { notedSeen } from '../../storage/adapters/noted/seen.ts'
import { type DataFolder, openDataFolder } from '../../topology/adapters/file-log/data-folder.ts'
import { copied, logFolder } from '../topology/broker/log-folder.ts'

const claim = { deliveryId: 'd-1', digest: 'aa', epoch: 1, deadlineMs: 100, resend: false }
const granted = { kind: 'granted', attempt: 1, afterUnknown: false }
const busy = { kind: 'busy', untilMs: 100 }
const id = {
  tenant: 'a',
  direction: 'inbound',
  messageId: 'm',
  submissionId: 's',
  digest: 'aa',
  windowMs: 50,
}

async function opened(t: TestContext, folder?: string): Promise<DataFolder> {
  const data = await openDataFolder(folder ?? (await logFolder(t)), { checkpointMs: 1e9 })
  t.after(() => data.close())
  return data
}

function rowsIn({ tables }: DataFolder, table: 'ledger' | 'seen'): number {
  const row = tables.reader.prepare(`select count(*) as rows from ${table}`).get()
  return Number(row?.['rows'])
}

/** A log that answers when it is told to. */
function slowNotes() {
  const waiting: { readonly text: string; readonly settled: (error: unknown) => void }[] = []
  let broken = false
  let owner: NoteOwner | undefined
  const notes: Notes = {
    join(_, joined) {
      owner = joined
      return {
        note: ({ text, settled }) => waiting.push({ text: text(), settled }),
        isBroken: () => broken,
      }
    },
    checkpoint: async () => {},
  }
  return {
    notes,
    waiting,
    owner: () => owner,
    settle(error: unknown) {
      for (const { settled } of waiting.splice(0)) settled(error)
    },
    break() {
      broken = true
    },
  }
}

async function microtasks(): Promise<void> {
  for (let i = 0; i < 10; i++) await null
}

test('lanes that ask in one turn share a note, and are answered when it is durable', async (t) => {
  const { tables } = await opened(t)
  const slow = slowNotes()
  const ledger = await notedLedger(slow.notes, tables, 1000)
  const all = Array.from({ length: 500 }, (_, at) =>
    ledger.claim({ ...claim, deliveryId: `d-${at}` }, 1),
  )
  let answered = 0
  for (const each of all) void each.then(() => answered++)
  await microtasks()
  assert.equal(slow.waiting.length, 1)
  assert.equal(answered, 0)
  slow.settle(null)
  assert.deepEqual(new Set((await Promise.all(all)).map(({ kind }) => kind)), new Set(['granted']))
})

test('a claim whose note the log did not take is undone, with those that followed from it', async (t) => {
  const { tables } = await opened(t)
  const slow = slowNotes()
  const ledger = await notedLedger(slow.notes, tables, 1000)
  const first = ledger.claim(claim, 1)
  await microtasks()
  slow.settle(null)
  assert.deepEqual(await first, granted)
  const retried = { deliveryId: 'd-1', attempt: 1, epoch: 1, outcome: { kind: 'retry' } } as const
  const asked = [ledger.record(retried, 2)]
  await microtasks()
  // Between two versions, neither of them durable, a checkpoint makes no difference either.
  slow.owner()?.collect()?.written()
  asked.push(ledger.claim(claim, 3).then(() => {}))
  asked.push(ledger.claim({ ...claim, deliveryId: 'd-2' }, 3).then(() => {}))
  await microtasks()
  // Whatever a checkpoint took of it meanwhile, the next one takes back.
  slow.owner()?.collect()?.written()
  slow.settle(new Error('disk full'))
  const endings = await Promise.allSettled(asked)
  assert.deepEqual(new Set(endings.map(({ status }) => status)), new Set(['rejected']))
  assert.deepEqual(await ledger.claim(claim, 4), busy, 'the first attempt runs as it did')
  const second = ledger.claim({ ...claim, deliveryId: 'd-2' }, 4)
  await microtasks()
  slow.settle(null)
  assert.deepEqual(await second, granted)
})

test('an id that was told to be seen is noted again, before what comes after it', async (t) => {
  const { tables } = await opened(t)
  const slow = slowNotes()
  const seen = await notedSeen(slow.notes, tables)
  assert.deepEqual(await seen.claim([id], 0), ['first'])
  const before = slow.waiting[0]?.text
  slow.settle(new Error('disk full'))
  assert.deepEqual(
    slow.waiting.map(({ text }) => text),
    [before],
  )
  assert.deepEqual(await seen.claim([{ ...id, submissionId: 't' }], 0), ['duplicate'])
  slow.break()
  slow.settle(new Error('disk gone'))
  assert.equal(slow.waiting.length, 0)
})

test('rows are known after a kill, whether a checkpoint had them or not', async (t) => {
  const folder = await logFolder(t)
  const data = await opened(t, folder)
  const ledger = await notedLedger(data.notes, data.tables, 1000)
  const seen = await notedSeen(data.notes, data.tables)
  await ledger.claim(claim, 1)
  await seen.claim([id], 0)
  await data.notes.checkpoint()
  assert.deepEqual([rowsIn(data, 'ledger'), rowsIn(data, 'seen')], [1, 1])
  await seen.claim([{ ...id, messageId: 'n' }], 0)
  const sent = { kind: 'sent', providerMessageId: 'p' } as const
  await ledger.record({ deliveryId: 'd-1', attempt: 1, epoch: 1, outcome: sent }, 2)
  await ledger.claim({ ...claim, deliveryId: 'd-2' }, 3)

  const copy = await opened(t, await copied(t, folder))
  const [ledgerThen, seenThen] = [
    await notedLedger(copy.notes, copy.tables, 1000),
    await notedSeen(copy.notes, copy.tables),
  ]
  assert.equal((await ledgerThen.claim(claim, 4)).kind, 'sent')
  assert.deepEqual(await ledgerThen.claim({ ...claim, deliveryId: 'd-2' }, 4), busy)
  const others = [id, { ...id, messageId: 'n' }].map((each) => ({ ...each, submissionId: 't' }))
  assert.deepEqual(await seenThen.claim(others, 1), ['duplicate', 'duplicate'])
  await copy.notes.checkpoint()
  assert.deepEqual([rowsIn(copy, 'ledger'), rowsIn(copy, 'seen')], [2, 2])
})

test('what was noted is told again until somebody has taken it over', async (t) => {
  const folder = await logFolder(t)
  const data = await opened(t, folder)
  const ledger = await notedLedger(data.notes, data.tables, 1000)
  await ledger.claim(claim, 1)
  const copy = await copied(t, folder)
  // Opened by somebody who knows of no ledger.
  await (await opened(t, copy)).close()
  const again = await opened(t, copy)
  const then = await notedLedger(again.notes, again.tables, 1000)
  assert.deepEqual(await then.claim(claim, 2), busy)
})

test('a checkpoint that fails leaves everything in memory, for the next one', async (t) => {
  const data = await opened(t)
  const { tables } = data
  const slow = slowNotes()
  const ledger = await notedLedger(slow.notes, tables, 1000)
  const claimed = ledger.claim(claim, 1)
  await microtasks()
  slow.settle(null)
  await claimed
  const first = slow.owner()?.collect()
  assert.deepEqual(await ledger.claim(claim, 2), busy, 'while it is under way')
  first?.failed()
  assert.deepEqual(await ledger.claim(claim, 2), busy, 'after it failed')
  const second = slow.owner()?.collect()
  await tables.commits.write(second?.write ?? [])
  second?.written()
  assert.equal(rowsIn(data, 'ledger'), 1)
  assert.deepEqual(await ledger.claim(claim, 2), busy, 'from the table')
})

test('what was only asked for is not touched by a checkpoint, and what ended is told as it was', async (t) => {
  const data = await opened(t)
  const { tables } = data
  const slow = slowNotes()
  const ledger = await notedLedger(slow.notes, tables, 1000)
  const noted = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    await microtasks()
    slow.settle(null)
    return asked
  }
  const sent = { kind: 'sent', providerMessageId: 'p"1' } as const
  await noted(ledger.claim(claim, 1))
  await noted(ledger.record({ deliveryId: 'd-1', attempt: 1, epoch: 1, outcome: sent }, 2))
  const verdict = { ...sent, attempt: 1, afterUnknown: false }
  assert.deepEqual(await ledger.claim(claim, 3), verdict, 'in memory')
  const first = slow.owner()?.collect()
  await tables.commits.write(first?.write ?? [])
  first?.written()

  assert.equal(await ledger.sentAs('d-1'), 'p"1', 'from the table')
  await noted(ledger.claim({ ...claim, deliveryId: 'd-2' }, 3))
  slow.owner()?.collect()?.failed()
  const second = slow.owner()?.collect()
  await tables.commits.write(second?.write ?? [])
  second?.written()
  assert.equal(rowsIn(data, 'ledger'), 2)
  assert.deepEqual(await ledger.claim(claim, 4), verdict)
  assert.equal(slow.owner()?.collect(), null, 'nothing changed')
})

test('forgets old rows with the checkpoints, and no young one', async (t) => {
  const data = await opened(t)
  const ledger = await notedLedger(data.notes, data.tables, 1000)
  for (let at = 0; at < 300; at++) await ledger.claim({ ...claim, deliveryId: `old-${at}` }, at)
  await ledger.claim({ ...claim, deliveryId: 'young' }, 1150)
  await data.notes.checkpoint()
  // Those from 150 on are 1,000 ms old or less.
  assert.equal(rowsIn(data, 'ledger'), 150 + 1)
})

test('the window forgets what has expired with the checkpoints', async (t) => {
  const data = await opened(t)
  const seen = await notedSeen(data.notes, data.tables)
  const many = Array.from({ length: 1000 }, (_, at) => ({ ...id, messageId: `m-${at}` }))
  await seen.claim(many, 0)
  await data.notes.checkpoint()
  assert.equal(rowsIn(data, 'seen'), 1000)
  await seen.claim([id], 60)
  await data.notes.checkpoint()
  assert.equal(rowsIn(data, 'seen'), 1)
})

test('what was sent is told from the table, too, where a checkpoint has put it', async (t) => {
  const { notes, tables } = await opened(t)
  const ledger = await notedLedger(notes, tables, 1000)
  await ledger.claim(claim, 1)
  const outcome = { kind: 'sent', providerMessageId: 'wamid.1' } as const
  await ledger.record({ deliveryId: 'd-1', attempt: 1, epoch: 1, outcome }, 2)
  assert.equal(await ledger.sentAs('d-1'), 'wamid.1')
  await notes.checkpoint()
  assert.equal(await ledger.sentAs('d-1'), 'wamid.1')
})
