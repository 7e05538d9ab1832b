import { afterAll, beforeAll, expect, test } from 'vitest'

import { Stage } from './testing/stage.ts'
import { failed, Users } from './testing/users.ts'

/** For a machine that has other work: on an idle one it takes a quarter of this. */
const timeout = 300_000

let stage: Stage
let users: Users

beforeAll(async () => {
  stage = await Stage.set()
  users = new Users(stage.predict, 15)
})

afterAll(async () => {
  await users.stop()
  await stage.strike()
})

test(
  'a revision that answers errors goes back, and users saw no more of them than its share',
  { timeout },
  async () => {
    users.take()
    const { code, stdout, stderr } = await stage.rollout('--env', 'FAULT=errors', '--steps', '20:5s,100')
    expect({ code, stdout }).toMatchObject({ code: 1 })
    expect(stderr).toMatch(/(success-rate|error-rate) failed: result .* does not hold: result is/)
    expect(await stage.traffic()).toEqual([{ revisionName: 'predict-00001', percent: 100, tag: 'stable' }])
    expect(await stage.events()).toEqual([expect.stringMatching(/^RolloutAborted: .*FAULT=errors.*failed: result/)])
    const { failures, all } = failed(users.take())
    expect(failures).toBeLessThanOrEqual(all * 0.2)
  },
)

test('a good one is promoted though the command is killed, and users notice nothing', { timeout }, async () => {
  users.take()
  // It is slow now and then where the machine is.
  const argv = ['--env', 'TURN=1', '--steps', '10:2s,100', '--load-rate', '5', '--failure-limit', '5']
  const first = stage.begin(...argv)
  await expect.poll(() => stage.traffic().then((targets) => targets[1]?.percent), { timeout: 90_000 }).toBe(10)
  await first.kill()
  const { code, stdout, stderr } = await stage.rollout(...argv)
  expect({ code, stderr }, stdout).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^Looking for 12 s whether .*\n$/),
  })
  const [target, ...others] = await stage.traffic()
  expect({ target, others }).toMatchObject({ target: { percent: 100, tag: 'stable' }, others: [] })
  expect(target?.revisionName).not.toBe('predict-00001')
  expect(await stage.remains()).toBe('')
  expect(failed(users.take()).failures).toBe(0)
})
