/** True for what can be a name in the broker, with room for what the engine adds to it (Kafka takes 249). */
export const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(text)
