import { hasPlainText, soundsSecret } from './checks/secrets.ts'
import { templateOf } from './environment.ts'
import type { Source, SourceNode, Span } from './source.ts'

/** The text as it may be shown: what stands in plain text under a secret's key is starred out, sign for sign. */
export function masked({ text, root }: Pick<Source, 'text' | 'root'>): string {
  // Where the YAML cannot be read there is no tree to ask: anything after such a key may be the secret.
  if (!root) return text.replaceAll(/^.*$/gm, maskedLine)
  return secretSpans(root, false).reduce(
    (shown, { from, to }) =>
      shown.slice(0, from) + shown.slice(from, to).replaceAll(/[^\s]/g, '*') + shown.slice(to),
    text,
  )
}

function secretSpans(node: SourceNode, secret: boolean): readonly Span[] {
  switch (node.kind) {
    case 'map':
      return node.entries.flatMap(({ key, value }) =>
        secretSpans(value, secret || soundsSecret(key)),
      )
    case 'list':
      return node.items.flatMap((item) => secretSpans(item, secret))
    case 'scalar': {
      const text = typeof node.value === 'string' ? node.value : node.text
      const template = templateOf(text)
      return secret && (template.malformed !== null || hasPlainText(template)) ? [node.span] : []
    }
  }
}

const maskedLine = (line: string): string => {
  const [before = ''] = /^.*?(?:secret|token|password|credential)[^:]*:/i.exec(line) ?? []
  return before ? before + line.slice(before.length).replaceAll(/[^\s]/g, '*') : line
}
