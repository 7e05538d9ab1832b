/** How the pods of a Deployment are scaled, where it is not said otherwise as Kubernetes does it. */
export interface Rule {
  /** Requests a second that a pod is to carry. */
  readonly perPod: number
  readonly min: number
  readonly max: number
}

// The defaults of https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
const syncSeconds = 15
const tolerance = 0.1
const stabilizationSeconds = 300
/** At each look there may come as many pods as there are, or four. */
const leastStep = 4

/**
 * Works out how many pods a HorizontalPodAutoscaler keeps. Pods come at once, and a metric is known when it is asked for,
 * which neither is so on a cluster: both would cost more.
 * @param rates requests in each second
 * @returns pods in each second
 */
export function replicasOver(rates: readonly number[], { perPod, min, max }: Rule): number[] {
  let replicas = min
  const recommendations: number[] = []
  return rates.map((_, second) => {
    if (second > 0 && second % syncSeconds === 0) {
      const seen = rates.slice(second - syncSeconds, second)
      const rate = seen.reduce((sum, each) => sum + each, 0) / syncSeconds
      const ratio = rate / (replicas * perPod)
      const desired = Math.abs(ratio - 1) <= tolerance ? replicas : Math.ceil(replicas * ratio)
      recommendations.push(Math.min(max, Math.max(min, desired)))
      const recent = recommendations.slice(-stabilizationSeconds / syncSeconds)
      const stable = Math.min(replicas, Math.max(...recent))
      const wanted = Math.max(stable, recommendations.at(-1) ?? min)
      replicas = Math.min(wanted, replicas + Math.max(replicas, leastStep))
    }
    return replicas
  })
}
