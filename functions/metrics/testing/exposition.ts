/** One line of a scrape. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/gsy

/**
 * Reads the Prometheus text format, as strictly as Prometheus does:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 * @throws Error at a line that is none of it, or a sample whose type was not said before
 */
export function parseExposition(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.')
  const types = new Map<string, string>()
  const samples: Sample[] = []
  for (const line of text.split('\n').filter(Boolean)) {
    const [, name, type] = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? []
    if (name !== undefined && type !== undefined) types.set(name, type)
    else if (!/^# HELP \S+ /.test(line)) samples.push(sampleIn(line, types))
  }
  return samples
}

function sampleIn(line: string, types: ReadonlyMap<string, string>): Sample {
  const [, name = '', inBraces = '', value = ''] = sampleLine.exec(line) ?? []
  const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
  if (!types.has(family)) throw new Error(`No type was said for: ${line}`)
  const labels = [...inBraces.matchAll(label)]
  if (labels.map(([all]) => all).join('') !== inBraces) throw new Error(`The labels cannot be read: ${line}`)
  return {
    name,
    labels: Object.fromEntries(labels.map(([, key = '', text = '']) => [key, text])),
    value: numberIn(value),
  }
}

function numberIn(value: string): number {
  if (value === '+Inf') return Infinity
  if (value === '' || Number.isNaN(Number(value))) throw new Error(`This is no value: ${value}`)
  return Number(value)
}
