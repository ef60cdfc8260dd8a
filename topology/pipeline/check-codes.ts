import { type FaultCode, faultCodes } from './faults.ts'

const chapters: Readonly<Record<string, string>> = {
  C4A10: 'The file itself',
  C4A11: 'Names that point to something',
  C4A12: 'The flow',
  C4A13: 'Types and keys',
  C4A14: 'Inline edges',
  C4A15: 'Policies',
  C4A16: 'Secrets and profiles',
}

/** docs/check-codes.md, from the catalogue. */
export function checkCodes(): string {
  const codes = Object.keys(faultCodes) as FaultCode[]
  const parts = Object.entries(chapters).map(([prefix, title]) => {
    const rows = codes
      .filter((code) => code.startsWith(prefix))
      .map((code) => {
        const { severity, title: what, why } = faultCodes[code]
        return `| ${code} | ${severity} | ${what} | ${why.replaceAll('|', '\\|')} |`
      })
    return [
      `## ${title}\n`,
      '| code | severity | what | why it matters |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n')
  })
  return [
    '<!-- Made by `npm run generate` from topology/pipeline/faults.ts. Do not edit. -->',
    '# What `chat4all check` can find\n',
    'Codes are stable: they are never renamed or given another meaning. `chat4all check --explain CODE` says the same in a terminal.\n',
    ...parts,
  ].join('\n')
}
