// Recognises handwritten digits: functions-framework, zod and onnxruntime-node.
import * as functions from '@google-cloud/functions-framework'
import * as ort from 'onnxruntime-node'
import { z } from 'zod'

const Drawing = z.object({ image: z.array(z.number().min(0).max(1)).length(28 * 28) })

const session = await ort.InferenceSession.create(process.env.MODEL_PATH, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
})

functions.http('predict', async (req, res) => {
  const parsed = Drawing.safeParse(req.body)
  if (!parsed.success) {
    res.status(400).json({ error: z.prettifyError(parsed.error) })
    return
  }
  const images = new ort.Tensor('float32', Float32Array.from(parsed.data.image), [1, 28, 28])
  const output = await session.run({ images })
  const probabilities = Array.from(output.probabilities.data)
  const digit = probabilities.indexOf(Math.max(...probabilities))
  res.json({ digit, probabilities, modelVersion: process.env.MODEL_VERSION })
})
