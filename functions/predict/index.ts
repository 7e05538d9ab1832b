import { join } from 'node:path'

import { defineFunction } from '../_runtime/function.ts'
import { Page } from '../_runtime/page.ts'
import { DigitModel } from './model.ts'
import { draw, predict as classify, type Held } from './routes.ts'
import { PredictSettings } from './schema.ts'

/** Recognises handwritten digits with an ONNX model. */
export const predict = defineFunction({
  name: 'predict',
  summary: 'Recognises handwritten digits with an ONNX model.',
  example: "curl -H 'content-type: application/json' -d @functions/predict/examples/seven.json $URL/predict",
  settings: PredictSettings,
  open: async (): Promise<Held> => ({
    model: await DigitModel.open(),
    page: new Page(join(import.meta.dirname, 'assets', 'page.html')),
  }),
  close: ({ model }) => model.close(),
  routes: {
    'GET /': draw,
    'POST /predict': classify,
  },
})
