// Made by `npm run generate` from schemas/avro. Do not edit.

/** Directory: another address of a person, pointing to the conversation it belongs to. */
export interface Alias {
  /** Owner. */
  readonly tenant: string
  /** Channel. */
  readonly channel: string
  /** Hub-side account. */
  readonly account: string
  /** The other address. */
  readonly address: string
  /** Where messages to it go. */
  readonly conversationId: string
  /** Who it is. */
  readonly participantId: string
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number
  /** True where it is an identity of its own, of a person with several: messages are sent to it as it is addressed. False where it is another spelling of an address. */
  readonly linked: boolean
}

/** Directory: an API key. The secret itself is never stored. */
export interface ApiKey {
  /** Owner. */
  readonly tenant: string
  /** Public part of the key. */
  readonly keyId: string
  /** For people. */
  readonly name: string
  /** admin, operator, sender or reader. */
  readonly role: string
  /** argon2id, PHC string. */
  readonly hash: string
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number
  /** Null while it is good. Milliseconds since 1970 UTC. */
  readonly revokedAt: number | null
}

/** contentKind buttons. */
export interface ButtonsContent {
  /** What the message says. */
  readonly text: string
  /** A line above the text. */
  readonly header: string | null
  /** A line below the text. */
  readonly footer: string | null
  /** One or more. */
  readonly buttons: readonly Button[]
}

/** Exactly one of id and url. */
export interface Button {
  /** The words on it. */
  readonly title: string
  /** What a tap hands back. */
  readonly id: string | null
  /** What a tap opens. */
  readonly url: string | null
}

/** contentKind choice: a person's tap on a button or a row. */
export interface ChoiceContent {
  /** What was given with the button. */
  readonly id: string
  /** The words on it. */
  readonly title: string
}

/** contentKind contacts. */
export interface ContactsContent {
  /** One or more. */
  readonly contacts: readonly ContactCard[]
}

/** One contact. */
export interface ContactCard {
  /** As it is shown. */
  readonly name: string
  /** Given name. */
  readonly firstName: string | null
  /** Family name. */
  readonly lastName: string | null
  /** Company. */
  readonly organization: string | null
  /** Phone numbers. */
  readonly phones: readonly ContactPoint[]
  /** E-mail addresses. */
  readonly emails: readonly ContactPoint[]
  /** Web pages. */
  readonly urls: readonly string[]
}

/** A phone number or an e-mail address. */
export interface ContactPoint {
  /** The number or address. */
  readonly value: string
  /** home, work or the person's own word. */
  readonly label: string | null
}

/** Directory: a conversation and who is in it. The latest record of a key holds. */
export interface Conversation {
  /** Owner. */
  readonly tenant: string
  /** Internal id; never changes. */
  readonly conversationId: string
  /** direct or group. */
  readonly kind: string
  /** For people. */
  readonly title: string | null
  /** At most 100. */
  readonly participants: readonly Participant[]
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number
  /** API key id, or `inbound`. */
  readonly createdBy: string
}

/** A person in a conversation. */
export interface Participant {
  /** Internal id. */
  readonly participantId: string
  /** Channel. */
  readonly channel: string
  /** Hub-side account. */
  readonly account: string
  /** Address on that channel. */
  readonly address: string
  /** As the platform or the client gave it. */
  readonly displayName: string | null
  /** Groups: since when. Null for who was there from the beginning. Milliseconds since 1970 UTC. */
  readonly joinedAt: number | null
}

/** One channel message to one participant. */
export interface Delivery {
  /** 32 hex digits: hash of message, participant, part and channel; a replay yields the same. */
  readonly deliveryId: string
  /** The message it is part of. */
  readonly messageId: string
  /** The accepted request. */
  readonly submissionId: string
  /** Owner. */
  readonly tenant: string
  /** Conversation. */
  readonly conversationId: string
  /** Recipient. */
  readonly participantId: string
  /** Channel to send on. */
  readonly channel: string
  /** Hub-side account to send from. */
  readonly account: string
  /** Recipient's address. */
  readonly address: string
  /** From 0: a long text is cut into parts, each a delivery of its own. */
  readonly part: number
  /** How many parts the message has for this recipient. */
  readonly parts: number
  /** Milliseconds since 1970 UTC. */
  readonly acceptedAt: number
  /** Not sent after this instant. Milliseconds since 1970 UTC. */
  readonly expiresAt: number | null
  /** When a scheduled message was due: its default expiry counts from here. Milliseconds since 1970 UTC. */
  readonly sendAt: number | null
  /** Another channel is tried when this one does not deliver. */
  readonly fallback: boolean
  /** A person answers, and not a program. */
  readonly humanAgent: boolean
  /** Platform id of the message it answers, where known. */
  readonly replyTo: string | null
  /** Delivery id under which this person got the message that it answers or is about, if they did; the ledger knows the platform's id of that. */
  readonly answers: string | null
  /** Participant id of the person who wrote it; null for what a client sent. */
  readonly senderId: string | null
  /** The writer's name, for channels that show it themselves; elsewhere it stands in the content. */
  readonly senderName: string | null
  /** The message's digest: the ledger knows by it when an id was used again. */
  readonly digest: string
  /** Kind after degrading to what the channel shows. */
  readonly contentKind: string
  /** Avro record of the kind, Confluent wire format. */
  readonly content: Uint8Array
  /** Null while plain. */
  readonly seal: Seal | null
}

/** How the content bytes are sealed. */
export interface Seal {
  /** Names the key in the key store. */
  readonly keyId: string
  /** AES-256-GCM. */
  readonly algorithm: string
  /** 12 bytes, never used twice with one key. */
  readonly nonce: Uint8Array
}

/** contentKind edit: the message of replyTo says this now. */
export interface EditContent {
  /** The new text. */
  readonly text: string
  /** Formatting of the text. */
  readonly entities: readonly TextEntity[] | null
}

/** A run of a text that is shown in a way of its own. */
export interface TextEntity {
  /** bold, italic, underline, strikethrough, spoiler, code, pre, quote or link; a string, so that a new one stops nobody. */
  readonly type: string
  /** From 0, in UTF-16 units. */
  readonly offset: number
  /** In UTF-16 units. */
  readonly length: number
  /** link: where it leads. */
  readonly url: string | null
}

/** A message with the people it goes to. */
export interface EnrichedMessage {
  /** As it was accepted. */
  readonly message: Message
  /** Everyone in the conversation but the sender; empty for an inbound message in a direct conversation. */
  readonly recipients: readonly Recipient[]
  /** In a group: the name of the person who wrote, for the others to see; null where none is known or a client wrote. */
  readonly senderName: string | null
}

/** What a client sent or a person wrote, in canonical form. */
export interface Message {
  /** The client's id, at most 128 characters, or minted; unique in the tenant and direction. */
  readonly messageId: string
  /** UUIDv7 of the accepted request; kept over every hop, redrive and replay. */
  readonly submissionId: string
  /** Who owns the message; `default` in a single-tenant hub. */
  readonly tenant: string
  /** Internal id; a direct one is derived from tenant, channel, account and address. */
  readonly conversationId: string
  /** `outbound` (from a client) or `inbound` (from a participant). */
  readonly direction: string
  /** The API key id of the client, or the participant id of the person who wrote. */
  readonly senderId: string
  /** Outbound: the channel asked for by `to`. Inbound: the channel it came by. */
  readonly channel: string | null
  /** The hub-side account (phone number id, page, bot) on that channel. */
  readonly account: string | null
  /** The person's address on that channel, canonical form. */
  readonly address: string | null
  /** When the gateway accepted it. Milliseconds since 1970 UTC. */
  readonly acceptedAt: number
  /** Not sent after this instant. Milliseconds since 1970 UTC. */
  readonly expiresAt: number | null
  /** Kept until this instant and sent then; null: at once. Milliseconds since 1970 UTC. */
  readonly sendAt: number | null
  /** The channels that are tried in turn when the one asked for does not deliver. */
  readonly fallback: readonly FallbackLeg[]
  /** A person answers, and not a program: platforms that know the difference take it for longer. */
  readonly humanAgent: boolean
  /** The message this one answers, by our message id; by the platform's while an inbound one is not gathered yet. */
  readonly replyTo: string | null
  /** Inbound only: the id the platform gave it. */
  readonly providerMessageId: string | null
  /** The client's own names and values; carried, never read. */
  readonly metadata: Readonly<Record<string, string>>
  /** 32 hex digits: keyed hash over the client fields in canonical form. */
  readonly digest: string
  /** text, image, document, location, ...; a string, so a new kind cannot stop an old stage. */
  readonly contentKind: string
  /** Avro record of the kind, in Confluent wire format (magic byte, schema id). */
  readonly content: Uint8Array
  /** Null while the content is plain. */
  readonly seal: Seal | null
  /** Inbound only; null where the platform told nothing besides. */
  readonly origin: Origin | null
}

/** Where a message goes when it did not get through before. */
export interface FallbackLeg {
  /** whatsapp, messenger, instagram, telegram, ... */
  readonly channel: string
  /** The hub-side account on that channel. */
  readonly account: string
  /** The person's address on that channel. */
  readonly address: string
  /** How long the channel before may take to deliver; null: only its failure moves on. Milliseconds. */
  readonly afterMs: number | null
}

/** What the platform told of a message that a person wrote. */
export interface Origin {
  /** The name that the person goes by on the platform. */
  readonly displayName: string | null
  /** Another address of the same person, told with this one: on WhatsApp the number or the business-scoped id. */
  readonly otherAddress: string | null
  /** In a group chat of the platform: its address. */
  readonly chat: string | null
  /** In-app: the conversation that the person named to be heard in. */
  readonly conversationId: string | null
}

/** One person to deliver to, on one channel. */
export interface Recipient {
  /** Internal id of the participant. */
  readonly participantId: string
  /** whatsapp, messenger, instagram, telegram, ... */
  readonly channel: string
  /** The hub-side account on that channel. */
  readonly account: string
  /** The person's address on that channel. */
  readonly address: string
}

/** What a client hears about: on the feed, the streams and its webhooks, with one id. */
export interface Event {
  /** 32 hex digits, derived from what happened: a replay yields the same. */
  readonly eventId: string
  /** Owner. */
  readonly tenant: string
  /** message.accepted, message.rejected, message.received, submission.duplicate, submission.rejected, delivery.sent, delivery.delivered, delivery.read, delivery.failed, delivery.unknown, delivery.held, conversation.created, conversation.joined, conversation.left, conversation.read, person.linked, person.unlinked, webhook.disabled. */
  readonly type: string
  /** Milliseconds since 1970 UTC. */
  readonly occurredAt: number
  /** The message it is about; null for events of a conversation. */
  readonly messageId: string | null
  /** The accepted request it is about, so that a client can tell its own retry from the first; null where no request stands behind it. */
  readonly submissionId: string | null
  /** The conversation it happened in; null where it is not known, as for a receipt of a message that we did not send. */
  readonly conversationId: string | null
  /** Delivery events: the recipient. message.received: the person who wrote. */
  readonly participantId: string | null
  /** Delivery events: the one channel message that moved; null otherwise. */
  readonly deliveryId: string | null
  /** The channel it happened on; null where no channel was chosen yet. */
  readonly channel: string | null
  /** The status this fact supports. */
  readonly status: string | null
  /** Canonical reason code. */
  readonly reason: string | null
  /** A sentence. */
  readonly detail: string | null
  /** JSON text. message.received: the canonical message. webhook.disabled: which endpoint, and since when it failed. */
  readonly data: string | null
}

/** A message on one of its channels, watched until it got through there or goes to the next. */
export interface Fallback {
  /** As it was accepted. */
  readonly message: Message
  /** The person it goes to. */
  readonly participantId: string
  /** The channel that it was given to. */
  readonly channel: string
  /** How many channel messages it is there. */
  readonly parts: number
  /** Which of the message's fallback comes next, from 0. */
  readonly next: number
  /** When it was given to the channel. Milliseconds since 1970 UTC. */
  readonly since: number
  /** How often it was looked at before. */
  readonly looks: number
}

/** Directory: whose identity an address on a channel is. The latest record of a key holds, so it is one person's at a time. */
export interface Identity {
  /** Owner. */
  readonly tenant: string
  /** Internal id of the identity. */
  readonly participantId: string
  /** Channel. */
  readonly channel: string
  /** Hub-side account. */
  readonly account: string
  /** Address on that channel. */
  readonly address: string
  /** Whose; null when it was unlinked. */
  readonly personId: string | null
  /** When it was linked or unlinked. Milliseconds since 1970 UTC. */
  readonly changedAt: number
  /** API key id. */
  readonly changedBy: string
}

/** What the in-app channel hands to one person: gateways read it and show it on the person's sockets. */
export interface InAppItem {
  /** The delivery's id: the same however often the delivery is handed over. */
  readonly itemId: string
  /** Owner. */
  readonly tenant: string
  /** Whom it is for. */
  readonly participantId: string
  /** Conversation. */
  readonly conversationId: string
  /** The message it is part of. */
  readonly messageId: string
  /** Participant id of the person who wrote it; null for what a client sent. */
  readonly senderId: string | null
  /** The writer's name, where one is known. */
  readonly senderName: string | null
  /** The channel's id of the message it answers or is about, where this person knows that. */
  readonly replyTo: string | null
  /** From 0. */
  readonly part: number
  /** How many parts the message has for this person. */
  readonly parts: number
  /** Milliseconds since 1970 UTC. */
  readonly acceptedAt: number
  /** Kind of the content. */
  readonly contentKind: string
  /** Avro record of the kind, Confluent wire format. */
  readonly content: Uint8Array
  /** Null while plain. */
  readonly seal: Seal | null
}

/** One item of a platform webhook, as it came: a parser fault can be mended and replayed. */
export interface InboundItem {
  /** Owner of the endpoint. */
  readonly tenant: string
  /** Connector that reads it. */
  readonly channel: string
  /** The endpoint it was posted to. */
  readonly endpoint: string
  /** The hub-side account the item names; null when it is not ours (kept all the same). */
  readonly account: string | null
  /** The raw bytes of the item (JSON as received). */
  readonly item: Uint8Array
  /** The raw bytes around it that its reading needs. */
  readonly context: Uint8Array
  /** SHA-256 of the whole body, hex. */
  readonly bodyHash: string
  /** Position in the body, from 0. */
  readonly index: number
  /** Items in the body. */
  readonly count: number
  /** Milliseconds since 1970 UTC. */
  readonly receivedAt: number
}

/** contentKind list. */
export interface ListContent {
  /** What the message says. */
  readonly text: string
  /** A line above the text. */
  readonly header: string | null
  /** A line below the text. */
  readonly footer: string | null
  /** What opens the list. */
  readonly button: string
  /** One or more. */
  readonly sections: readonly ListSection[]
}

/** Rows under a title. */
export interface ListSection {
  /** Above the rows. */
  readonly title: string | null
  /** One or more. */
  readonly rows: readonly ListRow[]
}

/** One row. */
export interface ListRow {
  /** What a tap hands back. */
  readonly id: string
  /** The words on it. */
  readonly title: string
  /** Small words below. */
  readonly description: string | null
}

/** contentKind location. */
export interface LocationContent {
  /** Degrees, WGS 84. */
  readonly latitude: number
  /** Degrees, WGS 84. */
  readonly longitude: number
  /** Name of the place, shown above its address. */
  readonly name: string | null
  /** Postal address as one line, shown with the pin. */
  readonly address: string | null
}

/** contentKind delete, typing or read. */
export interface MarkContent {
  /** The same as contentKind. */
  readonly kind: string
}

/** contentKind image, document, audio, video or sticker. Exactly one of url, blobId and mediaId; none where inbound media could not be fetched. */
export interface MediaContent {
  /** https link the platform fetches. */
  readonly url: string | null
  /** Bytes in our blob store. */
  readonly blobId: string | null
  /** Inbound: the platform id to fetch it by. */
  readonly mediaId: string | null
  /** Media type such as image/jpeg, as the client or the platform stated it. */
  readonly mimeType: string | null
  /** Name shown to the recipient of a document, without any path. */
  readonly filename: string | null
  /** Text shown with the media. */
  readonly caption: string | null
  /** Length of the media in bytes, where known before it is fetched. */
  readonly sizeBytes: number | null
  /** Hex, where the platform states it. */
  readonly sha256: string | null
  /** Formatting of the caption. */
  readonly entities: readonly TextEntity[] | null
  /** audio: spoken into the phone, shown as a voice message. */
  readonly voice: boolean | null
  /** Inbound: why the bytes are not with us, in a sentence. */
  readonly unavailable: string | null
}

/** Directory: that a person is, or is no longer, in a group conversation. The latest record of a key holds. */
export interface Member {
  /** Owner. */
  readonly tenant: string
  /** The group. */
  readonly conversationId: string
  /** Internal id. */
  readonly participantId: string
  /** Channel. */
  readonly channel: string
  /** Hub-side account. */
  readonly account: string
  /** Address on that channel. */
  readonly address: string
  /** As the platform or the client gave it. */
  readonly displayName: string | null
  /** Sees what was accepted from then on. Milliseconds since 1970 UTC. */
  readonly joinedAt: number
  /** Gets nothing any more. Null while in the group. Milliseconds since 1970 UTC. */
  readonly leftAt: number | null
  /** API key id. */
  readonly changedBy: string
}

/** Directory: somebody with identities on several channels. The latest record of a key holds. */
export interface Person {
  /** Owner. */
  readonly tenant: string
  /** Internal id; never changes. */
  readonly personId: string
  /** For people. */
  readonly displayName: string | null
  /** The one direct conversation of all their identities: that of the first one. Null while they have none. */
  readonly conversationId: string | null
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number
  /** API key id. */
  readonly createdBy: string
}

/** contentKind reaction, to the message of replyTo. */
export interface ReactionContent {
  /** One emoji; empty takes the reaction back. */
  readonly emoji: string
}

/** Directory: up to where the client has read what people wrote in a conversation. The latest record of a key holds. */
export interface ReadMark {
  /** Owner. */
  readonly tenant: string
  /** Conversation. */
  readonly conversationId: string
  /** The last message that was read. */
  readonly messageId: string
  /** When that message was accepted: everything accepted up to this instant is read. Milliseconds since 1970 UTC. */
  readonly readTo: number
  /** When it was marked. Milliseconds since 1970 UTC. */
  readonly readAt: number
  /** API key id. */
  readonly readBy: string
}

/** One fact about a delivery: what we or the channel saw happen. Facts only grow; statuses are a view of them. */
export interface Receipt {
  /** Owner. */
  readonly tenant: string
  /** Channel. */
  readonly channel: string
  /** Hub-side account. */
  readonly account: string
  /** Where known. */
  readonly conversationId: string | null
  /** Where known. */
  readonly participantId: string | null
  /** Null when the platform names only its own id; status-update finds it. */
  readonly deliveryId: string | null
  /** Where known. */
  readonly messageId: string | null
  /** Where known. */
  readonly part: number | null
  /** The platform's id of the channel message. */
  readonly providerMessageId: string | null
  /** attempted, sent, delivered, read, played, failed, unknown, held, settled. */
  readonly kind: string
  /** Canonical reason code of a failure, hold or unknown. */
  readonly reason: string | null
  /** The platform's words, for people; never a secret. */
  readonly detail: string | null
  /** From 1; 0 where the platform reports without naming an attempt. */
  readonly attempt: number
  /** True when an earlier attempt of this delivery ended unknown, so the person may see it twice. */
  readonly possibleDuplicate: boolean
  /** Messenger: everything sent to this participant up to this instant. Milliseconds since 1970 UTC. */
  readonly watermark: number | null
  /** The platform's time of the fact. Milliseconds since 1970 UTC. */
  readonly providerAt: number | null
  /** When we saw it. Milliseconds since 1970 UTC. */
  readonly observedAt: number
  /** When the call began that this is the answer to; null for webhooks. The platform's own time of a message lies between it and observedAt, so a watermark is held against this. Milliseconds since 1970 UTC. */
  readonly calledAt: number | null
  /** `connector` (the answer to our call) or `webhook`. */
  readonly source: string
}

/** Why a submission went no further. */
export interface Rejection {
  /** The message refused. */
  readonly messageId: string
  /** The request refused. */
  readonly submissionId: string
  /** Owner. */
  readonly tenant: string
  /** Where it was to go. */
  readonly conversationId: string
  /** outbound or inbound. */
  readonly direction: string
  /** `message`: the message itself is rejected. `submission`: only this request is (a duplicate, an id used again); the message keeps its own status. */
  readonly scope: string
  /** The stage that decided. */
  readonly stage: string
  /** Canonical reason code. */
  readonly reason: string
  /** A sentence for the sender. */
  readonly detail: string
  /** Milliseconds since 1970 UTC. */
  readonly rejectedAt: number
}

/** contentKind template: a text that the platform approved beforehand. */
export interface TemplateContent {
  /** Its name there. */
  readonly name: string
  /** As the platform spells it, such as pt_BR. */
  readonly language: string
  /** In the template's order. */
  readonly parameters: readonly TemplateParameter[]
  /** What it says when filled in: shown where a channel has no templates. */
  readonly text: string | null
}

/** What fills a gap of a template. */
export interface TemplateParameter {
  /** header, body or button. */
  readonly part: string
  /** text, payload, image, video or document. */
  readonly kind: string
  /** The text or payload; a link for media. */
  readonly value: string
  /** Where the template names its parameters. */
  readonly name: string | null
  /** button: which one, from 0. */
  readonly index: number | null
}

/** contentKind text. */
export interface TextContent {
  /** Formatting as ranges of the text. First of the fields, so that one byte tells that there is none. */
  readonly entities: readonly TextEntity[] | null
  /** Unicode text, 1 character or more. */
  readonly text: string
}

/** An inbound item no parser understands yet, kept to be read again. */
export interface Unsupported {
  /** Owner. */
  readonly tenant: string
  /** Connector. */
  readonly channel: string
  /** Hub-side account, where known. */
  readonly account: string | null
  /** Why it was not understood. */
  readonly reason: string
  /** Raw bytes. */
  readonly item: Uint8Array
  /** Raw bytes around it. */
  readonly context: Uint8Array
  /** Milliseconds since 1970 UTC. */
  readonly receivedAt: number
}

/** contentKind unsupported: a person sent what we cannot show yet; the raw item is kept. */
export interface UnsupportedContent {
  /** The platform's name for it. */
  readonly kind: string
  /** The raw item as JSON text. */
  readonly raw: string
}

/** Directory: where a client wants to hear of events. Its secrets are derived, so none stands here. */
export interface Webhook {
  /** Owner. */
  readonly tenant: string
  /** `wh_` and 32 hex digits. */
  readonly webhookId: string
  /** Where events are posted to. */
  readonly url: string
  /** For people. */
  readonly description: string | null
  /** Only events of these types; of all where it is empty. `delivery.*` stands for all that begin so. */
  readonly types: readonly string[]
  /** Only events of these channels; of all, and of those without one, where it is empty. */
  readonly channels: readonly string[]
  /** Only events of these conversations; of all, and of those without one, where it is empty. */
  readonly conversations: readonly string[]
  /** Which derived secret signs; grows by one with each rotation. */
  readonly secretVersion: number
  /** Until when the secret before it signs as well; null where it does not. Milliseconds since 1970 UTC. */
  readonly formerSecretUntil: number | null
  /** Since when it is to be called: what ended earlier calls is void. Milliseconds since 1970 UTC. */
  readonly enabledAt: number
  /** When its owner turned it off; null while it is on. Milliseconds since 1970 UTC. */
  readonly disabledAt: number | null
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number
  /** API key id. */
  readonly createdBy: string
}

/** What became of one attempt to post an event to an endpoint: its delivery log. */
export interface WebhookAttempt {
  /** Owner. */
  readonly tenant: string
  /** The endpoint. */
  readonly webhookId: string
  /** The event's id. */
  readonly eventId: string
  /** The event's type. */
  readonly type: string
  /** As in the call. */
  readonly round: string
  /** From 1. */
  readonly attempt: number
  /** delivered, failed, put-off (not tried, because the endpoint was failing) or dropped (the endpoint is disabled or deleted). */
  readonly outcome: string
  /** When it began. Milliseconds since 1970 UTC. */
  readonly at: number
  /** Milliseconds. */
  readonly tookMs: number
  /** HTTP status of the answer; null where there was none. */
  readonly status: number | null
  /** Why it failed: a sentence. */
  readonly detail: string | null
  /** When the next attempt is due; null where there is none. Milliseconds since 1970 UTC. */
  readonly nextAt: number | null
  /** As in the call. */
  readonly feedPartition: number | null
  /** As in the call. */
  readonly feedOffset: number | null
}

/** One event to be posted to one endpoint. */
export interface WebhookCall {
  /** Owner. */
  readonly tenant: string
  /** The endpoint. */
  readonly webhookId: string
  /** The event's id, and the header `webhook-id` of every attempt. */
  readonly eventId: string
  /** The event's type. */
  readonly type: string
  /** The event as the feed shows it, JSON: the very bytes that are signed and posted. */
  readonly body: string
  /** Empty for what happened just now; else the id of the redelivery that asked for it. */
  readonly round: string
  /** Which attempt is next, from 1. */
  readonly attempt: number
  /** Where the event stands on the feed; null for a test. */
  readonly feedPartition: number | null
  /** Where the event stands on the feed; null for a test. */
  readonly feedOffset: number | null
}

/** How the calls of an endpoint go: written when that changes, so nearly never. */
export interface WebhookHealth {
  /** Owner. */
  readonly tenant: string
  /** The endpoint. */
  readonly webhookId: string
  /** When the first call failed after one that did not; null while they succeed. Milliseconds since 1970 UTC. */
  readonly failingSince: number | null
  /** When the hub stopped calling it; void when it was enabled since. Milliseconds since 1970 UTC. */
  readonly disabledAt: number | null
  /** gone: it answered 410. failing: it has failed for days. */
  readonly reason: string | null
}

/** Every record type that a topic can carry, by its Avro name. */
export interface AvroTypes {
  Alias: Alias
  ApiKey: ApiKey
  ButtonsContent: ButtonsContent
  ChoiceContent: ChoiceContent
  ContactsContent: ContactsContent
  Conversation: Conversation
  Delivery: Delivery
  EditContent: EditContent
  EnrichedMessage: EnrichedMessage
  Event: Event
  Fallback: Fallback
  Identity: Identity
  InAppItem: InAppItem
  InboundItem: InboundItem
  ListContent: ListContent
  LocationContent: LocationContent
  MarkContent: MarkContent
  MediaContent: MediaContent
  Member: Member
  Message: Message
  Person: Person
  ReactionContent: ReactionContent
  ReadMark: ReadMark
  Receipt: Receipt
  Rejection: Rejection
  TemplateContent: TemplateContent
  TextContent: TextContent
  Unsupported: Unsupported
  UnsupportedContent: UnsupportedContent
  Webhook: Webhook
  WebhookAttempt: WebhookAttempt
  WebhookCall: WebhookCall
  WebhookHealth: WebhookHealth
}
