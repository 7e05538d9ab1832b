import type { Model, Operation } from './operation.ts'

/** Decides as `linearize` does, for histories of a few operations, by trying every order of every choice of them. */
export function isLinearizableByForce<State extends number | string, Action>(
  history: readonly Operation<Action>[],
  model: Model<State, Action>,
): boolean {
  const answered = history.filter(({ answeredAt }) => answeredAt !== Infinity)
  const unanswered = history.filter(({ answeredAt }) => answeredAt === Infinity)
  return subsets(unanswered).some((chosen) => {
    return orders([...answered, ...chosen]).some((order) => isInTime(order) && explains(order, model))
  })
}

function explains<State extends number | string, Action>(
  order: readonly Operation<Action>[],
  model: Model<State, Action>,
): boolean {
  let state: State | undefined = model.initial
  for (const { action } of order) {
    state = model.step(state, action)
    if (state === undefined) return false
  }
  return true
}

function isInTime(order: readonly Operation<unknown>[]): boolean {
  return order.every((earlier, index) => order.slice(index).every((later) => later.answeredAt >= earlier.calledAt))
}

function subsets<T>(items: readonly T[]): T[][] {
  const [first, ...rest] = items
  if (first === undefined) return [[]]
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]])
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item].concat(rest)))
}
