import * as z from 'zod/mini'

/** Who drives a rollout. Only its holder changes more than a word of it, and only while it renews it. */
export const Lease = z.object({
  /** Names a process: `host/pid/random`. */
  holder: z.string(),
  /** Grows with each renewal. Others see by it that the holder lives, without comparing clocks. */
  renewals: z.int(),
})
export type Lease = z.output<typeof Lease>

/** A holder that has not renewed for this long has died, or will find that it has lost the lease. */
export const leaseMs = 12_000
export const renewalMs = 3_000

export function renewed(lease: Lease): Lease {
  return { ...lease, renewals: lease.renewals + 1 }
}

export function takenBy(holder: string): Lease {
  return { holder, renewals: 0 }
}

export function isSame(one: Lease | undefined, other: Lease | undefined): boolean {
  return one?.holder === other?.holder && one?.renewals === other?.renewals
}
