import { composeProgram, helmProgram, schemaFolders } from './tools.ts'

/** Fetches what test/deploy checks with, so that it is there when the tests begin (CI does so beside other work). */
const fetch = { signal: new AbortController().signal, say: (text: string) => console.log(text) }
await composeProgram(fetch)
await schemaFolders(fetch)
await helmProgram(fetch)
console.log('what test/deploy checks with is there')
