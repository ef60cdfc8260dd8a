/** A name such as `__proto__` is kept as a name like any other. */
export function setEntry(map: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(map, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else {
    map[name] = value
  }
}
