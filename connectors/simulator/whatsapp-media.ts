import type { Exchange } from './exchange.ts'
import { formOf } from './form.ts'
import { badPath, graphError, invalidParameter, noSuchObject } from './graph-error.ts'
import { reply } from './serve-send.ts'
import type { SimulatorAccount } from './settings.ts'
import type { World } from './world.ts'

/** Megabytes by kind; https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media */
const maxMegabytes: readonly (readonly [prefix: string, megabytes: number])[] = [
  ['image/webp', 0.5],
  ['image/', 5],
  ['audio/', 16],
  ['video/', 16],
  ['', 100],
]

const linkLivesMs = 5 * 60 * 1000

/** Upload, resolve and delete. What is resolved is a link that lives five minutes and wants the token too. */
export async function serveWhatsappMedia(
  world: World,
  exchange: Exchange,
  { object, edge }: { readonly object: string; readonly edge: string | null },
  account: SimulatorAccount | undefined,
) {
  if (edge === 'media') {
    if (!account) return reply(exchange, graphError(noSuchObject(object), 'whatsapp'))
    return upload(world, exchange)
  }
  const found = world.media.get(object)
  if (!found) return reply(exchange, graphError(noSuchObject(object), 'whatsapp'))
  if (exchange.method === 'DELETE') {
    world.media.delete(object)
    return reply(exchange, { status: 200, value: { success: true } })
  }
  if (exchange.method !== 'GET') return reply(exchange, graphError(badPath, 'whatsapp'))
  const lives = world.faults.endsLink('whatsapp', '') ? 0 : linkLivesMs
  const ends = world.settings.nowMs() + lives
  const value = {
    messaging_product: 'whatsapp',
    url: `${world.origin()}/media/whatsapp/${found.id}?oe=${ends}`,
    mime_type: found.mimeType,
    sha256: found.sha256,
    file_size: found.bytes.length,
    id: found.id,
  }
  reply(exchange, { status: 200, value })
}

async function upload(world: World, exchange: Exchange) {
  const form = await formOf(exchange)
  const file = form?.files.get('file')
  if (!form || !file || form.fields.get('messaging_product') !== 'whatsapp') {
    const why = 'The parameters file and messaging_product are required.'
    return reply(exchange, graphError(invalidParameter(why), 'whatsapp'))
  }
  const type = form.fields.get('type') ?? file.mimeType
  const limit = maxMegabytes.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 100
  if (file.bytes.length > limit * 1024 * 1024) {
    const why = `Param file must be a file no larger than ${limit} MB for type ${type}.`
    return reply(exchange, graphError(invalidParameter(why), 'whatsapp'))
  }
  const { id } = world.media.put(file.bytes, type, file.filename)
  reply(exchange, { status: 200, value: { id } })
}
