import type { ButtonLimits, Capabilities, Limit, ListLimits } from '../capabilities.ts'
import type { Button, ButtonsContent, Content, ListContent, ListRow } from '../content.ts'
import { lengthIn } from '../split-text.ts'
import { formattedParts } from './formatted-parts.ts'
import type { ShowingRule } from './rules.ts'
import type { Shown } from './shown.ts'
import { textParts } from './text-parts.ts'

type Menu = ButtonsContent | ListContent

const fits = (text: string | undefined, { max, unit }: Limit): boolean =>
  text === undefined || lengthIn(unit, text) <= max

/** Buttons as buttons, or as numbered lines. */
export function buttonParts(content: ButtonsContent, capabilities: Capabilities): Shown {
  const limits = capabilities.kinds.includes('buttons') ? capabilities.buttons : undefined
  const text = limits && textLimitFor(content.buttons, limits)
  if (limits && text) return menuParts(content, limits, text, [], capabilities)
  const lines = content.buttons.map(({ title, url }, index) =>
    numbered(index, url === undefined ? title : `${title}: ${url}`),
  )
  return asText(content, lines, 'buttons-as-text', capabilities)
}

/** The limit of the text above such buttons; undefined where the channel cannot show them. */
function textLimitFor(buttons: readonly Button[], limits: ButtonLimits): Limit | undefined {
  const { title, id, withUrls } = limits
  const withUrl = buttons.some(({ url }) => url !== undefined)
  const form = withUrl ? withUrls : limits
  if (!form || buttons.length > form.most) return undefined
  return buttons.every((each) => fits(each.title, title) && fits(each.id, id))
    ? form.text
    : undefined
}

/** A list as a list, as buttons, or as numbered lines. */
export function listParts(content: ListContent, capabilities: Capabilities): Shown {
  const { kinds, list, buttons } = capabilities
  if (kinds.includes('list') && list && isShown(content, list)) {
    return menuParts(content, list, list.text, [], capabilities)
  }
  const rows = content.sections.flatMap((section) => section.rows)
  const asButtons = rows.map(({ id, title }) => ({ id, title }))
  if (kinds.includes('buttons') && buttons && textLimitFor(asButtons, buttons)) {
    const { header, footer } = content
    const described = rows.filter(({ description }) => description !== undefined).map(rowText)
    const menu: ButtonsContent = {
      type: 'buttons',
      text: [content.text, ...described].join('\n'),
      ...(header !== undefined && { header }),
      ...(footer !== undefined && { footer }),
      buttons: asButtons,
    }
    return menuParts(menu, buttons, buttons.text, ['list-as-buttons'], capabilities)
  }
  let index = 0
  const lines = content.sections.flatMap((section) => [
    ...(section.title === undefined ? [] : [section.title]),
    ...section.rows.map((row) => numbered(index++, rowText(row))),
  ])
  return asText(content, lines, 'list-as-text', capabilities)
}

function isShown({ button, sections }: ListContent, limits: ListLimits): boolean {
  const rows = sections.flatMap((section) => section.rows)
  return (
    rows.length <= limits.rows &&
    sections.length <= limits.sections &&
    fits(button, limits.button) &&
    sections.every(({ title }) => fits(title, limits.sectionTitle)) &&
    rows.every(
      ({ id, title, description }) =>
        fits(id, limits.id) && fits(title, limits.title) && fits(description, limits.description),
    )
  )
}

/** Header and footer that the channel lacks become lines of the text; a text that is too long goes ahead in parts. */
function menuParts(
  content: Menu,
  limits: Pick<ButtonLimits, 'header' | 'footer'>,
  textLimit: Limit,
  rules: readonly ShowingRule[],
  capabilities: Capabilities,
): Shown {
  const { header, footer, text, ...rest } = content
  const ownHeader = limits.header !== undefined && fits(header, limits.header)
  const ownFooter = limits.footer !== undefined && fits(footer, limits.footer)
  const said = paragraphs(ownHeader ? undefined : header, text, ownFooter ? undefined : footer)
  const texts = formattedParts({ text: said }, capabilities, textLimit).map((part) => part.content)
  const last = texts.at(-1)?.text ?? text
  const menu: Content = {
    ...rest,
    text: last,
    ...(ownHeader && header !== undefined && { header }),
    ...(ownFooter && footer !== undefined && { footer }),
  }
  const isCut = texts.length > 1
  return {
    kind: 'shown',
    parts: [...texts.slice(0, -1), menu],
    rules: isCut ? [...rules, 'text-in-parts'] : rules,
  }
}

function asText(
  { header, text, footer }: Menu,
  lines: readonly string[],
  rule: ShowingRule,
  capabilities: Capabilities,
): Shown {
  return textParts(paragraphs(header, text, lines.join('\n'), footer), [rule], capabilities)
}

const paragraphs = (...texts: readonly (string | undefined)[]): string =>
  texts.filter((each) => each !== undefined && each !== '').join('\n\n')

const numbered = (index: number, line: string): string => `${index + 1}. ${line}`

const rowText = ({ title, description }: ListRow): string =>
  description === undefined ? title : `${title}: ${description}`
