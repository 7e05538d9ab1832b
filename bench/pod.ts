// What one pod of each function carries: the reason for the targets in knative/base. The functions are deployed before; what is
// measured are copies of them, which are removed again.
//   KUBECONFIG=... npm run bench:pod -- NAMESPACE
import * as z from 'zod/mini'

import { ask } from '../knative/testing/gateway.ts'
import { questions } from '../knative/testing/questions.ts'
import { Kubectl } from '../scripts/cluster/kubectl.ts'
import { note } from './note.ts'

const concurrencies = [1, 4, 8, 16, 32, 64]
const secondsEach = 4
const onePod = {
  'autoscaling.knative.dev/min-scale': '1',
  'autoscaling.knative.dev/max-scale': '1',
  'autoscaling.knative.dev/target-burst-capacity': '0',
}

const Service = z.object({
  spec: z.object({ template: z.object({ metadata: z.looseObject({}), spec: z.looseObject({ containers: z.any() }) }) }),
})
const Ready = z.object({ status: z.object({ url: z.string() }) })

const namespace = process.argv[2] ?? 'quartet'
const kubectl = new Kubectl({ namespace })

for (const [name, question] of Object.entries(questions)) {
  const { spec } = await kubectl.json(['get', 'services.serving.knative.dev', name], Service)
  await measureLoad(name, question, spec.template)
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
