import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'

import { isOnPath } from '../../../scripts/on-path.ts'
import { grafanaOf } from './dashboards/dashboard.ts'
import { dashboards, madeFiles } from './files.ts'

const hasPromtool = isOnPath('promtool')
if (!hasPromtool && process.env['PROMETHEUS_REQUIRED']) throw new Error('The PATH has no promtool.')

const Rule = z.object({
  alert: z.optional(z.string()),
  labels: z.optional(z.record(z.string(), z.string())),
  annotations: z.optional(z.record(z.string(), z.string())),
})
const Rules = z.object({ groups: z.array(z.object({ rules: z.array(Rule) })) })
const Expectation = z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })
const RuleTests = z.object({ tests: z.array(z.object({ alert_rule_test: z.optional(z.array(Expectation)) })) })

const Place = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() })
const GrafanaPanels = z.object({ panels: z.array(z.object({ id: z.number(), gridPos: Place })) })

const Relabelings = z.array(z.record(z.string(), z.unknown()))
const Plain = z.object({
  scrape_configs: z.array(z.object({ job_name: z.string(), metric_relabel_configs: z.optional(Relabelings) })),
})
const PodMonitor = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ podMetricsEndpoints: z.tuple([z.object({ metricRelabelings: Relabelings })]) }),
})

const alerts = Rules.parse(parse(read('rules.yaml'))).groups.flatMap(({ rules }) =>
  rules.filter(({ alert }) => alert !== undefined),
)
const ruleTests = ['rules.test.yaml', 'rules-over-days.test.yaml']
const expectations = ruleTests
  .flatMap((path) => RuleTests.parse(parse(read(path))).tests)
  .flatMap(({ alert_rule_test: expected = [] }) => expected)

test.each([...madeFiles()])('%s is what `npm run monitoring` makes', (path, content) => {
  expect(read(path)).toBe(content)
})

describe.runIf(hasPromtool)('promtool', () => {
  test.each([
    ['has nothing to say against the rules', ['check', 'rules', 'rules.yaml']],
    ['sees each alert raised when it should be, and not when it should not', ['test', 'rules', ...ruleTests]],
  ])('%s', { timeout: 120_000 }, (_, argv) => {
    expect(execFileSync('promtool', argv, { cwd: import.meta.dirname, encoding: 'utf8' })).toContain('SUCCESS')
  })
})

describe.each(alerts)('the alert $alert', ({ alert, labels, annotations }) => {
  test('says how bad it is, what is so, and where it is written what to do', () => {
    expect(labels?.['severity']).toMatch(/^(critical|warning)$/)
    expect(annotations).toEqual({
      summary: expect.any(String),
      description: expect.any(String),
      runbook: `knative/components/monitoring/README.md#${alert?.toLowerCase()}`,
    })
    expect(read('README.md')).toContain(`\n### ${alert}\n`)
  })

  test('is tested both ways', () => {
    const tested = expectations.filter(({ alertname }) => alertname === alert)
    expect(tested.some(({ exp_alerts: raised }) => raised.length > 0)).toBe(true)
    expect(tested.some(({ exp_alerts: raised }) => raised.length === 0)).toBe(true)
  })
})

describe.each(dashboards)('the dashboard $title', (dashboard) => {
  const { panels } = GrafanaPanels.parse(grafanaOf(dashboard))

  test('has panels that do not cover each other', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([])
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  })

  test('asks by no variable that it does not have', () => {
    const known = new Set(['$__rate_interval', ...dashboard.variables.map(({ name }) => `$${name}`)])
    const used = dashboard.rows
      .flatMap(({ panels: ofRow }) => ofRow)
      .flatMap(({ queries }) => queries)
      .flatMap(({ expression }) => expression.match(/\$\w+/g) ?? [])
    expect(used.filter((variable) => !known.has(variable))).toEqual([])
  })
})

test('the Prometheus operator relabels what is scraped as the plain configuration does', () => {
  const plain = Plain.parse(parse(read('prometheus.yaml'))).scrape_configs
  const monitors = parseAllDocuments(read('pod-monitors.yaml')).map((document) => PodMonitor.parse(document.toJS()))
  expect(monitors.map(({ metadata: { name }, spec }) => [name, spec.podMetricsEndpoints[0].metricRelabelings])).toEqual(
    plain
      .filter(({ metric_relabel_configs: relabelings }) => relabelings)
      .map(({ job_name: job, metric_relabel_configs: relabelings = [] }) => [job, relabelings.map(inCamelCase)]),
  )
})

function inCamelCase(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
}

function read(path: string): string {
  return readFileSync(join(import.meta.dirname, path), 'utf8')
}
