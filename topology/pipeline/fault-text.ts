import { codeFrame } from './code-frame.ts'
import type { Fault } from './fault.ts'

/** How parts of a fault are coloured; each gives its text back unchanged where there is no colour. */
export interface Paint {
  error(text: string): string
  warning(text: string): string
  strong(text: string): string
  faint(text: string): string
}

const plain: Paint = {
  error: (text) => text,
  warning: (text) => text,
  strong: (text) => text,
  faint: (text) => text,
}

/** Faults for people. `shown` is the file's text as it may be shown: see `masked`. */
export function faultText(faults: readonly Fault[], shown: string, paint: Paint = plain): string {
  return faults.map((fault) => one(fault, shown, paint)).join('\n')
}

function one(fault: Fault, shown: string, paint: Paint): string {
  const { place, severity, code, message, why, fix, also } = fault
  const tone = severity === 'error' ? paint.error : paint.warning
  const where = `${place.file}:${place.line}:${place.column}`
  return [
    `${paint.strong(where)} ${tone(`${severity} ${code}`)} ${paint.strong(message)}`,
    codeFrame(shown, place, tone),
    `  why: ${why}`,
    `  fix: ${fix}`,
    ...also.map((second) =>
      paint.faint(
        `  see: ${second.place.file}:${second.place.line}:${second.place.column} ${second.note}`,
      ),
    ),
    '',
  ].join('\n')
}
