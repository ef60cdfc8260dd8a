import { isName } from '../is-name.ts'
import { derivedNames } from '../model.ts'
import { nearest } from '../nearest.ts'
import type { Check } from '../plan.ts'
import type { Item } from '../read.ts'

/** Channels and accounts that the file names exist, and nobody takes the names that the engine derives. */
export const checkNames: Check = (plan, log) => {
  const unknown = (what: string, item: Item<string>, known: readonly string[]) => {
    const meant = nearest(item.value, known)
    log.add('C4A1107', {
      at: item,
      message: `There is no ${what} '${item.value}'`,
      fix: `${meant ? `Did you mean '${meant}'? ` : ''}${known.length > 0 ? `One of: ${known.join(', ')}.` : `Declare one.`}`,
      edits: meant ? [{ ...item.span, text: meant }] : [],
    })
  }
  for (const [name, { value: channel }] of plan.written.channels?.value ?? []) {
    const others = [...plan.channels.keys()].filter((other) => other !== name)
    if (channel.like?.known && !others.includes(channel.like.value))
      unknown('other channel', channel.like, others)
    const accounts = [...(channel.accounts?.value.keys() ?? [])]
    for (const { value: endpoint } of channel.endpoints?.value.values() ?? []) {
      const { account } = endpoint
      if (account?.known && !accounts.includes(account.value)) unknown('account', account, accounts)
    }
  }
  const channels = [...plan.channels.keys()]
  for (const { channelSetting } of plan.stages.values())
    if (channelSetting?.known && !channels.includes(channelSetting.value))
      unknown('channel', channelSetting, channels)
  checkDerived(plan, log)
}

const checkDerived: Check = (plan, log) => {
  const { name } = plan.written
  if (name?.known && !isName(name.value))
    log.add('C4A1010', {
      at: name,
      message: `'${name.value}' cannot be a name`,
      fix: 'Use letters, digits, dots, dashes and underscores.',
    })
  for (const { id, written } of plan.stages.values()) {
    for (const name of [
      derivedNames.park(id),
      derivedNames.blocked(id),
      derivedNames.deadLetters(id),
    ]) {
      const topic = plan.topics.get(name)
      if (topic)
        log.add('C4A1108', {
          at: topic.at,
          message: `The stage '${id}' keeps a topic '${name}' of its own`,
          fix: 'Give the topic another name.',
        })
    }
    const former = written.value.renamedFrom
    if (former && plan.stages.has(former.value))
      log.add('C4A1108', {
        at: former,
        message: `The stage '${former.value}' is still there, and its group with it`,
        fix: "Take 'renamedFrom' out, or the other stage.",
      })
  }
}
