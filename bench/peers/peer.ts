import type { Command } from '../processor.ts'

/** A function's job in another stack, written as its community writes it. It listens where HOST and PORT say. */
export interface Peer {
  readonly name: string
  /** Programs that it is built with. */
  readonly tools: readonly string[]
  /** Builds what is missing or out of date; quick when nothing is. */
  readonly build: () => void
  readonly command: Command
  readonly env?: Readonly<Record<string, string>>
}
