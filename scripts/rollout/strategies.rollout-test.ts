import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Stage } from './testing/stage.ts'
import { failed, Users } from './testing/users.ts'

const usersRate = 15
/** What a rollout may take beyond its settings, on a machine that has other work. */
const slackMs = 90_000
/** Good revisions are slow now and then where the machine is. */
const lenient = ['--failure-limit', '5']

let stage: Stage

beforeAll(async () => {
  stage = await Stage.set()
})

afterAll(() => stage.strike())

/** The most that users may have seen: the canary's share, or nothing where only the load of the rollout saw it. */
const strategies = {
  canary: { argv: ['--steps', '20:5s,100'], share: 0.2 },
  'blue-green': { argv: ['--strategy', 'blue-green', '--delay', '5s', '--load-rate', '8'], share: 0 },
}

describe.each(Object.entries(strategies))('%s', (_, { argv, share }) => {
  let users: Users

  beforeEach(() => {
    users = new Users(stage.predict, usersRate)
  })

  afterEach(() => users.stop())

  test.each([
    {
      fault: 'errors',
      reason: /(success-rate|error-rate) failed: result .* does not hold: result is/,
      impliedMs: 20_000,
    },
    { fault: 'slow', reason: /p95 failed: result <= 1 does not hold: result is [12]\./, impliedMs: 30_000 },
    { fault: 'crash', reason: /does not start: .*(It ends before it has begun|CrashLoopBackOff)/, impliedMs: 20_000 },
  ])('a revision with the fault $fault is aborted, with the reason', async ({ fault, reason, impliedMs }) => {
    const [before] = await stage.traffic()
    const begun = Date.now()
    const { code, stdout, stderr } = await stage.rollout('--env', `FAULT=${fault}`, ...argv)
    expect({ code, stderr }, stdout).toEqual({ code: 1, stderr: expect.stringMatching(reason) })
    expect(Date.now() - begun).toBeLessThan(impliedMs + slackMs)
    expect(await stage.traffic()).toEqual([
      { revisionName: before?.revisionName ?? 'predict-00001', percent: 100, tag: 'stable' },
    ])
    expect(await stage.remains()).toBe('')
    const { failures, all } = failed(users.take())
    expect(all).toBeGreaterThan(0)
    expect(failures).toBeLessThanOrEqual(all * share)
  })

  test('a good revision is promoted, and users notice nothing', async () => {
    const steps = share > 0 ? ['--steps', '10:5s,50:5s,100'] : argv
    const { code, stdout, stderr } = await stage.rollout('--env', `TURN=${Date.now()}`, ...steps, ...lenient)
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
    expect(await stage.traffic()).toHaveLength(1)
    const { failures, all } = failed(users.take())
    expect(all).toBeGreaterThan(0)
    expect(failures).toBe(0)
  })
})

test.each([
  ['canary', ['--steps', '20:5s,100']],
  ['blue-green', ['--strategy', 'blue-green', '--delay', '5s']],
])('%s: one that gets no traffic is aborted when the time for data is over', async (_, argv) => {
  const begun = Date.now()
  const { code, stderr, stdout } = await stage.rollout('--env', 'TURN=silent', ...argv)
  expect({ code, stderr }, stdout).toEqual({
    code: 1,
    stderr: expect.stringMatching(/had nothing to judge for 15s: .* got \d requests in 6s, and 4 are needed/),
  })
  expect(Date.now() - begun).toBeLessThan(30_000 + slackMs)
})

describe('with users', () => {
  let users: Users

  beforeAll(() => {
    users = new Users(stage.predict, usersRate)
  })

  afterAll(() => users.stop())

  test('killed in each phase and run again, it has the same end', async () => {
    const argv = ['--env', 'TURN=killed', '--steps', '10:2s,50:2s,100', '--load-rate', '5', ...lenient]
    users.take()
    const places = ['creating', 'warming', ...[0, 1, 2, 3].map((index) => ['judging', index] as const), 'finishing']
    let running = stage.begin(...argv)
    for (const place of places) {
      await stage.reaches(typeof place === 'string' ? `"phase":"${place}"` : `"stage":${place[1]}`)
      await running.kill()
      running = stage.begin(...argv)
    }
    const { code, stdout, stderr } = await running.outcome()
    expect(code, stdout + stderr).toBe(0)
    expect(await stage.traffic()).toHaveLength(1)
    expect(await stage.remains()).toBe('')
    expect(failed(users.take()).failures).toBe(0)
  })

  test('killed while it goes back and run again, it has gone back', async () => {
    const [before] = await stage.traffic()
    const argv = ['--env', 'FAULT=errors', '--steps', '20:5s,100']
    const first = stage.begin(...argv)
    await stage.reaches('"phase":"restoring"')
    await first.kill()
    const { code, stderr } = await stage.rollout(...argv)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('was aborted') })
    expect(await stage.traffic()).toEqual([before])
  })

  test('a second one is refused, and promote, abort, history and undo do what they say', async () => {
    const [first] = await stage.traffic()
    const manual = [
      '--strategy',
      'blue-green',
      '--promotion',
      'manual',
      '--delay',
      '1s',
      '--load-rate',
      '8',
      ...lenient,
    ]
    const waiting = stage.begin('--env', 'TURN=manual', ...manual)
    await stage.reaches('"phase":"judging"')
    const second = await stage.rollout('--env', 'TURN=manual', ...manual)
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('Another process drives this rollout') })
    const status = await stage.command('rollout', 'status', 'predict').outcome()
    expect(status.stdout).toContain('until `quartet rollout promote`')
    expect(await stage.command('rollout', 'promote', 'predict').outcome()).toMatchObject({ code: 0, stderr: '' })
    expect(await waiting.outcome()).toMatchObject({ code: 0, stderr: '' })
    const [promoted] = await stage.traffic()
    expect(promoted?.revisionName).not.toBe(first?.revisionName)

    expect(await stage.command('rollout', 'undo', 'predict').outcome()).toMatchObject({ code: 0, stderr: '' })
    expect(await stage.traffic()).toEqual([first])

    const going = stage.begin('--env', 'TURN=aborted', '--steps', '20:manual,100')
    await stage.reaches('"phase":"judging"')
    const abort = await stage.command('rollout', 'abort', 'predict').outcome()
    expect(abort).toMatchObject({ code: 0, stdout: expect.stringContaining('aborted it.'), stderr: '' })
    expect(await going.outcome()).toMatchObject({ code: 1 })
    expect(await stage.traffic()).toEqual([first])

    const { stdout } = await stage.command('rollout', 'history', 'predict').outcome()
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, 3).map((line) => line.split(/ {2,}/).slice(2, 4))).toEqual([
      ['aborted', 'canary'],
      ['promoted', 'undo'],
      ['promoted', 'blue-green'],
    ])
  })
})
