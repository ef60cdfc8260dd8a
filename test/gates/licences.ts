import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LockedPackage, licenceFaults } from './licence-faults.ts'

/** Ends with 1 and names the offenders when a package of the lock file has a licence we may not ship with. */
const lock = readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8')
const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> }
const faults = licenceFaults(packages)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`${Object.keys(packages).length - 1} packages, all with a licence that is allowed`)
