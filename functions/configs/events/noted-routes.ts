import type { Route } from '../../_runtime/function/route.ts'
import type { RouteKey } from '../../_runtime/function/router.ts'
import type { EventSender } from './event-sender.ts'

interface Sending {
  readonly sender: EventSender | undefined
}

type Routes<Held> = Readonly<Record<RouteKey, Route<Held>>>

/** Routes whose every request has somebody look for events that other processes have left. */
export function notedRoutes<Held extends Sending>(routes: Routes<Held>): Routes<Held> {
  const noted = Object.entries(routes).map(([key, route]): [string, Route<Held>] => {
    const handleNoted: Route<Held>['handle'] = (request, held) => {
      held.sender?.noteRequest()
      return route.handle(request, held)
    }
    return [key, { ...route, handle: handleNoted }]
  })
  return Object.fromEntries(noted)
}
