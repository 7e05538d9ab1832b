import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { Kubectl } from '../../../scripts/cluster/kubectl.ts'
import { isOnPath } from '../../../scripts/on-path.ts'
import { applyManifests } from '../../testing/kustomization.ts'
import { Namespace } from '../../testing/namespace.ts'
import { imageOf } from '../../testing/quartet.ts'
import { impatient, reservedCpu, TestService } from '../../testing/service.ts'
import type { StoredSpan } from '../tracing/jaeger-api.ts'
import { Jaeger } from '../tracing/testing/jaeger.ts'

const seven: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../functions/predict/examples/seven.json'), 'utf8'),
)
const predictedType = 'dev.quartet.predict.digit.predicted'
const patience = { timeout: 90_000, interval: 1000 }

const Line = z.object({ event: z.record(z.string(), z.string()) })
const Data = z.looseObject({ digit: z.number() })
const Nodes = z.object({
  items: z.array(z.object({ status: z.object({ addresses: z.array(z.object({ address: z.string() })) }) })),
})

const isRequired = Boolean(process.env['EVENTING_REQUIRED'])
const brokers = [
  'get',
  'customresourcedefinition',
  'brokers.eventing.knative.dev',
  '--ignore-not-found',
  '--output=name',
]
const hasEventing = (await new Kubectl().run(brokers)) !== ''
if (!hasEventing && isRequired) throw new Error('The cluster has no Knative Eventing: it lacks the kind Broker.')
const host = hasEventing && isOnPath('jaeger') ? await hostForPods() : undefined
if (hasEventing && host === undefined && isRequired)
  throw new Error('The PATH has no jaeger, or no node of the cluster is this machine, so that pods could not reach it.')

/** The address of this machine that pods reach, where it is a node of theirs. */
async function hostForPods(): Promise<string | undefined> {
  const { items } = await new Kubectl().json(['get', 'nodes'], Nodes)
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const own = new Set(addresses.map(({ address }) => address))
  return items.flatMap(({ status }) => status.addresses.map(({ address }) => address)).find((each) => own.has(each))
}

describe.runIf(hasEventing)('a Broker between configs and predict, both at zero', () => {
  let namespace: Namespace
  let configs: TestService
  let predict: TestService
  let jaeger: Jaeger | undefined

  beforeAll(async () => {
    if (host !== undefined) jaeger = await Jaeger.start(host)
    namespace = await Namespace.create('events')
    await deploy()
  }, 240_000)

  afterAll(async () => {
    await namespace.remove()
    await jaeger?.stop()
  })

  async function deploy(): Promise<void> {
    const { kubectl } = namespace
    const images = ['configs', 'predict', 'health', 'migrate'].flatMap((name) =>
      ['', 'dev.local/'].map((prefix) => [`${prefix}quartet-${name}`, imageOf(name)]),
    )
    const service = { group: 'serving.knative.dev', kind: 'Service' }
    const annotations = { ...impatient, 'autoscaling.knative.dev/scale-down-delay': '0s' }
    const small = [
      ...Object.entries(annotations).map(([key, value]) => {
        return { op: 'add', path: `/spec/template/metadata/annotations/${key.replace('/', '~1')}`, value }
      }),
      { op: 'replace', path: '/spec/template/spec/containers/0/resources/requests/cpu', value: reservedCpu },
    ]
    const deletion = { $patch: 'delete', apiVersion: 'v1', kind: 'Service', metadata: { name: 'any' } }
    const endpoint = [{ op: 'replace', path: '/data/endpoint', value: jaeger?.endpoint }]
    await applyManifests(kubectl, {
      base: 'overlays/local',
      components: ['eventing', ...(jaeger ? ['tracing'] : [])],
      namespace: namespace.name,
      images: { ...Object.fromEntries(images), postgres: imageOf('postgres') },
      patches: [
        { target: { ...service, name: '(health|metrics)' }, patch: JSON.stringify(deletion) },
        { target: { ...service, name: '(configs|predict)' }, patch: JSON.stringify(small) },
        ...(jaeger
          ? [{ target: { kind: 'ConfigMap', name: 'quartet-tracing' }, patch: JSON.stringify(endpoint) }]
          : []),
      ],
    })
    await kubectl.apply(JSON.stringify(predictedTrigger))
    await kubectl.run(['wait', 'job/migrate', '--for=condition=Complete', '--timeout=150s'])
    await kubectl.run(['rollout', 'status', 'deployment/dead-letters', '--timeout=120s'])
    const parts = ['broker/quartet', 'sinkbinding/configs', 'trigger/digit-submitted', 'trigger/config-with-digit']
    await kubectl.run(['wait', ...parts, 'trigger/predicted', '--for=condition=Ready', '--timeout=150s'])
    configs = await TestService.ready(namespace, 'configs')
    predict = await TestService.ready(namespace, 'predict')
  }

  /** Writes a config through the ingress, in a trace of its own. */
  async function write(name: string, metadata: object): Promise<string> {
    const trace = randomBytes(16).toString('hex')
    const { status, body } = await configs.ask('/configs', {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${trace}-00f067aa0ba902b7-01` },
      body: JSON.stringify({ name, metadata }),
    })
    expect({ status, body }).toMatchObject({ status: 201 })
    return trace
  }

  /** The events about a config that came to the receiver. */
  async function received(subject: string): Promise<Readonly<Record<string, string>>[]> {
    const lines = (await namespace.kubectl.logs('deployment/dead-letters')).split('\n').filter(Boolean)
    return lines.map((line) => z.parse(Line, JSON.parse(line)).event).filter((event) => event['subject'] === subject)
  }

  async function bothAtZero(): Promise<void> {
    await Promise.all([configs.atZero(), predict.atZero()])
  }

  async function spansOf(trace: string): Promise<StoredSpan[]> {
    return (await jaeger?.api.trace(trace)) ?? []
  }

  test('a config with a digit wakes predict, whose answer comes back to the Broker', async () => {
    await bothAtZero()
    const trace = await write('digit-seven', { digit: seven })
    await expect.poll(() => received('digit-seven'), patience).toHaveLength(1)
    const [answer] = await received('digit-seven')
    expect(answer).toMatchObject({ type: predictedType, source: '/predict' })
    expect(answer).not.toHaveProperty('knativeerrordest')
    expect(z.parse(Data, JSON.parse(Buffer.from(answer?.['data_base64'] ?? '', 'base64').toString()))).toMatchObject({
      digit: 7,
    })
    expect(answer?.['traceparent']).toMatch(new RegExp(`^00-${trace}-`))
  }, 240_000)

  test.runIf(host !== undefined)(
    'from the request to the answer it is one trace, of which a config without a digit has no more than the event',
    async () => {
      const other = await write('rack-1', {})
      const trace = await write('digit-traced', { digit: seven })
      const sent = 'configs POST /configs > configs send config.created'
      await expect
        .poll(async () => pathsOf(await spansOf(trace)), patience)
        .toEqual(
          expect.arrayContaining([
            'configs POST /configs > configs INSERT configs.configs',
            sent,
            `${sent} > predict POST / > predict inference`,
          ]),
        )
      const [answer] = await received('digit-traced')
      const [, ofAnswer, span] = answer?.['traceparent']?.split('-') ?? []
      expect(ofAnswer).toBe(trace)
      expect(await spansOf(trace)).toContainEqual(
        expect.objectContaining({ service: 'predict', name: 'POST /', id: span }),
      )
      const paths = pathsOf(await spansOf(other))
      expect(paths).toContain(sent)
      expect(paths.filter((path) => path.includes('predict'))).toEqual([])
    },
    200_000,
  )

  test('a digit that is wrong goes to the dead letters at once, with who refused it and why; then both return to zero', async () => {
    const trace = await write('digit-wrong', { digit: { image: [1, 2, 3] } })
    await expect.poll(() => received('digit-wrong'), patience).toHaveLength(1)
    const [letter] = await received('digit-wrong')
    expect(letter).toMatchObject({ type: 'dev.quartet.configs.config.created', knativeerrorcode: '400' })
    expect(letter?.['knativeerrordest']).toContain('predict')
    expect(letter?.['traceparent']).toMatch(new RegExp(`^00-${trace}-`))
    expect(JSON.parse(Buffer.from(letter?.['data_base64'] ?? '', 'base64').toString())).toMatchObject({
      name: 'digit-wrong',
    })
    await bothAtZero()
  }, 200_000)
})

/** What predict answers goes to the receiver of dead letters: it tells every event that comes. */
const predictedTrigger = {
  apiVersion: 'eventing.knative.dev/v1',
  kind: 'Trigger',
  metadata: { name: 'predicted' },
  spec: {
    broker: 'quartet',
    filters: [{ exact: { type: predictedType } }],
    subscriber: { ref: { apiVersion: 'v1', kind: 'Service', name: 'dead-letters' } },
  },
}

/** Each span as the names of those above it and its own. */
function pathsOf(spans: readonly StoredSpan[]): string[] {
  const pathOf = ({ service, name, parentId }: StoredSpan): string => {
    const parent = spans.find(({ id }) => id === parentId)
    return `${parent ? `${pathOf(parent)} > ` : ''}${service} ${name}`
  }
  return spans.map(pathOf)
}
