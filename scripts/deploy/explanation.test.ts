import { expect, test } from 'vitest'

import { explanation, type Evidence } from './explanation.ts'

const evidence: Evidence = {
  name: 'predict',
  namespace: 'shop',
  revision: 'predict-00002',
  image: 'registry.example/quartet-predict:2',
  condition: 'RevisionFailed: Revision "predict-00002" failed.',
  trouble: undefined,
  log: [],
  serving: ['predict-00001'],
}

test('it is one screen, with each fact beside its title', () => {
  const crash: Evidence = {
    ...evidence,
    trouble: 'Pod predict-00002-x: user-container: CrashLoopBackOff: back-off 40s restarting failed container',
    log: ['The settings are wrong: port: Expected a number', 'plain'],
  }
  const lines = explanation(crash, 80)
  expect(lines).toEqual([
    'predict: predict-00002 did not become ready.',
    '  Knative says  RevisionFailed: Revision "predict-00002" failed.',
    '  the pod says  Pod predict-00002-x: user-container: CrashLoopBackOff: back-off',
    '                40s restarting failed container',
    '  its image     registry.example/quartet-predict:2',
    '  its last lines',
    '    | The settings are wrong: port: Expected a number',
    '    | plain',
    '  what to do    It ends by itself; its last lines say why. More: kubectl',
    '                --namespace shop logs --selector',
    '                serving.knative.dev/revision=predict-00002 --container',
    '                user-container --previous',
    '  meanwhile     predict-00001 keeps serving.',
  ])
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
})

test.each([
  [{ trouble: 'Pod x: user-container: ErrImagePull: no such image' }, /Is it pushed under this name/],
  [{ condition: 'Unable to fetch image "a": failed to resolve image to digest' }, /Is it pushed under this name/],
  [
    { trouble: 'Pod x: user-container: ImagePullBackOff.', image: 'dev.local/quartet-predict:2' },
    /Load it into each node/,
  ],
  [{ trouble: 'Pod x: CreateContainerConfigError: secret "quartet-database" not found' }, /Make it; the pod then/],
  [{ trouble: 'Pod x: user-container: ended with exit code 137 (OOMKilled).' }, /resources\.limits\.memory/],
  [{ trouble: 'Pod x: Unschedulable: 0/1 nodes are available: 1 Insufficient cpu' }, /No node has room/],
  [{ condition: 'FailedCreate: pods "x" is forbidden: violates PodSecurity "restricted:latest"' }, /refuses the pod/],
  [{ condition: 'Container failed with: exit code 1' }, /It ends by itself/],
  [{ condition: undefined }, /readiness probe has not passed/],
])('what to do depends on what is wrong: %j', (found, advice) => {
  expect(explanation({ ...evidence, ...found }, 1000).join('\n')).toMatch(advice)
})

test('it says when nothing serves', () => {
  expect(explanation({ ...evidence, serving: [], revision: '' }, 1000)).toEqual(
    expect.arrayContaining([
      'predict: its new revision did not become ready.',
      '  meanwhile     Nothing serves predict: no revision of it has been ready before.',
    ]),
  )
})

test('nobody has to read endless messages and lines', () => {
  const lines = explanation({ ...evidence, condition: 'word '.repeat(1000), log: ['x'.repeat(1000)] }, 100)
  expect(lines.length).toBeLessThan(15)
  expect(lines).toContain(`    | ${'x'.repeat(93)}…`)
})
