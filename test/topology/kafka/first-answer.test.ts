import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { firstAnswer } from '../../../topology/adapters/kafka/wire/first-answer.ts'

/** Nodes by name: what each does, and who was asked in which order. */
function asking(nodes: Readonly<Record<string, () => Promise<string>>>) {
  const asked: string[] = []
  const question = (name: string) => {
    asked.push(name)
    return nodes[name]?.() ?? Promise.reject(new Error(`no ${name}`))
  }
  return { asked, question }
}

const silence = () => new Promise<never>(() => {})
const refusal = (why: string) => () => Promise.reject(new Error(why))
const patienceMs = 20

describe('the first answer of many', () => {
  test('is the first one’s where it answers, and nobody else is asked', async () => {
    const { asked, question } = asking({ a: async () => 'of a', b: async () => 'of b' })
    assert.equal(await firstAnswer(['a', 'b'], patienceMs, question), 'of a')
    assert.deepEqual(asked, ['a'])
  })

  test('comes at once from the next where the first fails', async () => {
    const { asked, question } = asking({ a: refusal('gone'), b: async () => 'of b' })
    assert.equal(await firstAnswer(['a', 'b'], 60_000, question), 'of b')
    assert.deepEqual(asked, ['a', 'b'])
  })

  test('does not wait for one that says nothing', async () => {
    const { asked, question } = asking({ a: silence, b: silence, c: async () => 'of c' })
    assert.equal(await firstAnswer(['a', 'b', 'c'], patienceMs, question), 'of c')
    assert.deepEqual(asked, ['a', 'b', 'c'])
  })

  test('may come late from one that was thought silent', async () => {
    const late = Promise.withResolvers<string>()
    const { question } = asking({
      a: () => late.promise,
      b: async () => {
        late.resolve('of a')
        return silence()
      },
    })
    assert.equal(await firstAnswer(['a', 'b'], patienceMs, question), 'of a')
  })

  test('is missing when all have failed: it rejects as the last', async () => {
    const { question } = asking({ a: refusal('first'), b: refusal('second') })
    await assert.rejects(firstAnswer(['a', 'b'], patienceMs, question), /second/)
  })

  test('is missing where there is nobody', async () => {
    await assert.rejects(firstAnswer([], patienceMs, silence), /nobody/)
  })
})
