import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../functions/predict/assets/models/digits')

/** The version that predict answers with, when it is not told another: the newest. */
export const modelVersion = newestIn(folder)

export const modelPath = join(folder, modelVersion, 'model.onnx')

function newestIn(versions: string): string {
  const newest = readdirSync(versions).reduce((most, name) => Math.max(most, Number(name)), 0)
  if (newest === 0) throw new Error(`${versions} holds no model: there is no folder VERSION in it.`)
  return String(newest)
}
