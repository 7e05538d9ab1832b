/** What a server-sent event has of the fields that there are. */
export interface ServerEvent {
  /** message where it has no other. */
  readonly type: string
  /** After what to go on when the stream ends; undefined where it has none. */
  readonly id: string | undefined
  /** Empty in an event that only tells where one is. */
  readonly data: string
}

/** Reads server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function* eventsIn(chunks: AsyncIterable<string>): AsyncGenerator<ServerEvent> {
  let text = ''
  for await (const chunk of chunks) {
    const blocks = (text + chunk).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) yield eventOf(block)
  }
}

function eventOf(block: string): ServerEvent {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line) ?? [])
  const valuesOf = (wanted: string): string[] => {
    return fields.filter(([, name]) => name === wanted).map(([, , value = '']) => value)
  }
  return { type: valuesOf('event').at(-1) ?? 'message', id: valuesOf('id').at(-1), data: valuesOf('data').join('\n') }
}
