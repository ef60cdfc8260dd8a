import { createRequire } from 'node:module'

const requireCommon = createRequire(import.meta.url)

/** A part of kafkajs that it does not publish. */
export function kafkajs(path: string): unknown {
  return requireCommon(`kafkajs/src/${path}`)
}

/** Of the class that such a part is. */
export function prototypeOf(path: string): Record<string, unknown> {
  const made = kafkajs(path)
  const prototype = typeof made === 'function' ? made.prototype : undefined
  if (!isObject(prototype)) throw notAsPinned(path)
  return prototype
}

type Method = (this: unknown, ...args: readonly unknown[]) => unknown

/** Throws where there is none: then kafkajs is not the one that is mended. */
export function methodOf(owner: Record<string, unknown>, name: string): Method {
  const method = owner[name]
  if (!isMethod(method)) throw notAsPinned(name)
  return method
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function'
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

export function notAsPinned(part: string): Error {
  return new Error(`kafkajs is not 2.2.4: its ${part} has another shape than what is mended here`)
}
