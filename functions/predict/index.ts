import { join } from 'node:path'

import { defineFunction } from '../_runtime/function/function.ts'
import { Page } from '../_runtime/reply/page.ts'
import { EventMetrics } from './events/event-metrics.ts'
import { receive } from './events/routes.ts'
import { InferenceMetrics } from './inference-metrics.ts'
import { digitsFolder, Models } from './models.ts'
import { protocolDialect } from './protocol/dialect.ts'
import { protocolRoutes } from './protocol/routes.ts'
import { draw, predict as classify, type Held } from './routes.ts'
import { PredictSettings } from './schema.ts'

/** Recognises handwritten digits with an ONNX model. */
export const predict = defineFunction({
  name: 'predict',
  summary: 'Recognises handwritten digits with an ONNX model.',
  example: "curl -H 'content-type: application/json' -d @functions/predict/examples/seven.json $URL/predict",
  settings: PredictSettings,
  async open({ settings: { model, inference, events }, metrics: counts }): Promise<Held> {
    const metrics = counts.of(InferenceMetrics)
    const { folder = digitsFolder, version } = model
    return {
      models: await Models.open({ folder, version, limits: inference }, metrics),
      metrics,
      events: { source: events.source, metrics: counts.of(EventMetrics) },
      deadlineMs: inference.deadlineMs,
      page: new Page(join(import.meta.dirname, 'assets', 'page.html')),
    }
  },
  close: ({ models }) => models.close(),
  routes: {
    'GET /': draw,
    'POST /': receive,
    'POST /predict': classify,
    ...protocolRoutes,
  },
  dialects: { '/v2': protocolDialect },
})
