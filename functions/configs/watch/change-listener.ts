import type { Database } from '../../_runtime/postgres/postgres.ts'

const channel = 'configs_changes'

/** The one connection of a process on which it hears that something changed, while anybody in it waits for that. */
export class ChangeListener {
  readonly #database: Pick<Database, 'run' | 'listen'>
  /** Called with who said it. */
  readonly #onMessage: (origin: string) => void
  #end: (() => void) | undefined

  constructor(database: Pick<Database, 'run' | 'listen'>, onMessage: (origin: string) => void) {
    this.#database = database
    this.#onMessage = onMessage
  }

  /** Begins to listen, unless it does. To be called again and again: the connection may go at any time. */
  open(): void {
    this.#end ??= this.#database.listen(channel, this.#onMessage, () => {
      this.#end = undefined
    })
  }

  /** Tells all processes that something changed. */
  async notify(origin: string): Promise<void> {
    await this.#database.run((sql) => sql`select pg_notify(${channel}, ${origin})`)
  }

  close(): void {
    this.#end?.()
  }
}
