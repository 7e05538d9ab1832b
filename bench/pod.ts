// What one pod of each function carries, and what a limit on its processor does to its start: the reasons for the values in
// knative/base. The functions are deployed before; what is measured are copies of them, which are removed again.
//   KUBECONFIG=... npm run bench:pod -- NAMESPACE [load|starts]
import { setTimeout as sleep } from 'node:timers/promises'

import * as z from 'zod/mini'

import { ask } from '../knative/testing/gateway.ts'
import { questions } from '../knative/testing/questions.ts'
import { Kubectl } from '../scripts/cluster/kubectl.ts'
import { note } from './note.ts'
import { formatSpread, spreadOf } from './statistics.ts'

const concurrencies = [1, 4, 8, 16, 32, 64]
const secondsEach = 3
const cpuLimits = ['100m', '250m', '500m', '1']
const startsEach = 3
const onePod = {
  'autoscaling.knative.dev/min-scale': '1',
  'autoscaling.knative.dev/max-scale': '1',
  'autoscaling.knative.dev/target-burst-capacity': '0',
}

const Service = z.object({
  spec: z.object({ template: z.object({ metadata: z.looseObject({}), spec: z.looseObject({ containers: z.any() }) }) }),
})
const Ready = z.object({ status: z.object({ url: z.string() }) })
const Listening = z.object({ sinceSpawnMs: z.number() })

const [namespace = 'quartet', part = 'both'] = process.argv.slice(2)
const kubectl = new Kubectl({ namespace })

for (const [name, question] of Object.entries(part === 'starts' ? {} : questions)) {
  const { spec } = await kubectl.json(['get', 'services.serving.knative.dev', name], Service)
  await measureLoad(name, question, spec.template)
}
for (const name of part === 'load' ? [] : (['configs', 'predict'] as const)) {
  const { spec } = await kubectl.json(['get', 'services.serving.knative.dev', name], Service)
  await measureStarts(name, spec.template.spec)
}

async function measureLoad(name: string, question: (typeof questions)['configs'], template: object): Promise<void> {
  const copy = `one-${name}`
  const { spec } = z.parse(Service, { spec: { template } })
  const metadata = { annotations: onePod, labels: spec.template.metadata['labels'] }
  await kubectl.apply(
    JSON.stringify({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: copy },
      spec: { template: { metadata, spec: spec.template.spec } },
    }),
  )
  try {
    const object = `services.serving.knative.dev/${copy}`
    await kubectl.run(['wait', object, '--for=condition=Ready', '--timeout=120s'])
    const { status } = await kubectl.json(['get', object], Ready)
    const { host } = new URL(status.url)
    note(`${name}: at once, answers a second, p50 ms, p99 ms, not 200`)
    await load(host, question, 16, 2)
    for (const concurrency of concurrencies) {
      const { durations, failed } = await load(host, question, concurrency, secondsEach)
      const sorted = durations.toSorted((one, other) => one - other)
      const at = (quantile: number): string => (sorted[Math.floor(sorted.length * quantile)] ?? Number.NaN).toFixed(1)
      console.log([name, concurrency, Math.round(sorted.length / secondsEach), at(0.5), at(0.99), failed].join('\t'))
    }
  } finally {
    await kubectl.delete(['services.serving.knative.dev', copy, '--wait=false'])
  }
}

async function load(
  host: string,
  { path, ...question }: (typeof questions)['configs'],
  atOnce: number,
  seconds: number,
) {
  const durations: number[] = []
  let failed = 0
  const end = performance.now() + seconds * 1000
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now()
      const { status } = await ask(host, path, question)
      if (status === 200) durations.push(performance.now() - began)
      else failed += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, client))
  return { durations, failed }
}

async function measureStarts(name: string, { containers }: { readonly containers: unknown }): Promise<void> {
  const [{ image, env }] = z.parse(z.array(z.looseObject({ image: z.string() })), containers) as [
    { image: string; env: unknown },
  ]
  note(`${name}: limit, ms from spawn to listening (min, median, max)`)
  for (const limit of cpuLimits) {
    const times: number[] = []
    for (let start = 0; start < startsEach; start += 1) times.push(await startOnce(`start-${name}`, image, env, limit))
    console.log([name, limit, formatSpread(spreadOf(times), 0)].join('\t'))
  }
}

async function startOnce(name: string, image: string, env: unknown, limit: string): Promise<number> {
  const restricted = {
    runAsNonRoot: true,
    runAsUser: 65_532,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  }
  const resources = { requests: { cpu: '5m' }, limits: { cpu: limit, memory: '512Mi' } }
  const container = { name: 'function', image, env, resources, securityContext: restricted }
  const spec = { containers: [container], terminationGracePeriodSeconds: 1 }
  await kubectl.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }))
  try {
    for (;;) {
      const said = await kubectl.run(['logs', name]).catch(() => '')
      const line = said.split('\n').find((each) => each.includes('"listening"'))
      if (line !== undefined) return z.parse(Listening, JSON.parse(line)).sinceSpawnMs
      await sleep(300)
    }
  } finally {
    await kubectl.delete(['pod', name, '--now', '--wait=true'])
  }
}
