/** What a person wrote to the demo number, as Meta posts it; `from` is a phone number or a business-scoped id. */
export interface Wrote {
  readonly from: string
  readonly id: string
  readonly text: string
  /** The business-scoped id that the platform tells with a number. */
  readonly alsoKnownAs?: string
}

/** One webhook of Meta with all of these. */
export const whatsappWebhook = (...wrote: readonly Wrote[]) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '9100000000000001',
      changes: wrote.map((each) => ({ field: 'messages', value: changeOf(each) })),
    },
  ],
})

function changeOf({ from, id, text, alsoKnownAs }: Wrote) {
  const isPhone = /^\d+$/.test(from)
  const scoped = isPhone ? alsoKnownAs : from
  const timestamp = String(Math.floor(Date.now() / 1_000))
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '5511900000000', phone_number_id: '100000000000001' },
    contacts: [
      {
        profile: { name: 'X' },
        ...(isPhone && { wa_id: from }),
        ...(scoped !== undefined && { user_id: scoped }),
      },
    ],
    messages: [
      {
        ...(isPhone && { from }),
        ...(scoped !== undefined && { from_user_id: scoped }),
        ...{ id, timestamp, type: 'text', text: { body: text } },
      },
    ],
  }
}
