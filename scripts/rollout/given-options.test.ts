import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { parseSettingsFile } from '../../functions/_runtime/settings/settings-file.ts'
import { givenOptions, type CommandLine } from './given-options.ts'
import type { Options } from './options.ts'
import { planOf } from './plan.ts'

async function given(yaml: string, commandLine: CommandLine = {}): Promise<Options> {
  return givenOptions(commandLine, await parseSettingsFile('rollout.yaml', yaml))
}

async function findingsIn(yaml: string, commandLine: CommandLine = {}): Promise<string[]> {
  try {
    await given(yaml, commandLine)
    return []
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.findings.map(({ place, setting, detail }) => `${place}: ${setting}: ${detail}`)
  }
}

test('the example of the README is a file that can be used', async () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const example = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const options = await given(example)
  expect(options).toMatchObject({ strategy: 'canary', keep: 60_000, analysis: { count: 3 }, load: { rate: 5 } })
  expect(planOf(options).analysis.metrics.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['success-rate', 'p95', 'error-rate', 'confidence', 'smoke', 'journey']),
  )
})

test('the command line stands over the file', async () => {
  const yaml = 'image: a:1\nenv: {A: "1", B: "2"}\nanalysis: {prometheus: "http://one:9090", count: 5}\n'
  const options = await given(yaml, { image: 'a:2', env: ['A=3=4'], count: '2', loadRate: '0.5' })
  expect(options).toMatchObject({
    image: 'a:2',
    env: { A: '3=4', B: '2' },
    analysis: { prometheus: 'http://one:9090', count: 2 },
    load: { rate: 0.5 },
  })
})

test('everything that is wrong is said at once, with where it stands', async () => {
  const yaml = `image: a:2
strategy: rolling
analysis:
  prometheus: localhost
  metrics:
    - name: p95
      condition: result <<= 1
  intervall: 10s
`
  expect(await findingsIn(yaml, { steps: '10:30s', count: 'many' })).toEqual([
    expect.stringMatching(/^rollout\.yaml:2:1: strategy: /),
    'option --steps: steps: Expected the last step to be 100',
    expect.stringMatching(/^rollout\.yaml:4:3: analysis\.prometheus: Expected a URL/),
    expect.stringMatching(/^option --count: analysis\.count: /),
    expect.stringMatching(/^rollout\.yaml:5:3: analysis\.metrics\.0\.condition: Expected .* at character 9/),
    'rollout.yaml:8:3: analysis.intervall: Unrecognized key',
  ])
})

test('without a Prometheus nothing new begins, unless nothing is to be judged', async () => {
  expect(await findingsIn('image: a:2')).toEqual([
    'option --prometheus: analysis.prometheus: Give the address of a Prometheus, or --no-analysis to promote whatever becomes ready',
  ])
  expect(await findingsIn('image: a:2', { analysis: false })).toEqual([])
  expect(await findingsIn('')).toEqual([])
})

test('a metric of the name of a default one changes what it says', async () => {
  const yaml = `image: a:2
analysis:
  prometheus: http://localhost:9090
  metrics:
    - {name: p95, condition: result <= 0.2}
`
  const { metrics } = planOf(await given(yaml)).analysis
  expect(metrics.find(({ name }) => name === 'p95')).toEqual({
    name: 'p95',
    condition: 'result <= 0.2',
    againstStable: 'result <= stable * 1.5 + 0.1',
  })
})

function weights(options: Options): number[] {
  return planOf(options).stages.map(({ weight }) => weight)
}

test('a canary without a load of its own has no preview, which nobody could measure', async () => {
  expect(weights(await given('image: a', { analysis: false, steps: '10,100' }))).toEqual([10, 100])
  expect(weights(await given('image: a', { analysis: false, steps: '10,100', loadRate: '1' }))).toEqual([0, 10, 100])
  expect(weights(await given('image: a', { analysis: false, strategy: 'blue-green' }))).toEqual([0, 100])
})
