import type { MessageText } from '../../ports/history.ts'
import type { Statement } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'
import { tenantWord } from './tenant-word.ts'

/** The words of messages, for those who search. They are added, also when they are there: who reads looks up the message. */
export const messageTexts = (texts: readonly MessageText[]): Statement => ({
  text: addTexts,
  params: [
    arrayLiteral(texts, ({ message }) => message.tenant),
    arrayLiteral(texts, ({ message }) => message.messageId),
    arrayLiteral(texts, ({ message }) => message.submissionId),
    arrayLiteral(texts, ({ message }) => message.acceptedAt),
    arrayLiteral(texts, ({ message }) => tenantWord(message.tenant)),
    arrayLiteral(texts, ({ language }) => language),
    arrayLiteral(texts, ({ text }) => text),
  ],
})

const addTexts = `
  insert into message_text (tenant, message_id, submission_id, accepted_at, words)
  select tenant, message_id, submission_id, accepted_at,
    array_to_tsvector(array[tenant_word]) || to_tsvector(language::regconfig, text)
  from unnest(
    $1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])
    as new (tenant, message_id, submission_id, accepted_at, tenant_word, language, text)`
