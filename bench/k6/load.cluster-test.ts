import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { Namespace } from '../../knative/testing/namespace.ts'
import { imageOf } from '../../knative/testing/quartet.ts'
import { TestService } from '../../knative/testing/service.ts'
import { quartet, type Outcome } from '../../scripts/testing/quartet-process.ts'
import { Measurement } from './measurement/measurement.ts'

let namespace: Namespace
let folder: string

beforeAll(async () => {
  namespace = await Namespace.create('load')
  await TestService.deploy(namespace, { name: 'predict', image: imageOf('predict') })
})

afterAll(() => namespace.remove())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quartet-load-'))
  return () => rm(folder, { recursive: true })
})

async function bench(...argv: readonly string[]): Promise<Outcome & { measurement: Measurement; page: string }> {
  const { KUBECONFIG = '', HOME = '' } = process.env
  const outcome = await quartet(['bench', ...argv, '--output', folder], { cwd: folder, env: { KUBECONFIG, HOME } })
  const report = await readFile(join(folder, 'report.json'), 'utf8').catch(() => {
    throw new Error(`There is no report: ${outcome.stderr}`)
  })
  const page = await readFile(join(folder, 'report.html'), 'utf8')
  return { ...outcome, measurement: z.parse(Measurement, JSON.parse(report)), page }
}

test('a load on a cluster is reported with the pods that it made', async () => {
  const gateway = `http://${process.env['QUARTET_GATEWAY'] || '127.0.0.1:8080'}`
  const load = ['--rate', '10', '--duration', '5s', '--settle', '0']
  const { code, stdout, measurement, page } = await bench(
    'steady',
    '--kube',
    '-n',
    namespace.name,
    '--url',
    gateway,
    ...load,
  )
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Passed. The report is') })
  const { totals, scale, moments, verdict } = measurement
  expect(verdict).toMatchObject({ isPassed: true })
  expect(totals.requests).toBe(totals.succeeded)
  expect(Math.abs(totals.requests - 50)).toBeLessThanOrEqual(1)
  expect(scale['predict']?.mostReady).toBeGreaterThanOrEqual(1)
  expect(moments.some(({ scale: { predict } }) => predict !== undefined && predict.ready > 0)).toBe(true)
  expect(page).toContain('<h1>Steady on predict</h1>')
})

test('a service that is not there is named', async () => {
  const { KUBECONFIG = '', HOME = '' } = process.env
  const argv = ['bench', 'ramp', '--kube', '-n', namespace.name, '--function', 'health']
  const { code, stderr } = await quartet(argv, { cwd: folder, env: { KUBECONFIG, HOME } })
  expect(code).toBe(1)
  expect(stderr).toContain('"health" not found')
})

/** Answers as predict does where nothing is written, with a failure now and then. */
async function halfBroken(): Promise<Server> {
  let asked = 0
  const server = createServer((request, response) => {
    request.resume()
    asked += 1
    response.statusCode = asked % 2 === 0 ? 503 : 200
    response.setHeader('content-type', 'application/json')
    if (asked === 1) response.setHeader('server-timing', 'total;dur=1, cold;dur=60')
    response.end(JSON.stringify({ predictions: [{ digit: 0 }] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('a load on an address that fails half of the time has not passed, and says why', async () => {
  const server = await halfBroken()
  const { port } = server.address() as AddressInfo
  const load = ['--rate', '10', '--duration', '2s']
  const { code, stdout, measurement } = await bench('steady', '--url', `http://127.0.0.1:${port}`, ...load)
  server.close()
  const { totals, isOnCluster } = measurement
  expect({ code, isOnCluster, cold: totals.cold }).toEqual({ code: 1, isOnCluster: false, cold: 1 })
  expect(totals.failures).toEqual({ 'status 503': Math.floor(totals.requests / 2) })
  expect(stdout).toMatch(/FAILED {2}\d+ of \d+ requests failed: \d+ of status 503\.\n/)
  expect(stdout).toContain('FAILED  Not each answer had what was asked for.')
})
