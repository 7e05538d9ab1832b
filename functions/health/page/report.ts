/** What GET /health answers. */
export interface Report {
  readonly state: string
  readonly reason?: string
  readonly source: 'kubernetes' | 'addresses' | 'none'
  readonly wakes: boolean
  readonly keepsHistory: boolean
  readonly functions: Readonly<Record<string, FunctionHealth>>
}

export interface FunctionHealth {
  readonly state: string
  readonly reason?: string
  readonly revision?: string
  readonly traffic?: readonly { readonly revision: string; readonly percent: number; readonly tag?: string }[]
  readonly pods?: { readonly wanted: number; readonly ready: number }
  /** ISO 8601. */
  readonly changedAt?: string
  readonly durationMs?: number
}

/** One of what GET /health/history answers. */
export interface Change {
  readonly function: string
  readonly state: string
  readonly reason?: string
  readonly revision?: string
  /** ISO 8601. */
  readonly seenAt: string
}

/** RFC 9457. */
export interface Problem {
  readonly functions?: undefined
  readonly title: string
  readonly detail: string
}
