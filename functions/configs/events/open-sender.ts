import type { Opening } from '../../_runtime/function/definition.ts'
import type { ConfigsSettings } from '../schema.ts'
import { EventMetrics } from './event-metrics.ts'
import { EventSender } from './event-sender.ts'
import { openDestination } from './open-destination.ts'
import { Outbox } from './outbox.ts'

/** @returns undefined where events have no address */
export function openSender({ settings, log, metrics, tracer }: Opening<ConfigsSettings>): EventSender | undefined {
  const destination = openDestination(settings)
  if (!destination) return undefined
  const outbox = new Outbox({
    settings: settings.events,
    destination,
    database: settings.database,
    metrics: metrics.of(EventMetrics),
    log,
    tracer,
  })
  return new EventSender(outbox, log)
}
