import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as z from 'zod/mini'

import { ClusterError } from './cluster-error.ts'
import { Kubectl } from './kubectl.ts'

const Named = z.object({ metadata: z.object({ name: z.string() }) })

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-kubectl-'))
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** Puts a program on the PATH that stands for kubectl. */
function kubectlIs(script: string): void {
  const path = join(folder, 'kubectl')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

/** A line of a watch. */
function lineOf(type: string, name: string): string {
  return JSON.stringify({ type, object: { metadata: { name } } })
}

async function failureOf(promise: Promise<unknown>): Promise<ClusterError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ClusterError)) throw new Error('It did not fail as one that talks to a cluster.')
  return error
}

test('which cluster, and where in it, comes before the command', async () => {
  kubectlIs('echo "$@"')
  const kubectl = new Kubectl({ kubeconfig: '/a/config', context: 'kind', namespace: 'quartet' })
  expect(await kubectl.run(['get', 'pods'])).toBe(
    '--kubeconfig=/a/config --context=kind --namespace=quartet get pods\n',
  )
  expect(await new Kubectl().run(['version'])).toBe('version\n')
})

test('manifests are applied on the server, from the standard input', async () => {
  kubectlIs('echo "$@"; cat')
  const kubectl = new Kubectl()
  expect(await kubectl.apply('kind: A\n')).toBe(
    'apply --server-side --field-manager=quartet --force-conflicts --filename=-\nkind: A\n',
  )
  expect(await kubectl.apply('kind: A\n', { dryRun: true, force: false })).toContain(
    'apply --server-side --field-manager=quartet --dry-run=server --filename=-',
  )
})

test('an object is a merge patch, and a list is a JSON patch', async () => {
  kubectlIs('echo "$@"')
  const kubectl = new Kubectl()
  expect(await kubectl.patch('ksvc/a', { spec: {} })).toContain('patch ksvc/a --type=merge --patch={"spec":{}}')
  expect(await kubectl.patch('ksvc/a', [{ op: 'remove', path: '/spec' }])).toContain('--type=json')
})

test('what it prints as JSON is read', async () => {
  kubectlIs(`echo '{"items":[{"metadata":{"name":"a"},"more":1}]}'`)
  expect(await new Kubectl().list(['pods'], Named)).toEqual([{ metadata: { name: 'a' } }])
  const error = await failureOf(new Kubectl().json(['get', 'pod', 'a'], Named))
  expect(error.message).toBe(
    'kubectl get pod a answers in a form that is not known here: metadata: Invalid input: expected object, received undefined',
  )
  kubectlIs('echo No resources')
  expect((await failureOf(new Kubectl().json(['get'], Named))).message).toMatch(/^kubectl get printed no JSON/)
})

test('a watch tells what is there and what happens, until it ends', async () => {
  const lines = [
    lineOf('ADDED', 'a'),
    lineOf('MODIFIED', 'a'),
    '{"type":"BOOKMARK","object":{}}',
    lineOf('DELETED', 'a'),
  ]
  kubectlIs(`cat <<'END'\n${lines.join('\n')}\nEND`)
  const seen: string[] = []
  for await (const { type, object } of new Kubectl().watch(['pods'], Named))
    seen.push(`${type} ${object.metadata.name}`)
  expect(seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
})

test('a watch whose knowledge is too old ends, and the next begins anew', async () => {
  kubectlIs(`echo '{"type":"ERROR","object":{"kind":"Status","code":410}}'; exec sleep 60`)
  for await (const event of new Kubectl().watch(['pods'], Named)) expect.unreachable(event.type)
})

test('a watch ends with its signal, and its kubectl with a loop that is left', async () => {
  kubectlIs(`echo $$ > '${folder}/pid'; echo '{"type":"ADDED","object":{"metadata":{"name":"a"}}}'; exec sleep 60`)
  const ending = new AbortController()
  let seen = 0
  for await (const event of new Kubectl().watch(['pods'], Named, ending.signal)) {
    expect(event.type).toBe('ADDED')
    seen += 1
    ending.abort()
  }
  for await (const event of new Kubectl().watch(['pods'], Named)) {
    expect(event.type).toBe('ADDED')
    seen += 1
    break
  }
  expect(seen).toBe(2)
})

test('a watch that fails says why', async () => {
  kubectlIs(`echo 'error: the server doesn'"'"'t have a resource type "ksvc"' >&2; exit 1`)
  const first = new Kubectl().watch(['ksvc'], Named).next()
  expect((await failureOf(first)).kind).toBe('unknown kind')
})

test('a command ends with its signal', async () => {
  kubectlIs('exec sleep 60')
  const error = await failureOf(new Kubectl().run(['wait'], { signal: AbortSignal.timeout(50) }))
  expect(error).toMatchObject({ kind: 'interrupted', message: 'kubectl wait was interrupted.' })
})

test('what is refused for many objects is said of the first', async () => {
  kubectlIs('for each in 1 2 3 4 5 6 7; do echo "Error from server (Forbidden): $each" >&2; done; exit 1')
  const { message } = await failureOf(new Kubectl().run(['apply']))
  expect(message).toMatch(/\(Forbidden\): 4\n\.\.\. and 3 lines more$/)
})

test('without kubectl, it says where to get it', async () => {
  vi.stubEnv('PATH', folder)
  expect(await failureOf(new Kubectl().run(['get']))).toMatchObject({
    kind: 'no kubectl',
    message: expect.stringContaining('https://kubernetes.io/docs/tasks/tools/'),
  })
})

test.each([
  ['The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?', 'unreachable'],
  ['Unable to connect to the server: dial tcp: lookup nosuch.invalid: no such host', 'unreachable'],
  ['Error in configuration: context was not found for specified context: zz', 'unreachable'],
  ['Error from server (NotFound): the server could not find the requested resource', 'unreachable'],
  ['error: stat /nonexistent: no such file or directory', 'unreachable'],
  ['error: You must be logged in to the server (Unauthorized)', 'no permission'],
  ['Error from server (Forbidden): pods is forbidden: User "a" cannot list resource "pods"', 'no permission'],
  ['error: the server doesn\'t have a resource type "ksvc"', 'unknown kind'],
  ['error: resource mapping not found for name: "a": no matches for kind "Service"', 'unknown kind'],
  ['Error from server (NotFound): services.serving.knative.dev "a" not found', 'not found'],
  ['error: Apply failed with 1 conflict: conflict with "kubectl" using v1: .spec', 'conflict'],
  ['error: something else', 'failed'],
])('%s: %s', async (said, kind) => {
  const noise = 'E1121 21:28:15.557183   25074 memcache.go:265] "Unhandled Error" err="the server could not find"\n'
  kubectlIs(`cat >&2 <<'END'\n${noise}Warning: version skew\n${said}\nEND\nexit 1`)
  const error = await failureOf(new Kubectl().run(['get', 'a']))
  expect(error.kind).toBe(kind)
  expect(error.message).toContain(said)
  expect(error.message).not.toMatch(/memcache|Warning/)
})
