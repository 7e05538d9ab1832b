/** What the cluster says of a revision. */
export interface ObservedRevision {
  /** True, False, Unknown as Knative says it, or Missing. */
  readonly ready: 'True' | 'False' | 'Unknown' | 'Missing'
  /** What keeps it from being ready. */
  readonly trouble?: string | undefined
  /** Pods that are ready. */
  readonly pods: number
}

/** What the cluster says at one time. */
export interface Observed {
  readonly stable: ObservedRevision
  readonly candidate: ObservedRevision
  /** Whether the ingress does what the Service asks for. */
  readonly isRouted: boolean
  /** Whether all that a phase wants beside the Service is there, or gone. */
  readonly isSettled: boolean
}
