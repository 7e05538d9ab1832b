import type { FleetHealth, FunctionHealth } from './schema.ts'

/** How the functions were, when somebody looked. */
export interface Sighting {
  readonly seenAt: Date
  readonly functions: Readonly<Record<string, FunctionHealth>>
  /** Why nothing could be seen, or nothing newer. */
  readonly reason?: string
}

/** Who tells how the functions are. */
export interface Source {
  readonly kind: FleetHealth['source']
  /** Whether looking starts a function that is at zero. */
  readonly wakes: boolean
  look(): Promise<Sighting>
  /** Where the functions answer, by their names; of those of which it is known. */
  addresses(): Promise<Readonly<Record<string, string>>>
}

/** Nobody has said where the functions are. */
export const nobody: Source = {
  kind: 'none',
  wakes: false,
  look: () => Promise.resolve({ seenAt: new Date(), functions: {} }),
  addresses: () => Promise.resolve({}),
}
