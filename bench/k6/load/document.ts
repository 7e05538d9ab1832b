/** A config such as services have. */
export function document(revision: number): object {
  return {
    dcname: 'datacenter-1',
    revision,
    metadata: {
      limits: { cpu: { enabled: true, value: '500m' }, memory: { enabled: false, value: '256Mi' } },
      monitoring: { enabled: true, intervalSeconds: 30 },
    },
  }
}
