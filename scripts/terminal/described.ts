const titleWidth = 14
/** Who sees so much has seen enough of a message. */
const mostCharacters = 300

/** A title with a text beside it, in as many lines as it takes. */
export function described(title: string, text: string, width: number): string[] {
  const whole = text.replaceAll(/\s+/g, ' ').trim()
  const shown = whole.length > mostCharacters ? `${whole.slice(0, mostCharacters - 1)}…` : whole
  const [first = '', ...others] = wrapped(shown, Math.max(20, width - titleWidth - 2))
  const indent = ' '.repeat(titleWidth + 2)
  return [`  ${title.padEnd(titleWidth)}${first}`, ...others.map((line) => indent + line)]
}

/** Breaks a text between words; a word that is longer than a line is left whole, for whoever copies it. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
