import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A prediction, by the function's example. */
export const exampleRequest = {
  line: 'POST /predict',
  headers: 'Content-Type: application/json\r\n',
  body: readFileSync(join(import.meta.dirname, '../../functions/predict/examples/seven.json'), 'utf8'),
}
