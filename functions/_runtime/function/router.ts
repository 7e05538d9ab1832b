import { badRequest, methodNotAllowed, notFound } from '../reply/problem.ts'

/** `METHOD /path/:parameter` */
export type RouteKey = `${string} /${string}`

export interface Match<T> {
  /** The route's template, such as `/configs/:name`: what logs and metrics call it, whatever its parameters were. */
  readonly template: string
  readonly params: Readonly<Record<string, string>>
  readonly methods: ReadonlyMap<string, T>
}

interface Pattern<T> {
  readonly segments: readonly string[]
  readonly template: string
  readonly methods: Map<string, T>
}

const noParams = Object.freeze({})

/** Finds the route for a path. Literal paths win over those with parameters. */
export class Router<T> {
  readonly #literal = new Map<string, Pattern<T>>()
  readonly #patterns: Pattern<T>[] = []

  constructor(routes: Readonly<Record<RouteKey, T>>) {
    for (const [key, value] of Object.entries(routes)) {
      const [method = '', template = ''] = key.split(' ', 2)
      this.#pattern(template).methods.set(method, value)
    }
  }

  /** @throws Problem 400 when a segment of the path is not valid percent-encoding */
  match(path: string): Match<T> | undefined {
    const literal = this.#literal.get(path)
    if (literal) return { template: literal.template, params: noParams, methods: literal.methods }
    const segments = path.split('/').map(decodeSegment)
    for (const pattern of this.#patterns) {
      const params = matchSegments(pattern.segments, segments)
      if (params) return { template: pattern.template, params, methods: pattern.methods }
    }
    return undefined
  }

  #pattern(template: string): Pattern<T> {
    const known = this.#literal.get(template) ?? this.#patterns.find((pattern) => pattern.template === template)
    if (known) return known
    const pattern = { template, segments: template.split('/'), methods: new Map<string, T>() }
    if (template.includes(':')) this.#patterns.push(pattern)
    else this.#literal.set(template, pattern)
    return pattern
  }
}

/**
 * Chooses the route for a method; HEAD is answered where GET is.
 * @param nothingAt what is said of a path where nothing is
 * @throws Problem 404, 405
 */
export function methodOf<T>(match: Match<T> | undefined, method: string, path: string, nothingAt = elsewhere): T {
  if (!match) throw notFound(nothingAt(path))
  const route = match.methods.get(method === 'HEAD' ? 'GET' : method)
  if (route) return route
  throw methodNotAllowed(method, path, allowedMethods(match))
}

function elsewhere(path: string): string {
  return `Nothing is at ${path}. /openapi.json lists what is.`
}

/** The value of an Allow header. */
export function allowedMethods({ methods }: Match<unknown>): string {
  const head = methods.has('GET') ? ['HEAD'] : []
  return [...methods.keys(), ...head, 'OPTIONS'].join(', ')
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badRequest(`The path has a percent-encoding that is not UTF-8: "${segment}".`)
  }
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? ''
    if (!expected.startsWith(':')) {
      if (expected !== actual) return undefined
    } else if (actual === '') return undefined
    else params[expected.slice(1)] = actual
  }
  return params
}
