import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { earlierNames } from './earlier-names.ts'
import { exposition } from './exposition.ts'
import { familiesOf, type Family } from './families.ts'
import { parseExposition } from './testing/exposition.ts'
import { parseOpenMetrics } from './testing/open-metrics-text.ts'
import type { Total, TotalExemplar } from './totals.ts'

function counter(labels: Record<string, string>, value: string, metric = 'http_requests_total'): Total {
  return { metric, type: 'counter', help: 'HTTP requests.', labels: JSON.stringify(labels), part: '', value }
}

function histogram(labels: Record<string, string>, values: Record<string, string>): Total[] {
  return Object.entries(values).map(([part, value]) => {
    return { metric: 'took_seconds', type: 'histogram', help: 'Time.', labels: JSON.stringify(labels), part, value }
  })
}

const durations = histogram({ route: '/a' }, { '+Inf': '2', '0.0005': '1', sum: '12345678', '1': '3', '0.5': '0' })

describe('the Prometheus text format', () => {
  test('a counter', async () => {
    const families = familiesOf([counter({ function: 'configs', code: '200' }, '7')])
    expect(await textOf(families)).toBe(
      '# HELP http_requests_total HTTP requests.\n# TYPE http_requests_total counter\n' +
        'http_requests_total{function="configs",code="200"} 7\n',
    )
  })

  test('a histogram, whose buckets are in order and have what is below them too', async () => {
    expect((await textOf(familiesOf(durations))).split('\n').slice(2)).toEqual([
      'took_seconds_bucket{route="/a",le="0.0005"} 1',
      'took_seconds_bucket{route="/a",le="0.5"} 1',
      'took_seconds_bucket{route="/a",le="1"} 4',
      'took_seconds_bucket{route="/a",le="+Inf"} 6',
      'took_seconds_sum{route="/a"} 12.345678',
      'took_seconds_count{route="/a"} 6',
      '',
    ])
  })

  test.each([
    ['0', '0'],
    ['1', '0.000001'],
    ['1000000', '1'],
    ['10000000', '10'],
    ['1500000', '1.5'],
  ])('%s millionths are written as %s', async (sum, written) => {
    expect(await textOf(familiesOf(histogram({}, { sum, '+Inf': '1' })))).toContain(`took_seconds_sum ${written}\n`)
  })

  test('what is in labels and help is escaped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ unit: 'binary' })),
        fc.string({ minLength: 1 }),
        async (labels, help) => {
          const text = await textOf(familiesOf([{ ...counter(labels, '1'), help }]))
          const [sample] = parseExposition(text)
          const read = Object.entries(sample?.labels ?? {}).map(([name, value]) => [name, unescaped(value)])
          expect(Object.fromEntries(read)).toEqual(labels)
        },
      ),
    )
  })
})

describe('OpenMetrics', () => {
  test('a counter, whose family does not have the suffix', async () => {
    expect(await openTextOf(familiesOf([counter({}, '7')]))).toBe(
      '# HELP http_requests HTTP requests.\n# TYPE http_requests counter\nhttp_requests_total 7\n# EOF\n',
    )
  })

  test('a histogram with bounds that are floats, and the traces of its buckets', async () => {
    const at = 1_520_879_607_789
    const exemplar: TotalExemplar = {
      metric: 'took_seconds',
      labels: JSON.stringify({ route: '/a' }),
      part: '1',
      traceId: 'c'.repeat(32),
      value: 0.67,
      at,
    }
    expect((await openTextOf(familiesOf(durations, [exemplar]))).split('\n')).toEqual([
      '# HELP took_seconds Time.',
      '# TYPE took_seconds histogram',
      'took_seconds_bucket{route="/a",le="0.0005"} 1',
      'took_seconds_bucket{route="/a",le="0.5"} 1',
      `took_seconds_bucket{route="/a",le="1.0"} 4 # {trace_id="${'c'.repeat(32)}"} 0.67 1520879607.789`,
      'took_seconds_bucket{route="/a",le="+Inf"} 6',
      'took_seconds_sum{route="/a"} 12.345678',
      'took_seconds_count{route="/a"} 6',
      '# EOF',
      '',
    ])
  })

  test('whatever the numbers and labels, it can be read', async () => {
    // All but le, which is the histogram's own.
    const labels = fc.dictionary(fc.stringMatching(/^[a-km-z][a-z]{0,4}$/), fc.string({ unit: 'binary' }))
    const values = fc.record({ sum: fc.nat(), '0.1': fc.nat(), '5': fc.nat(), '+Inf': fc.nat() })
    await fc.assert(
      fc.asyncProperty(labels, values, async (of, { sum, ...buckets }) => {
        const texts = Object.fromEntries(
          Object.entries({ sum, ...buckets }).map(([part, value]) => [part, String(value)]),
        )
        const [family] = parseOpenMetrics(await openTextOf(familiesOf(histogram(of, texts))))
        const count = Object.values(buckets).reduce((total, value) => total + value, 0)
        expect(family?.samples.at(-1)).toMatchObject({ name: 'took_seconds_count', value: count })
      }),
    )
  })

  test('no series at all', async () => {
    expect(await openTextOf([])).toBe('\n# EOF\n')
    expect(await textOf([])).toBe('\n')
  })
})

test('earlier names sum over what they do not tell apart', () => {
  const families = familiesOf([
    counter(labelsOf('configs', '/configs', 'GET', '1'), '1'),
    counter(labelsOf('configs', '/configs', 'GET', '2'), '10'),
    counter(labelsOf('configs', '/configs/:name', 'PUT', '2'), '100'),
    counter(labelsOf('predict', '/predict', 'GET', '1'), '1000'),
  ])
  expect(earlierNames(families)).toMatchObject([
    {
      name: 'http_requests',
      series: [
        { labels: { method: 'GET', code: '200' }, value: 1011n },
        { labels: { method: 'PUT', code: '200' }, value: 100n },
      ],
    },
    {
      name: 'http_requests_config',
      series: [
        { labels: { endpoint: '/configs', method: 'GET', code: '200' }, value: 11n },
        { labels: { endpoint: '/configs/:name', method: 'PUT', code: '200' }, value: 100n },
      ],
    },
  ])
})

const textOf = (families: readonly Family[]): Promise<string> => exposition(families, 'prometheus')
const openTextOf = (families: readonly Family[]): Promise<string> => exposition(families, 'openmetrics')

function labelsOf(name: string, route: string, method: string, revision: string): Record<string, string> {
  return { function: name, route, method, code: '200', revision }
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}
