import type { Span } from './span.ts'
import type { Tracer } from './tracer.ts'

/**
 * The start of this process, from when it was spawned to the request that waited for it, as a span of its own. It stands
 * beside the request's, below who sent that, who has waited for both; a request that nobody sent on has it below itself.
 */
export function coldStart({ listeningAt }: Pick<Tracer, 'listeningAt'>, request: Span): void {
  const start = request.child('cold start', { startedAt: 0, attributes: { 'process.pid': process.pid } })
  start.parent = request.parent ?? request.context
  start.end(request.startedAt)
  const nodeRunsAt = performance.nodeTiming.bootstrapComplete
  start.child('Node.js', { startedAt: 0 }).end(nodeRunsAt)
  // Where another host listens, it is not known when.
  if (listeningAt === undefined) return
  start.child('load', { startedAt: nodeRunsAt }).end(listeningAt)
  // Kubernetes has to see that it listens; nothing may have waited for it until now.
  start.child('listen', { startedAt: listeningAt }).end(request.startedAt)
}
