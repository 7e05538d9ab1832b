import type { Span } from './span.ts'
import type { Tracer } from './tracer.ts'

/**
 * The start of this process, from when it was spawned to the request that waited for it, as a span of its own. It stands
 * beside the request's, below who sent that, who has waited for both; a request that nobody sent on has it below itself.
 */
export function coldStart({ listeningAt }: Pick<Tracer, 'listeningAt'>, request: Span): void {
  const span = request.child('cold start', { startedAt: 0, attributes: { 'process.pid': process.pid } })
  span.parent = request.parent ?? request.context
  span.events.push({ name: 'Node.js runs', at: performance.nodeTiming.bootstrapComplete })
  if (listeningAt !== undefined) span.events.push({ name: 'listening', at: listeningAt })
  span.end(request.startedAt)
}
