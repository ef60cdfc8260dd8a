/** The rules by which a channel that cannot show something as it is shows it otherwise: what was said is never dropped. */
export const showingRules = {
  'text-in-parts':
    'A text longer than the channel takes is cut into several messages, at the end of a paragraph, line, sentence or word.',
  'formatting-lost':
    'Formatting that the channel lacks is left out; the address of a link is written behind its words.',
  'caption-apart': 'A caption that is too long, or that the channel lacks, follows as a text.',
  'sticker-as-image': 'A sticker is sent as an image.',
  'media-as-document':
    'A medium of a type or size that the channel takes only as a document is sent as one.',
  'media-as-link':
    'A medium that the channel takes in no form, or that is too large, is sent as a text with its link.',
  'location-as-text':
    'A location is sent as its name, its address and a link that phones open as a map.',
  'contacts-in-parts':
    'Contacts are sent in several messages, as many in each as the channel takes.',
  'contacts-as-text': 'A contact is sent as a text with its name, numbers and addresses.',
  'buttons-as-text':
    'Buttons are sent as a text with numbered lines; links stand beside their titles.',
  'list-as-buttons':
    'A list is sent as buttons, one for each row; what describes the rows stands in the text.',
  'list-as-text': 'A list is sent as a text with numbered lines.',
  'template-as-text': 'A template is sent as the text that the sender gave with it.',
  'reaction-as-text': 'A reaction is sent as a text, in answer to the message.',
  'edit-as-text': 'A changed text is sent anew behind a pencil, in answer to the message.',
  'choice-as-text': 'A tap is sent as the words that were tapped.',
  'unavailable-as-note':
    'A file that could not be had from who sent it is named in brackets, with its caption.',
  'unsupported-as-note': 'What could not be read is named in brackets.',
} as const

export type ShowingRule = keyof typeof showingRules
