import * as z from 'zod/mini'

const mostMetrics = 100
const mostSeries = 2000
const mostLabels = 16
const mostParts = 64

/** A number that a process has counted is whole, and one that a double holds. */
const Count = z.int().check(z.gte(0))
const Name = z
  .string()
  .check(z.maxLength(200), z.regex(/^[a-z][a-z0-9_]*$/, 'Expected a name such as http_requests_total'))
const LabelName = z
  .string()
  .check(z.maxLength(100), z.regex(/^(?!le$)[a-z][a-z0-9_]*$/, 'Expected a name such as route, and not le'))
const Part = z
  .string()
  .check(
    z.maxLength(40),
    z.regex(/^(?:|sum|\+Inf|\d+(?:\.\d+)?(?:e-\d+)?)$/, 'Expected nothing, sum, or the upper bound of a bucket'),
  )

const Exemplar = z.strictObject({
  traceId: z.string().check(z.regex(/^[0-9a-f]{32}$/, 'Expected the 32 hexadecimal digits of a trace id')),
  value: z.number().check(z.gte(0)),
  at: z.int().check(z.gte(0)),
})

function most(count: number, of: string) {
  return z.refine<object>((value) => Object.keys(value).length <= count, `Expected at most ${count} ${of}`)
}

const Series = z.strictObject({
  labels: z.record(LabelName, z.string().check(z.maxLength(500))).check(most(mostLabels, 'labels')),
  values: z.record(Part, Count).check(most(mostParts, 'values')),
  exemplars: z.optional(z.record(Part, Exemplar).check(most(mostParts, 'exemplars'))),
})

const Reading = z.strictObject({
  name: Name,
  type: z.enum(['counter', 'gauge', 'histogram']),
  help: z.string().check(z.minLength(1), z.maxLength(1000)),
  series: z.array(Series).check(z.maxLength(mostSeries)),
})

const Readings = z.array(Reading).check(z.maxLength(mostMetrics))

/** What a process pushes. */
export const Pushed = z.strictObject({
  process: z.uuid(),
  sequence: z.int().check(z.gte(1)),
  isFirst: z.boolean(),
  isLast: z.boolean(),
  readings: Readings,
  base: z.optional(Readings),
})
