const maxUrl = 2048

/** What is wrong with a link. Plain http is for trying things out on one machine: a platform must not fetch over it. */
export function urlSentence(field: string, text: string): string | undefined {
  const url = text.length > maxUrl ? null : URL.parse(text)
  if (!url) return `${field} has to be a web address of at most ${maxUrl} characters.`
  if (url.username !== '' || url.password !== '') {
    return `${field} may not hold a user name or password.`
  }
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined
  return `${field} has to begin with https://.`
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
