import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parse, stringify } from 'yaml'

import { autoscaling } from './dashboards/autoscaling.ts'
import { grafanaOf, type Dashboard } from './dashboards/dashboard.ts'
import { one } from './dashboards/function.ts'
import { overview } from './dashboards/overview.ts'

export const dashboards: readonly Dashboard[] = [overview, autoscaling, one]

/** The files that are made of others, by where they are in this folder. */
export function madeFiles(): ReadonlyMap<string, string> {
  const grafana = dashboards.map((dashboard) => {
    return [`dashboards/${dashboard.name}.json`, `${JSON.stringify(grafanaOf(dashboard), undefined, 2)}\n`] as const
  })
  return new Map([['prometheus-rule.yaml', prometheusRule()], ...grafana])
}

/** The rules as the Prometheus operator takes them. */
function prometheusRule(): string {
  const spec: unknown = parse(readFileSync(join(import.meta.dirname, 'rules.yaml'), 'utf8'))
  const kind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'quartet' } }
  return `# Made of rules.yaml by \`npm run monitoring\`.\n${stringify({ ...kind, spec }, { lineWidth: 0 })}`
}
