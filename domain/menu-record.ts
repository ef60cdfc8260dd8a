import type * as records from '../schemas/types.ts'
import type { ButtonsContent, ListContent } from './content.ts'
import { present } from './present.ts'

/** Buttons and lists to and from their Avro records. */
export const menuRecord = {
  ofButtons: (content: ButtonsContent): records.ButtonsContent => ({
    ...aroundOf(content),
    buttons: content.buttons.map(({ title, id, url }) => ({
      title,
      id: id ?? null,
      url: url ?? null,
    })),
  }),

  ofList: (content: ListContent): records.ListContent => ({
    ...aroundOf(content),
    button: content.button,
    sections: content.sections.map(({ title, rows }) => ({
      title: title ?? null,
      rows: rows.map((row) => ({
        id: row.id,
        title: row.title,
        description: row.description ?? null,
      })),
    })),
  }),

  buttons: ({ buttons, ...around }: records.ButtonsContent): ButtonsContent => ({
    type: 'buttons',
    ...present(around),
    buttons: buttons.map(present),
  }),

  list: ({ sections, ...around }: records.ListContent): ListContent => ({
    type: 'list',
    ...present(around),
    sections: sections.map(({ title, rows }) => ({
      ...(title !== null && { title }),
      rows: rows.map(present),
    })),
  }),
}

const aroundOf = ({ text, header, footer }: ButtonsContent | ListContent) => ({
  text,
  header: header ?? null,
  footer: footer ?? null,
})
