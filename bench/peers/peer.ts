import type { Command } from '../processor.ts'

/**
 * predict's job in another stack, written as its community writes it. It listens where HOST and PORT say, and serves the
 * model of MODEL_PATH as MODEL_VERSION.
 */
export interface Peer {
  readonly name: string
  /** Programs that it is built with. */
  readonly tools: readonly string[]
  /** Builds what is missing or out of date; quick when nothing is. */
  readonly build: () => void
  readonly command: Command
  readonly env?: Readonly<Record<string, string>>
  /** Where it takes pictures as octets, if it does. */
  readonly octetsPath?: string
}
