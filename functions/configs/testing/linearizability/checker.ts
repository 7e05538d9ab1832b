import type { Model, Operation } from './operation.ts'

interface Verdict<Action> {
  readonly isLinearizable: boolean
  /** The most operations that can have been done, in an order that explains their answers. */
  readonly explained: readonly Operation<Action>[]
  /** The others, but for those without an answer. */
  readonly unexplained: readonly Operation<Action>[]
}

/** What has been done at some point of an order that is tried. */
interface Trial<State, Action> {
  readonly state: State
  /** All answered operations before this one, in the order of their calls, have been done. */
  readonly from: number
  /** Those after it that have been done too. */
  readonly ahead: readonly number[]
  /** The operations without an answer that have been done. */
  readonly unanswered: readonly number[]
  readonly last?: Operation<Action>
  readonly before?: Trial<State, Action>
}

const limitTrials = 2_000_000

/**
 * Looks for an order of a history's operations in which each has the answer that it had, and none is before another
 * that was answered when it was called. The search is that of Wing and Gong with the memory of Lowe ("Testing for
 * linearizability", 2017): what has been done in one order and led nowhere is not tried in another.
 * @throws Error when the search is too large to be finished
 */
export function linearize<State extends number | string, Action>(
  history: readonly Operation<Action>[],
  model: Model<State, Action>,
): Verdict<Action> {
  const sorted = history.toSorted((one, other) => one.calledAt - other.calledAt)
  const search = new Search(sorted, model)
  const trials: Trial<State, Action>[] = [{ state: model.initial, from: 0, ahead: [], unanswered: [] }]
  const known = new Set<string>()
  let furthest = trials[0]
  for (let trial = trials.pop(); trial; trial = trials.pop()) {
    const { state, from, ahead, unanswered } = trial
    const key = `${from} ${ahead.join()} ${unanswered.join()} ${state}`
    if (known.has(key)) continue
    known.add(key)
    if (known.size > limitTrials)
      throw new Error(`${limitTrials} orders of ${history.length} operations decide nothing.`)
    if (doneIn(trial) > doneIn(furthest)) furthest = trial
    if (search.isFinished(trial)) return verdict(sorted, trial, true)
    trials.push(...search.next(trial))
  }
  return verdict(sorted, furthest, false)
}

class Search<State extends number | string, Action> {
  readonly #answered: readonly Operation<Action>[]
  readonly #unanswered: readonly Operation<Action>[]
  readonly #model: Model<State, Action>

  constructor(sorted: readonly Operation<Action>[], model: Model<State, Action>) {
    this.#answered = sorted.filter(isAnswered)
    this.#unanswered = sorted.filter((operation) => !isAnswered(operation))
    this.#model = model
  }

  isFinished({ from }: Trial<State, Action>): boolean {
    return from === this.#answered.length
  }

  /** Does each of the operations that can be next; what is tried first comes last. */
  next(trial: Trial<State, Action>): Trial<State, Action>[] {
    const next: Trial<State, Action>[] = []
    let firstAnswer = Infinity
    for (let index = trial.from; index < this.#answered.length; index += 1) {
      const operation = this.#answered[index]
      // It was called when one that is not done yet had been answered, and so were all after it.
      if (!operation || operation.calledAt > firstAnswer) break
      if (trial.ahead.includes(index)) continue
      firstAnswer = Math.min(firstAnswer, operation.answeredAt)
      const state = this.#model.step(trial.state, operation.action)
      if (state === undefined) continue
      const done = { ...this.#with(trial, index), state, last: operation, before: trial }
      // What changes nothing is in nobody's way: if there is an order at all, there is one with it here.
      if (state === trial.state) return [done]
      next.unshift(done)
    }
    return [...this.#nextUnanswered(trial, firstAnswer), ...next]
  }

  *#nextUnanswered(trial: Trial<State, Action>, firstAnswer: number): Iterable<Trial<State, Action>> {
    for (const [index, operation] of this.#unanswered.entries()) {
      if (operation.calledAt > firstAnswer) return
      if (trial.unanswered.includes(index)) continue
      const state = this.#model.step(trial.state, operation.action)
      // Where it would change nothing, it may as well be later, or never.
      if (state === undefined || state === trial.state) continue
      const unanswered = [...trial.unanswered, index].toSorted((one, other) => one - other)
      yield { ...trial, unanswered, state, last: operation, before: trial }
    }
  }

  #with({ from, ahead, unanswered }: Trial<State, Action>, index: number): Omit<Trial<State, Action>, 'state'> {
    const done = [...ahead, index].toSorted((one, other) => one - other)
    let next = from
    while (done[next - from] === next) next += 1
    return { from: next, ahead: done.slice(next - from), unanswered }
  }
}

function isAnswered({ answeredAt }: Operation<unknown>): boolean {
  return answeredAt !== Infinity
}

function doneIn(trial: Trial<unknown, unknown> | undefined): number {
  return trial ? trial.from + trial.ahead.length : 0
}

function verdict<Action>(
  sorted: readonly Operation<Action>[],
  trial: Trial<unknown, Action> | undefined,
  isLinearizable: boolean,
): Verdict<Action> {
  const explained: Operation<Action>[] = []
  for (let each = trial; each?.last; each = each.before) explained.unshift(each.last)
  const known = new Set(explained)
  const unexplained = sorted.filter((operation) => isAnswered(operation) && !known.has(operation))
  return { isLinearizable, explained, unexplained }
}
