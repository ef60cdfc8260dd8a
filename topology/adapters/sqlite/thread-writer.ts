import { Worker } from 'node:worker_threads'
import type { CommitJob, WriteResult, Writer, WriterFailure } from './statement.ts'

type Answer = 'ready' | readonly WriteResult[] | { readonly failure: WriterFailure }

/** A Writer in a thread of its own. Rejects with a WriterFailure when the file cannot be opened. */
export async function threadWriter(path: string): Promise<Writer> {
  const worker = new Worker(new URL('./writer-thread.ts', import.meta.url), { workerData: path })
  const waiting: PromiseWithResolvers<readonly WriteResult[]>[] = []
  let gone: WriterFailure | null = null

  function expect(): Promise<readonly WriteResult[]> {
    // Only work under way keeps the process alive, not the thread as such.
    if (waiting.length === 0) worker.ref()
    const expected = Promise.withResolvers<readonly WriteResult[]>()
    waiting.push(expected)
    return expected.promise
  }

  worker.on('message', (answer: Answer) => {
    const expected = waiting.shift()
    if (waiting.length === 0) worker.unref()
    if (answer === 'ready') expected?.resolve([])
    else if ('failure' in answer) expected?.reject(answer.failure)
    else expected?.resolve(answer)
  })

  function end(message: string): void {
    gone ??= { message, lasting: true }
    for (const expected of waiting.splice(0)) expected.reject(gone)
  }
  worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)))
  const ended = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      end('the writing thread ended')
      resolve()
    }),
  )

  try {
    await expect()
  } catch (failure) {
    await worker.terminate()
    throw failure
  }
  return {
    run(job: CommitJob) {
      if (gone) return Promise.reject(gone)
      const answer = expect()
      worker.postMessage(job)
      return answer
    },
    async close() {
      if (gone) return
      worker.ref()
      worker.postMessage('close')
      await ended
    },
  }
}
