import type { Fault } from './fault.ts'

/**
 * Faults as workflow commands, which GitHub shows beside the line.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function faultGithub(faults: readonly Fault[]): string {
  return faults
    .map(({ severity, place, code, message, why, fix }) => {
      const properties = `file=${property(place.file)},line=${place.line},col=${place.column},title=${code}`
      return `::${severity} ${properties}::${data(`${message}. ${why} Fix: ${fix}`)}\n`
    })
    .join('')
}

const data = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
