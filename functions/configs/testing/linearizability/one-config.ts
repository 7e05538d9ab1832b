import type { Model } from './operation.ts'

/** Stands for the document of one write: no other writes the same. */
export type Value = number

/** Where no config is. */
export const nothing: Value = 0

/** What a client asked of one config, and what it was told. */
export type Action = Read | Write

interface Read {
  readonly kind: 'read'
  readonly value: Value
}

interface Write {
  readonly kind: 'write'
  /** What it makes of the config; `nothing` where it removes it. */
  readonly value: Value
  /** Where it is to be done; a value: only where the config has it. */
  readonly where: 'anywhere' | 'something' | 'nothing' | { readonly value: Value }
  readonly answer: WriteAnswer
}

type WriteAnswer =
  /** 201 */
  | 'created'
  /** 200, or 204 */
  | 'changed'
  /** 404 */
  | 'missing'
  /** 409, or 412 */
  | 'refused'
  /** None, or one that does not say whether it was done. */
  | 'unknown'

/** A place for one config, as its clients see it. */
export const oneConfig: Model<Value, Action> = {
  initial: nothing,
  step(state, action) {
    if (action.kind === 'read') return action.value === state ? state : undefined
    const isDone = isMet(action.where, state)
    const after = isDone ? action.value : state
    const isSomething = state !== nothing
    const canBe = {
      created: isDone && !isSomething,
      changed: isDone && isSomething,
      missing: !isDone && !isSomething,
      refused: !isDone && isSomething,
      unknown: true,
    }
    return canBe[action.answer] ? after : undefined
  },
}

function isMet(where: Write['where'], state: Value): boolean {
  if (where === 'anywhere') return true
  if (typeof where === 'string') return (where === 'something') === (state !== nothing)
  return where.value === state
}
