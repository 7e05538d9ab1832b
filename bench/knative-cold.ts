// Asks each function from zero through the ingress of a cluster, beside a static Go program, and draws where the time goes:
// `npm run bench:knative-cold -- ROUNDS FILE`. knative/testing/README.md says how it finds the cluster.
import { writeFileSync } from 'node:fs'

import { requireCluster } from '../knative/testing/cluster.ts'
import { deliverImages, wayOf } from '../knative/testing/images.ts'
import { Namespace } from '../knative/testing/namespace.ts'
import { deployQuartet, names } from '../knative/testing/quartet.ts'
import { questions } from '../knative/testing/questions.ts'
import { TestService } from '../knative/testing/service.ts'
import { coldPhases, coldRequest, type ColdRequest } from './cold-request.ts'
import { helloImage } from './peers/hello/image.ts'
import { drawPhases } from './phase-chart.ts'
import { ratioOf, spreadOf } from './statistics.ts'
import { formatTable } from './table.ts'

const rounds = Number(process.argv[2] ?? 20)
const file = process.argv[3] ?? 'knative-cold.svg'
const floor = 'hello'

const way = wayOf()
await requireCluster()
const images = await deliverImages(way, [{ name: floor, make: helloImage }])
const namespace = await Namespace.create('cold')
try {
  const { services } = await deployQuartet(namespace, {}, {}, images)
  const hello = await TestService.deploy(namespace, { name: floor, image: images[floor] ?? '' })
  const taken = [
    { name: floor, service: hello, question: { path: '/' }, rounds: [] as ColdRequest[] },
    ...names.map((name) => ({ name, service: services[name], question: questions[name], rounds: [] as ColdRequest[] })),
  ]
  for (let round = 0; round < rounds; round += 1) {
    // Whoever is asked first has the machine to itself for longer.
    const turn = round % taken.length
    for (const { service, question, rounds: own } of [...taken.slice(turn), ...taken.slice(0, turn)])
      own.push(await coldRequest(service, question))
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
  }
  const times = taken.map(({ name, rounds: own }) => ({ name, ms: own.map(({ ms }) => ms) }))
  const base = times[0]?.ms ?? []
  const columns = [
    { heading: 'ms', digits: 0 },
    { heading: `ratio to ${floor}`, digits: 2 },
  ]
  const rows = times.map(({ name, ms }) => ({ name, spreads: [spreadOf(ms), ratioOf(ms, base)] }))
  process.stdout.write(`A request from zero, ${rounds} alternating rounds, Node ${process.version}\n`)
  process.stdout.write(`${formatTable(columns, rows)}\n`)
  process.stdout.write(`Ratio of the medians: ${medianRatios(times)}\n\n`)
  const bars = taken.map(({ name, rounds: own }) => ({
    name,
    medians: coldPhases.map((_, phase) => spreadOf(own.map(({ phases }) => phases[phase] ?? 0)).median),
  }))
  process.stdout.write(`Medians of what it waits for, ms\n`)
  process.stdout.write(`${''.padEnd(10)}${coldPhases.map(({ name }) => name.padStart(18)).join('')}\n`)
  for (const { name, medians } of bars)
    process.stdout.write(`${name.padEnd(10)}${medians.map((each) => each.toFixed(0).padStart(18)).join('')}\n`)
  writeFileSync(file, drawPhases(coldPhases, bars))
} finally {
  await namespace.remove()
}

function medianRatios(times: readonly { readonly name: string; readonly ms: readonly number[] }[]): string {
  const least = spreadOf(times[0]?.ms ?? []).median
  return times.map(({ name, ms }) => `${name} ${(spreadOf(ms).median / least).toFixed(2)}`).join(', ')
}
