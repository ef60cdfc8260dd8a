/** What stands round the picture of pipeline.yaml in a Markdown file. */
export const pictureMarks = {
  start: '<!-- pipeline.yaml, drawn by `npm run generate` -->',
  end: '<!-- end of the drawing -->',
} as const

/** The Markdown with the drawing between its marks; as it was where it has no marks. */
export function withPicture(markdown: string, mermaid: string): string {
  const { start, end } = pictureMarks
  const from = markdown.indexOf(start)
  const to = markdown.indexOf(end, from)
  if (from === -1 || to === -1) return markdown
  const picture = `${start}\n\n\`\`\`mermaid\n${mermaid}\`\`\`\n\n`
  return markdown.slice(0, from) + picture + markdown.slice(to)
}
