import * as fc from 'fast-check'

interface Edit {
  readonly at: number
  readonly removed: number
  readonly inserted: string
}

const characters = fc.constantFrom(...'[]{}",:\\/ \n\t0123456789eE+-.tfnulsrax\'\0\u0007'.split(''), '\u{1f600}')

const edit = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 3 }),
  inserted: fc.string({ unit: characters, maxLength: 3 }),
})

/** Texts in which somebody may have changed a few characters. */
export function edited(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.array(edit, { maxLength: 3 })).map(([text, edits]) => edits.reduce(applied, text))
}

/** Texts that are JSON, or were before they were edited. */
export const nearlyJson = edited(
  fc.tuple(fc.json({ maxDepth: 4 }), fc.nat({ max: 2 })).map(([json, indent]) => {
    return indent === 0 ? json : JSON.stringify(JSON.parse(json), undefined, indent)
  }),
)

function applied(text: string, { at, removed, inserted }: Edit): string {
  const begin = at % (text.length + 1)
  return text.slice(0, begin) + inserted + text.slice(begin + removed)
}
