import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { freePort } from '../../local/free-port.ts'
import type { Measurement } from '../analysis.ts'
import type { Metric } from '../metric.ts'
import { samplePlan, sampleRollout } from '../testing/sample-rollout.ts'
import { candidateName, stableName } from '../testing/simulated-cluster.ts'
import { measure } from './measure.ts'

const place = { service: 'a', namespace: 'shop', urls: { stable: 'http://stable-a', candidate: 'http://candidate-a' } }

let server: Server
let prometheus: string
/** What the API answers a query, as its body; see https://prometheus.io/docs/prometheus/latest/querying/api/ */
let answer: (query: string) => object | string

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const said = answer(new URLSearchParams(body).get('query') ?? '')
      response.end(typeof said === 'string' ? said : JSON.stringify(said))
      return said
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  prometheus = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})

afterAll(() => server.close())

beforeEach(() => {
  answer = () => vector(100)
})

function vector(...values: readonly (number | string)[]): object {
  const result = values.map((value) => ({ metric: {}, value: [1, String(value)] }))
  return { status: 'success', data: { resultType: 'vector', result } }
}

/** Measures one metric in the stage with 10 %. */
async function measured(metric: Metric, url = prometheus): Promise<Measurement | undefined> {
  const plan = samplePlan({ prometheus: url, steps: '10:30s,100' })
  const only = { ...plan, analysis: { ...plan.analysis, metrics: [metric] } }
  const [measurement] = await measure(sampleRollout(only, { phase: 'judging' }), place)
  return measurement
}

test('a query is asked of both revisions, with its arguments filled in, and judged', async () => {
  const asked: string[] = []
  answer = (query) => {
    asked.push(query)
    if (query.includes('increase')) return vector(100)
    return vector(query.includes(candidateName) ? 0.9 : 0.5)
  }
  const metric = {
    name: 'confidence',
    query: 'avg(model{revision="{{revision}}",class="{{class}}"}[{{window}}]) # {{ service }} {{namespace}} {{else}}',
    arguments: { class: 'seven' },
    condition: 'result >= 0.8',
    againstStable: 'result >= stable',
  }
  expect(await measured(metric)).toEqual({
    metric: 'confidence',
    verdict: 'pass',
    result: 0.9,
    stable: 0.5,
    detail: 'result >= 0.8 && result >= stable',
  })
  expect(asked).toContain(`avg(model{revision="${candidateName}",class="seven"}[30s]) # a shop {{else}}`)
  expect(asked).toContain(`avg(model{revision="${stableName}",class="seven"}[30s]) # a shop {{else}}`)
  expect(await measured({ ...metric, condition: 'result > 0.95' })).toMatchObject({
    verdict: 'fail',
    detail: 'result > 0.95 does not hold: result is 0.9',
  })
  expect(await measured({ ...metric, againstStable: 'result <= stable' })).toMatchObject({
    verdict: 'fail',
    detail: 'result <= stable does not hold: result is 0.9, stable 0.5',
  })
})

const metric: Metric = { name: 'p95', condition: 'result <= 1', againstStable: 'result <= stable * 2' }

test.each<[string, (query: string) => object | string, RegExp]>([
  ['too few requests', () => vector(3), /^a-00002 got 3 requests in 30s, and 10 are needed$/],
  ['no series', () => vector(), /^a-00002 got 0 requests in 30s/],
  [
    'too few of the stable revision',
    (query) => vector(query.includes(stableName) ? 3 : 100),
    /^a-00001 got 3 requests in 30s/,
  ],
  ['no number', (query) => vector(query.includes('quantile') ? 'NaN' : 100), /^there is no such series yet$/],
  ['several series', () => vector(100, 200), /gives 2 series, and one number is needed/],
  ['a query that is wrong', () => ({ status: 'error', error: 'parse error' }), /refuses the query: parse error/],
  ['something that is no Prometheus', () => '<html>', /is no Prometheus: <html>/],
])('%s is nothing to judge, and never a pass', async (_, said, detail) => {
  answer = said
  expect(await measured(metric)).toMatchObject({ verdict: 'none', detail: expect.stringMatching(detail) })
})

test('a Prometheus that does not answer is nothing to judge', async () => {
  expect(await measured(metric, `http://127.0.0.1:${await freePort()}`)).toMatchObject({
    verdict: 'none',
    detail: expect.stringMatching(/^Prometheus at http:\/\/127\.0\.0\.1:\d+ cannot be asked: .*ECONNREFUSED/),
  })
})

test.each<[string, string[], Partial<Measurement>]>([
  ['passes by its exit code', ['sh', '-c', 'exit 0'], { verdict: 'pass', detail: 'sh ended with 0' }],
  ['fails by its exit code', ['sh', '-c', 'exit 3'], { verdict: 'fail', detail: 'sh ended with 3' }],
  ['fails by what it measured', ['sh', '-c', `echo '{"result": 2}'`], { verdict: 'fail', result: 2 }],
  ['passes by what it measured', ['sh', '-c', `echo log; echo '{"result": 1, "stable": 1}'`], { verdict: 'pass' }],
  [
    'knows where the candidate is',
    ['sh', '-c', '[ "$ROLLOUT_CANDIDATE_URL" = http://candidate-a ]'],
    { verdict: 'pass' },
  ],
  ['is nothing to judge when it is not there', ['/no/such/program'], { verdict: 'none' }],
])('a script %s', async (_, script, expected) => {
  expect(await measured({ ...metric, name: 'smoke', script })).toMatchObject({ metric: 'smoke', ...expected })
})
