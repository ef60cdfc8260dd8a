import type { ChannelName, SimulatorAccount } from './settings.ts'

/** Ready at start, one on each channel, with a window that is always open. */
export const demoPhones: readonly {
  readonly channel: ChannelName
  readonly address: string
  readonly name: string
}[] = [
  { channel: 'whatsapp', address: '5511999990001', name: 'Ana' },
  { channel: 'messenger', address: '7100000000000002', name: 'Bruno' },
  { channel: 'instagram', address: '8100000000000003', name: 'Clara' },
  { channel: 'telegram', address: '900000004', name: 'Davi' },
]

/** In an app of the client's own: for the in-app page. */
export const demoPeople: readonly { readonly address: string; readonly name: string }[] = [
  { address: 'caio', name: 'Caio' },
  { address: 'lia', name: 'Lia' },
]

/** The accounts that the shipped pipeline.yaml names, with its demo secrets; for a simulator that runs alone. */
export const demoAccounts = (webhooks: string | null): readonly SimulatorAccount[] => {
  const url = (path: string) => (webhooks === null ? {} : { webhookUrl: `${webhooks}/${path}` })
  const open = { token: 'simulator', secret: 'simulator', verifyToken: 'simulator' }
  return [
    { channel: 'whatsapp', accountId: '100000000000001', ...open, ...url('whatsapp/meta') },
    { channel: 'messenger', accountId: '200000000000002', ...open, ...url('messenger/meta') },
    { channel: 'instagram', accountId: '300000000000003', ...open, ...url('instagram/meta') },
    { channel: 'telegram', accountId: '400000000000004', ...open, ...url('telegram/demo') },
  ]
}
