import type { Family, Labels, Series } from './families.ts'

/**
 * The requests under the names that earlier clients scrape, which do not tell functions and revisions apart. They
 * are for the Prometheus text format alone: in OpenMetrics, `http_requests` is the family of `http_requests_total`.
 */
export function earlierNames(families: readonly Family[]): Family[] {
  const requests = families.find(({ name }) => name === 'http_requests_total')?.series ?? []
  const ofConfigs = requests.filter(({ labels }) => labels['function'] === 'configs')
  return [
    {
      name: 'http_requests',
      type: 'counter',
      help: 'HTTP requests answered, under an earlier name.',
      series: summed(requests, ({ method = '', code = '' }) => ({ method, code })),
    },
    {
      name: 'http_requests_config',
      type: 'counter',
      help: 'HTTP requests that configs has answered, under an earlier name.',
      series: summed(ofConfigs, ({ route = '', method = '', code = '' }) => ({ endpoint: route, method, code })),
    },
  ]
}

function summed(all: readonly Series[], labelsOf: (labels: Labels) => Labels): Series[] {
  const sums = new Map<string, { readonly labels: Labels; value: bigint }>()
  for (const series of all) {
    const labels = labelsOf(series.labels)
    const key = JSON.stringify(labels)
    const sum = sums.get(key) ?? { labels, value: 0n }
    sums.set(key, sum)
    if ('value' in series) sum.value += series.value
  }
  return [...sums.values()]
}
