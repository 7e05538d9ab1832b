import { expect, test } from 'vitest'

import { read } from '../telemetry/reading.ts'
import { StartMetrics } from './start-metrics.ts'

test('a first answer has a series before anybody has waited for one, which counts who has', () => {
  const starts = new StartMetrics()
  const answers = starts.metrics().find(({ name }) => name === 'function_first_answer_seconds')
  const series = () => (answers ? read(answers, {}).series : [])
  starts.began('configs')
  expect(series()).toMatchObject([{ labels: { function: 'configs' }, values: { sum: 0, '1': 0 } }])
  starts.answered('configs', 0.9)
  expect(series()).toMatchObject([{ labels: { function: 'configs' }, values: { sum: 900_000, '1': 1 } }])
})
