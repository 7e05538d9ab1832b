/** A config such as services have. */
export function document(name: string, revision: number): object {
  return {
    name,
    metadata: {
      revision,
      limits: { cpu: { enabled: true, value: '500m' }, memory: { enabled: false, value: '256Mi' } },
      monitoring: { enabled: true, intervalSeconds: 30 },
    },
  }
}
