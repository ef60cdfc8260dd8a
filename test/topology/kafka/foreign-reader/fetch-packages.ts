import { pythonPackages } from '../../../services/programs/python-packages.ts'
import { confluentKafka, packages } from './packages.ts'

/** Fetches the client that is not ours, so that no test waits for the network (CI does so before them). */
await pythonPackages(confluentKafka, packages, {
  signal: new AbortController().signal,
  say: (text: string) => console.log(text),
})
console.log('the client that is not ours is there')
