import { type Child, type ChildOptions, startChild } from './child.ts'

/** Starts the processes of a case, and stops them all however it ends. */
export async function withChildren<Result>(
  wanted: readonly ChildOptions[],
  run: (...children: Child[]) => Promise<Result>,
): Promise<Result> {
  const started: Child[] = []
  try {
    for (const options of wanted) started.push(await startChild(options))
    return await run(...started)
  } finally {
    await Promise.all(started.map((child) => child.stop()))
  }
}
