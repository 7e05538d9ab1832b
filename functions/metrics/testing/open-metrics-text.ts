/** One line of a scrape. */
interface OpenSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly exemplar?: { readonly traceId: string; readonly value: number; readonly seconds: number }
}

interface OpenFamily {
  readonly name: string
  readonly type: string
  readonly samples: readonly OpenSample[]
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
}
const sampleLine =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\\n]|\\[\\"n])*")*)\})? (\S+)(?: # \{trace_id="([^"]*)"\} (\S+) (\S+))?$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\"n])*)"(?:,(?!$)|$)/gy

/**
 * Reads OpenMetrics 1.0 as strictly as its specification says, of what we write:
 * https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 * @throws Error at what is none of it
 */
export function parseOpenMetrics(text: string): OpenFamily[] {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('The last line does not end.')
  if (lines.pop() !== '# EOF') throw new Error('The text does not end with # EOF.')
  const families: { name: string; type: string; samples: OpenSample[] }[] = []
  for (const line of lines) {
    const [, word, name = '', rest = ''] = /^# (TYPE|HELP) (\S+) (.*)$/s.exec(line) ?? []
    const family = families.at(-1)
    if (word === 'HELP') {
      if (families.some((each) => each.name === name)) throw new Error(`${name} comes twice.`)
      families.push({ name, type: '', samples: [] })
    } else if (!family || (word === 'TYPE' && (name !== family.name || family.samples.length > 0))) {
      throw new Error(`This line is not where its family is: ${line}`)
    } else if (word === 'TYPE') {
      if (!(rest in suffixes)) throw new Error(`${rest} is not a type that is expected here.`)
      family.type = rest
    } else if (word === undefined) {
      family.samples.push(sampleIn(line, family))
    }
  }
  for (const family of families) checkHistogram(family)
  return families
}

function sampleIn(line: string, { name: family, type }: Pick<OpenFamily, 'name' | 'type'>): OpenSample {
  const [, name = '', inBraces = '', value = '', traceId, exemplarValue = '', seconds = ''] =
    sampleLine.exec(line) ?? []
  const suffix = name.startsWith(family) ? name.slice(family.length) : undefined
  if (suffix === undefined || !suffixes[type]?.includes(suffix))
    throw new Error(`This is no sample of ${family}: ${line}`)
  const labels = [...inBraces.matchAll(label)]
  if (labels.map(([all]) => all).join('') !== inBraces) throw new Error(`The labels cannot be read: ${line}`)
  if (traceId !== undefined && suffix !== '_bucket' && suffix !== '_total')
    throw new Error(`No exemplar belongs here: ${line}`)
  const { le, ...others } = Object.fromEntries(labels.map(([, key = '', quoted = '']) => [key, quoted]))
  if (suffix === '_bucket' && (le === undefined || !/^(?:\+Inf|\d+\.\d+|\d+(?:\.\d+)?e-\d+)$/.test(le)))
    throw new Error(`The bound is not written as a float: ${line}`)
  return {
    name,
    labels: { ...others, ...(le !== undefined && { le }) },
    value: numberIn(value),
    ...(traceId !== undefined && {
      exemplar: { traceId, value: numberIn(exemplarValue), seconds: numberIn(seconds) },
    }),
  }
}

/** Buckets ascend to +Inf, whose count is that of all, and an exemplar is in the bucket of its value. */
function checkHistogram({ name, type, samples }: OpenFamily): void {
  if (type !== 'histogram') return
  let below = { bound: -Infinity, count: 0 }
  for (const { name: sample, labels, value, exemplar } of samples) {
    const { le } = labels
    if (le === undefined) {
      if (sample.endsWith('_count') && value !== below.count)
        throw new Error(`${name} counts ${value}, not ${below.count}.`)
      if (below.bound !== Infinity) throw new Error(`${name} has no bucket without a bound.`)
      if (sample.endsWith('_count')) below = { bound: -Infinity, count: 0 }
      continue
    }
    const bound = le === '+Inf' ? Infinity : Number(le)
    if (bound <= below.bound || value < below.count) throw new Error(`${name} does not ascend at ${le}.`)
    if (exemplar && (exemplar.value > bound || exemplar.value <= below.bound))
      throw new Error(`An exemplar is not in ${le}.`)
    below = { bound, count: value }
  }
}

function numberIn(value: string): number {
  if (value === '' || Number.isNaN(Number(value))) throw new Error(`This is no value: ${value}`)
  return Number(value)
}
