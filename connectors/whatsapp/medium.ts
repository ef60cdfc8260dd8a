import type { Account, ConnectorTools, SendOutcome } from '../contract.ts'
import { fieldsOf, idOf } from '../loose-json.ts'
import { type MediaContent, mediumSource } from '../medium-source.ts'
import { graphOutcome } from '../meta/graph-outcome.ts'
import { upload } from '../meta/upload.ts'
import { whatsappErrors } from './outcome.ts'
import type { Medium } from './send-body.ts'

/** The medium as WhatsApp takes it; a blob of ours is uploaded first (ids live 30 days). */
export async function whatsappMedium(
  tools: ConnectorTools,
  content: MediaContent,
  account: Account,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Medium | { readonly outcome: SendOutcome }> {
  const source = await mediumSource(tools, content)
  switch (source.at) {
    case 'link':
      return { link: source.link }
    case 'platform':
      return { id: source.id }
    case 'nowhere':
      return { outcome: source.outcome }
    case 'hub': {
      const { bytes, mimeType, filename } = source.blob
      const fields = { messaging_product: 'whatsapp', type: mimeType }
      const file = { name: 'file', filename: content.filename ?? filename, mimeType, bytes }
      return upload(tools, { account, edge: 'media', fields, file, signal, timeoutMs }, (answer) =>
        graphOutcome(answer, whatsappErrors, (body) => {
          const id = idOf(fieldsOf<'id'>(body).id)
          return id === undefined ? undefined : { kind: 'sent', providerMessageId: id }
        }),
      )
    }
  }
}
