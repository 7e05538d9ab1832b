import { ReplyStream } from '../reply/reply-stream.ts'
import { scopeOf } from '../auth/scope.ts'
import type { AnyDefinition } from './definition.ts'
import { Holding } from './holding.ts'
import type { Logger } from '../process/log.ts'
import { Place, type Taken } from '../request/place.ts'
import { dialectAt } from '../reply/problem-dialect.ts'
import { internalServerError, Problem, serviceUnavailable } from '../reply/problem.ts'
import { askAll, type CheckResult } from './readiness.ts'
import type { ProcessMetrics } from '../metrics/process-metrics.ts'
import { noContent, ofBearer, problemReply, type Reply } from '../reply/reply.ts'
import { parseRequest, splitTarget } from '../request/request-parser.ts'
import type { Arrival } from '../request/request.ts'
import type { Route } from './route.ts'
import { allowedMethods, methodOf, Router, type RouteKey } from './router.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import { settle } from './settle.ts'
import type { RunQuery } from '../telemetry/process-table.ts'
import type { Tracer } from '../tracing/tracer.ts'
import { sharedRoutes } from './shared-routes.ts'

/** What a process shares between the functions in it. */
export interface Surroundings {
  readonly log: Logger
  readonly metrics: ProcessMetrics
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined
}

/** A reply, and the route that gave it. */
export interface Answer {
  readonly reply: Reply
  /** The template of the route, or `unmatched`. */
  readonly route: string
  /** Whether the request came while the process started, and perhaps started it. */
  readonly isCold: boolean
}

interface Entry {
  readonly route: Route<unknown>
  /** Routes that every function has answer before it is open and however busy it is. */
  readonly isShared: boolean
  /** What a token must allow, where tokens are asked for; undefined where none is. */
  readonly scope: string | undefined
}

// What comes later did not wait for the start, but for nobody having asked before.
const coldWithinMs = 5000
const everyMethod = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** A function at work in this process: its settings, what it holds, and the requests it is answering. */
export class FunctionInstance {
  readonly definition: AnyDefinition
  readonly log: Logger
  readonly metrics: ProcessMetrics
  readonly tracer: Tracer | undefined
  readonly #router: Router<Entry>
  #holding: Holding
  readonly #taken: Taken = { inFlight: 0, bodies: { held: 0 } }
  /** Until the first answer of a route of the function's own. */
  #isCold = true
  #drainingSince: number | undefined
  /** What earlier settings held, on its way to be closed. */
  #retired: Promise<unknown> = Promise.resolve()

  constructor(definition: AnyDefinition, settings: RuntimeSettings, { log, metrics, tracer }: Surroundings) {
    this.definition = definition
    this.log = log.child({ function: definition.name })
    this.metrics = metrics
    this.tracer = tracer
    metrics.starts.began(definition.name)
    this.#holding = this.#hold(settings)
    const shared = Object.entries(sharedRoutes(this)).map(([key, route]) => [
      key,
      { route, isShared: true, scope: undefined },
    ])
    const own = (Object.entries(definition.routes) as [RouteKey, Route<unknown>][]).map(([key, route]) => {
      return [key, { route, isShared: false, scope: scopeOf(definition.name, key, route.shape) }]
    })
    this.#router = new Router<Entry>(Object.fromEntries([...shared, ...own]))
  }

  get name(): string {
    return this.definition.name
  }

  get settings(): RuntimeSettings {
    return this.#holding.settings
  }

  /** Requests that are being answered, without those on shared paths, and without those that have stepped aside. */
  get inFlight(): number {
    return this.#taken.inFlight
  }

  /** Whether it asks for tokens. */
  get isGuarded(): boolean {
    return this.#holding.guard !== undefined
  }

  get isDraining(): boolean {
    return this.#drainingSince !== undefined
  }

  /** Opens what the function holds. Requests do so too: this is for a host that wants to begin before they come. */
  async open(): Promise<void> {
    await this.#holding.open()
  }

  /** Whether the function itself, not only the routes that all have, has something at this path, or is to say so. */
  owns(path: string): boolean {
    if (dialectAt(path, this.definition.dialects)) return true
    try {
      const match = this.#router.match(path)
      return match !== undefined && [...match.methods.values()].some(({ isShared }) => !isShared)
    } catch {
      return false
    }
  }

  /**
   * Answers a request; whatever goes wrong is an answer too. What needs no waiting is answered without a promise: a
   * request that is written while it is parsed takes a twentieth less time than one that is written a microtask later.
   */
  answer(arrival: Arrival): Answer | Promise<Answer> {
    const { path, query } = splitTarget(arrival.target)
    let route = 'unmatched'
    let isCold = false
    let isGuarded = false
    const answered = (reply: Reply): Answer => {
      if (isCold) this.#isCold = false
      return { route, reply: isGuarded ? ofBearer(reply) : reply, isCold }
    }
    const failed = (error: unknown): Answer => {
      const dialect = dialectAt(path, this.definition.dialects)
      return answered(problemReply(this.#explain(error, arrival), arrival.id, dialect))
    }
    const begun = (reply: Reply): Answer | Promise<Answer> => {
      const { body } = reply
      if (!(body instanceof ReplyStream)) return answered(reply)
      // Whose head is all that is asked for has a body that nobody makes.
      return (arrival.method === 'HEAD' ? body.cancel() : body.begin()).then(() => answered(reply), failed)
    }
    try {
      if (path === '*' && arrival.method === 'OPTIONS') {
        route = path
        return answered(noContent({ allow: everyMethod }))
      }
      const match = this.#router.match(path)
      route = match?.template ?? route
      if (match && arrival.method === 'OPTIONS') return answered(noContent({ allow: allowedMethods(match) }))
      const nothingAt = match ? undefined : dialectAt(path, this.definition.dialects)?.nothingAt
      const entry = methodOf(match, arrival.method, path, nothingAt)
      isGuarded = this.isGuarded && entry.scope !== undefined
      isCold = this.#isCold && !entry.isShared && arrival.arrivedAt < coldWithinMs
      const reply = this.#dispatch(entry, arrival, match?.params ?? {}, query)
      return reply instanceof Promise ? reply.then(begun, failed) : begun(reply)
    } catch (error) {
      return failed(error)
    }
  }

  /**
   * Asks everything that readiness depends on.
   * @param isWanted whether to ask the check of a name
   */
  check(isWanted: (name: string) => boolean = () => true): Promise<Record<string, CheckResult>> {
    const holding = this.#holding
    const checks = Object.entries(this.definition.checks ?? {}).map(([name, check]) => {
      return [name, () => holding.use(check)] as const
    })
    const all = { open: () => holding.open(), ...Object.fromEntries(checks) }
    const wanted = Object.fromEntries(Object.entries(all).filter(([name]) => isWanted(name)))
    return askAll(wanted, (name, error) => {
      this.log.warn({ check: name, err: error }, 'a check failed')
    })
  }

  /** Runs queries in the function's own database, where it has one. */
  get database(): RunQuery | undefined {
    const { database } = this.definition
    if (!database) return undefined
    return async (work) => this.#holding.use((held) => database(held).run(work))
  }

  /** Readiness goes false; requests are still answered, and those that wait or stream are told to end. */
  drain(): void {
    this.#drainingSince ??= performance.now()
    this.#holding.announceEnd()
  }

  /**
   * Opens anew with other settings; what was held before is closed when the requests that use it are answered.
   * @throws what opening throws; the settings from before stay then
   */
  async reload(settings: RuntimeSettings): Promise<void> {
    const after = this.#hold(settings)
    await after.open()
    this.#retire(this.#holding)
    this.#holding = after
    this.log.level = settings.logLevel
  }

  /** Gives back what is held when the requests that use it are answered, or when the time for draining is over. */
  async close(): Promise<void> {
    const { timeoutMs } = this.settings.drain
    const elapsedMs = this.#drainingSince === undefined ? 0 : performance.now() - this.#drainingSince
    await Promise.all([this.#holding.close(Math.max(0, timeoutMs - elapsedMs)), this.#retired])
  }

  #retire(holding: Holding): void {
    const closed = holding.close(holding.settings.drain.timeoutMs).catch((error: unknown) => {
      this.log.error({ err: error }, 'what the settings before had opened could not be closed')
    })
    this.#retired = Promise.all([this.#retired, closed])
  }

  #hold(settings: RuntimeSettings): Holding {
    return new Holding(this.definition, { settings, log: this.log, metrics: this.metrics, tracer: this.tracer })
  }

  #dispatch(
    { route, isShared, scope }: Entry,
    arrival: Arrival,
    params: Readonly<Record<string, string>>,
    query: string,
  ): Reply | Promise<Reply> {
    const holding = this.#holding
    const { inFlight, inFlightBytes } = holding.settings.limits
    const place = new Place(this.#taken, inFlightBytes)
    const answerTo = (actor: string | undefined, held: unknown): Reply | Promise<Reply> => {
      const request = parseRequest(route.shape, arrival, params, query, holding.settings, place, actor)
      return request instanceof Promise
        ? request.then((parsed) => route.handle(parsed, held))
        : route.handle(request, held)
    }
    const answer = (held: unknown): Reply | Promise<Reply> => {
      if (!holding.guard || scope === undefined) return answerTo(undefined, held)
      // Before anything of the request is looked at but its path and method, which the OpenAPI document tells anybody.
      const actor = holding.guard.admit(scope, arrival.headers.authorization)
      return actor instanceof Promise ? actor.then((admitted) => answerTo(admitted, held)) : answerTo(actor, held)
    }
    if (isShared) return answer(undefined)
    const { probe } = route.shape
    if (probe === 'readiness' && this.isDraining) throw serviceUnavailable('The process is about to end.', 1)
    if (probe) return holding.use(answer)
    place.take(inFlight)
    return settle(
      () => holding.use(answer),
      () => place.giveBack(),
    )
  }

  #explain(error: unknown, { id }: Arrival): Problem {
    const problem = problemIn(error) ?? internalServerError(id, error)
    // A deadline that has passed, which the client may have chosen, is nothing that went wrong here.
    if (problem.status >= 500 && problem.status !== 504)
      this.log.error({ requestId: id, err: problem.cause ?? problem }, problem.message)
    return problem
  }
}

/** Node's own functions wrap the reason of a signal, here that the client has left, in an error that says: aborted. */
function problemIn(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof Error && error.name === 'AbortError' && error.cause instanceof Problem) return error.cause
  return undefined
}
