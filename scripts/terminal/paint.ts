import { styleText } from 'node:util'

export type Color = 'green' | 'yellow' | 'red' | 'dim' | 'bold'

/** Colors a text. */
export type Paint = (color: Color, text: string) => string

/** Colors where the stream is a terminal and nobody has asked for none: NO_COLOR, https://no-color.org */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (color, text) => (text === '' ? '' : styleText(color, text, { stream }))
}

export const plain: Paint = (_color, text) => text
