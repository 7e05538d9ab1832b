import { linearize } from '../../functions/configs/testing/linearizability/checker.ts'
import { oneConfig, type Action, type Value } from '../../functions/configs/testing/linearizability/one-config.ts'
import type { Operation } from '../../functions/configs/testing/linearizability/operation.ts'

/** One config that several clients read and change at once, and all that came of it. */
export class ContestedConfig {
  readonly name: string
  readonly #history: Operation<Action>[] = []
  readonly #values = new Map<string, Value>()
  readonly #flaws: string[] = []
  #time = 0
  #lastValue = 0

  constructor(name: string) {
    this.name = name
  }

  get history(): readonly Operation<Action>[] {
    return this.#history
  }

  /** A value that nobody has written yet. */
  newValue(): Value {
    return (this.#lastValue += 1)
  }

  /** @returns the place of a call or an answer among all of them */
  now(): number {
    return (this.#time += 1)
  }

  note(calledAt: number, action: Action): void {
    const isUnknown = action.kind === 'write' && action.answer === 'unknown'
    this.#history.push({ action, calledAt, answeredAt: isUnknown ? Infinity : this.now() })
  }

  /** An ETag stands for one document, for all clients and all time. */
  noteTag(etag: string, value: Value): void {
    const known = this.#values.get(etag)
    if (known !== undefined && known !== value)
      this.#flaws.push(`The ETag ${etag} is that of ${known} and of ${value}.`)
    const other = [...this.#values].find(([tag, each]) => each === value && tag !== etag)
    if (other) this.#flaws.push(`The value ${value} has the ETags ${other[0]} and ${etag}.`)
    this.#values.set(etag, value)
  }

  /** What cannot have been, in words; empty where all answers can be explained. */
  flaws(): string[] {
    const { isLinearizable, explained, unexplained } = linearize(this.#history, oneConfig)
    if (isLinearizable) return this.#flaws
    const lines = [
      `No order of what was done to ${this.name} explains all answers. The end of the longest that explains some:`,
      ...explained.slice(-20).map(lineOf),
      'What was answered besides, the first of it:',
      ...unexplained.slice(0, 20).map(lineOf),
      'What was not answered:',
      ...this.#history.filter(({ answeredAt }) => answeredAt === Infinity).map(lineOf),
    ]
    return [...this.#flaws, lines.join('\n')]
  }
}

function lineOf({ action, calledAt, answeredAt }: Operation<Action>): string {
  return `  ${calledAt} to ${answeredAt}: ${JSON.stringify(action)}`
}
