// Draws where each function's start goes, from spawn to first answer, into FILE: `npm run bench:phases -- FILE ROUNDS`.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as z from 'zod/mini'

import { functions } from '../functions/list.ts'
import { exampleRequest } from './predict/example-request.ts'
import { drawPhases } from './phase-chart.ts'
import { startServer, type Target } from './server-process.ts'
import { spreadOf } from './statistics.ts'

const Probe = z.object({ timeOrigin: z.number(), bootedMs: z.number(), loadedMs: z.number(), listeningMs: z.number() })

/** What a start does, in turn. */
const phases = [
  { name: 'spawn', color: '#9aa5b1' },
  { name: 'Node starts', color: '#5d7183' },
  { name: 'load', color: '#2f6f4f' },
  { name: 'open, listen', color: '#c28e2c' },
  { name: 'first answer', color: '#31598c' },
] as const

const file = process.argv[2] ?? 'start-phases.svg'
const rounds = Number(process.argv[3] ?? 15)
const probe = join(import.meta.dirname, 'start-probe.cjs')
const jobs: Readonly<Record<string, Target['request']>> = { predict: exampleRequest, health: { line: 'GET /health' } }
const folder = mkdtempSync(join(tmpdir(), 'quartet-phases-'))
const noted = join(folder, 'probe.json')

/** @returns milliseconds of each phase */
async function measure(name: string, script: string): Promise<number[]> {
  const spawnedAt = performance.timeOrigin + performance.now()
  const server = await startServer({
    name,
    command: [process.execPath, '--require', probe, script],
    request: jobs[name] ?? { line: 'GET /healthz' },
    env: {
      START_PROBE: noted,
      DATABASE_URL: 'postgres://user@127.0.0.1:1/none',
    },
  })
  process.kill(server.pid, 'SIGKILL')
  await server.stop()
  const { timeOrigin, bootedMs, loadedMs, listeningMs } = z.parse(Probe, JSON.parse(readFileSync(noted, 'utf8')))
  const bornMs = Math.max(0, timeOrigin - spawnedAt)
  const ends = [bornMs, bornMs + bootedMs, bornMs + loadedMs, bornMs + listeningMs, server.firstAnswerMs]
  return ends.map((end, index) => Math.max(0, end - (ends[index - 1] ?? 0)))
}

const programs = [
  { name: 'bare node:http', script: join(import.meta.dirname, 'peers/bare-http/server.cjs') },
  ...Object.keys(functions).map((name) => ({ name, script: join(import.meta.dirname, '../dist', name, 'index.js') })),
]
try {
  for (const { script } of programs)
    if (!existsSync(script)) throw new Error('There are no bundles. Run `npm run build` first.')
  const taken = programs.map(({ name, script }) => ({ name, script, rounds: [] as number[][] }))
  for (let round = 0; round < rounds; round += 1)
    for (const each of taken) each.rounds.push(await measure(each.name, each.script))
  const bars = taken.map(({ name, rounds: all }) => ({
    name,
    medians: phases.map((_, phase) => spreadOf(all.map((each) => each[phase] ?? 0)).median),
  }))
  process.stdout.write(`Medians of ${rounds} alternating rounds in ms, Node ${process.version}\n`)
  process.stdout.write(`${''.padEnd(16)}${phases.map(({ name }) => name.padStart(14)).join('')}\n`)
  for (const { name, medians } of bars)
    process.stdout.write(`${name.padEnd(16)}${medians.map((each) => each.toFixed(1).padStart(14)).join('')}\n`)
  writeFileSync(file, drawPhases(phases, bars))
} finally {
  rmSync(folder, { recursive: true })
}
