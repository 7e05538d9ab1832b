import { expect, test } from 'vitest'

import { defineFunction } from './function.ts'
import { Holding } from './holding.ts'
import { openLog } from '../process/log.ts'
import { ProcessMetrics } from '../metrics/process-metrics.ts'
import { RuntimeSettings } from '../settings/settings.ts'
import { Gate } from '../testing/gate.ts'

interface Calls {
  readonly holding: Holding
  readonly events: string[]
}

const settings = RuntimeSettings.parse({})

/** @param openings what each opening does, in turn; the last of them again and again */
function holdingOf(...openings: (() => unknown)[]): Calls {
  const events: string[] = []
  const { definition } = defineFunction({
    name: 'holder',
    summary: 'Holds.',
    example: '',
    settings: RuntimeSettings,
    open() {
      events.push('open')
      const opening = openings.length > 1 ? openings.shift() : openings[0]
      return opening?.()
    },
    close: (held: unknown) => void events.push(`close ${String(held)}`),
    routes: {},
  })
  const opening = { settings, log: openLog('silent').logger, metrics: new ProcessMetrics() }
  return { holding: new Holding(definition, opening), events }
}

function fail(): never {
  throw new Error('not yet')
}

test('nothing is opened before somebody asks', () => {
  expect(holdingOf(() => 'it').events).toEqual([])
})

test('many who ask at once share one opening', async () => {
  const { holding, events } = holdingOf(async () => 'it')
  const held = await Promise.all([holding.open(), holding.use((value) => value), holding.open()])
  expect(held).toEqual(['it', 'it', 'it'])
  expect(events).toEqual(['open'])
})

test('an opening that fails, now or later, is tried again by the next who asks', async () => {
  const { holding, events } = holdingOf(
    fail,
    async () => fail(),
    () => 'it',
  )
  await expect(holding.open()).rejects.toThrow('not yet')
  await expect(holding.use(() => 'used')).rejects.toThrow('not yet')
  expect(await holding.use((held) => held)).toBe('it')
  expect(events).toEqual(['open', 'open', 'open'])
})

test('it is closed when the last who uses it is done, and not before', async () => {
  const { holding, events } = holdingOf(() => 'it')
  const gates = [new Gate(), new Gate()]
  const uses = gates.map((gate) => holding.use(() => gate.pass()))
  await Promise.all(gates.map((gate) => gate.holds(1)))
  const closed = holding.close()
  gates[0]?.open()
  await uses[0]
  expect(events).toEqual(['open'])
  gates[1]?.open()
  await closed
  expect(events).toEqual(['open', 'close it'])
})

test('work that fails gives it back too', async () => {
  const { holding, events } = holdingOf(() => 'it')
  const gate = new Gate()
  const use = holding.use(async () => {
    await gate.pass()
    throw new Error('work failed')
  })
  const closed = holding.close()
  await gate.holds(1)
  gate.open()
  await expect(use).rejects.toThrow('work failed')
  await closed
  expect(events).toEqual(['open', 'close it'])
})

test('closing twice closes once, and both wait for it', async () => {
  const { holding, events } = holdingOf(() => 'it')
  const gate = new Gate()
  const use = holding.use(() => gate.pass())
  const closed = Promise.all([holding.close(), holding.close()])
  await gate.holds(1)
  gate.open()
  await use
  await closed
  expect(events).toEqual(['open', 'close it'])
})

test('who waits too long for those who use it takes it from them', async () => {
  const { holding, events } = holdingOf(() => 'it')
  const gate = new Gate()
  const use = holding.use(() => gate.pass())
  await gate.holds(1)
  await holding.close(1)
  expect(events).toEqual(['open', 'close it'])
  gate.open()
  await use
})

test('what was never opened, or did not open, is not closed', async () => {
  const unopened = holdingOf(() => 'it')
  await unopened.holding.close()
  expect(unopened.events).toEqual([])
  const failed = holdingOf(() => Promise.reject(new Error('no')))
  const opening = failed.holding.open()
  await failed.holding.close()
  await expect(opening).rejects.toThrow('no')
  expect(failed.events).toEqual(['open'])
})

test('what is closed while it opens is closed when it is open', async () => {
  const gate = new Gate()
  const { holding, events } = holdingOf(async () => {
    await gate.pass()
    return 'it'
  })
  const opened = holding.open()
  await gate.holds(1)
  const closed = holding.close()
  gate.open()
  await opened
  await closed
  expect(events).toEqual(['open', 'close it'])
})

test('what is open already is used without waiting', async () => {
  const { holding } = holdingOf(() => 'it')
  await holding.open()
  expect(holding.use((held) => held)).toBe('it')
  expect(() => holding.use(fail)).toThrow('not yet')
  await holding.close()
})

test('what is given back is told how much time is left for that', async () => {
  const times: number[] = []
  const { definition } = defineFunction({
    name: 'holder',
    summary: 'Holds.',
    example: '',
    settings: RuntimeSettings,
    open: () => 'it',
    close: (_held, timeMs) => void times.push(timeMs),
    routes: {},
  })
  const opening = { settings, log: openLog('silent').logger, metrics: new ProcessMetrics() }
  const idle = new Holding(definition, opening)
  await idle.open()
  await idle.close(60_000)
  const busy = new Holding(definition, opening)
  const gate = new Gate()
  const used = busy.use(() => gate.pass())
  await busy.close(50)
  gate.open()
  await used
  expect(times[0]).toBeGreaterThan(0)
  expect(times[0]).toBeLessThanOrEqual(60_000)
  expect(times[1]).toBeLessThan(50)
})
