import { syntaxErrorPosition } from '../../_runtime/json/json-position.ts'

/** What is wrong with a text, and where. */
export interface Mark {
  /** In UTF-16 units. */
  readonly at: number
  readonly detail: string
}

/** Finds where a text stops being JSON: the place that the function would name. */
export function syntaxFlaw(source: string): Mark | undefined {
  try {
    JSON.parse(source)
    return undefined
  } catch (error) {
    // What nests too deeply for this browser is left to the function.
    if (!(error instanceof SyntaxError)) return undefined
  }
  const at = syntaxErrorPosition(source)
  const character = source.codePointAt(at)
  if (character !== undefined) return { at, detail: `Unexpected ${JSON.stringify(String.fromCodePoint(character))}` }
  return { at, detail: at === 0 ? 'There is nothing yet' : 'The text ends too early' }
}
