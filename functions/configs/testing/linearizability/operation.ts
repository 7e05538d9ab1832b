/** Something that a client did, from its call to its answer. */
export interface Operation<Action> {
  readonly action: Action
  /** Place among all calls and answers of a history: each has one of its own. */
  readonly calledAt: number
  /** Infinity where no answer says whether it was done: that may be at any time after the call, or never. */
  readonly answeredAt: number
}

/** What one client after the other could see. */
export interface Model<State extends number | string, Action> {
  readonly initial: State
  /** @returns the state after an action, or undefined where it could not have had its answer */
  step(state: State, action: Action): State | undefined
}
