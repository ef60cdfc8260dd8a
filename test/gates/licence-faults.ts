/** One entry of package-lock.json's `packages`, as far as it is read here. */
export interface LockedPackage {
  readonly version?: string
  readonly license?: string
}

/** Licences that Apache-2.0 software may ship with, by their SPDX ids. Another one is a decision, so it is added by hand. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
  'Zlib',
])

/** Packages that name no licence in their package.json, and where it was read instead. */
const readByHand: Readonly<Record<string, string>> = {
  // Its LICENSE file is the MIT licence's text.
  '@kafkajs/confluent-schema-registry': 'MIT',
}

/** A sentence for each locked package whose licence is not allowed or not known. */
export function licenceFaults(packages: Readonly<Record<string, LockedPackage>>): string[] {
  return Object.entries(packages).flatMap(([path, { version, license }]) => {
    // The first entry is the project itself.
    if (path === '') return []
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const spdx = license ?? readByHand[name]
    if (spdx === undefined) return [`${name} ${version} names no licence (${path})`]
    return isAllowed(spdx) ? [] : [`${name} ${version} has the licence ${spdx} (${path})`]
  })
}

/** `A OR B` needs one of them, `A AND B` all; AND binds tighter, as SPDX 2.3 annex D says. */
function isAllowed(spdx: string): boolean {
  const expression = spdx.trim().replace(/^\(([^()]*)\)$/, '$1')
  // What is nested deeper nobody here has used; then it is not allowed, and somebody looks.
  return expression
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((id) => allowed.has(id.trim())))
}
