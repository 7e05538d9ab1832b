import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { runK6 } from './program.ts'

let folder: string
let server: Server
let url: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-k6-'))
  server = createServer((request, response) => response.writeHead(request.url === '/good' ? 200 : 500).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** Runs a k6 script that asks an address ten times, and wants nearly all answers to be good. */
function journey(address: string, rest = '') {
  const script = join(folder, 'journey.js')
  writeFileSync(
    script,
    `import http from 'k6/http'
    export const options = { iterations: 10, thresholds: { http_req_failed: ['rate<0.05'] } }
    export default () => http.get(__ENV.ADDRESS)
    ${rest}`,
  )
  return runK6(script, { ADDRESS: address })
}

test('thresholds that hold are good', async () => {
  expect(await journey(`${url}/good`)).toEqual({ isGood: true, detail: 'the thresholds of k6 held' })
})

test('a threshold that was crossed is not', async () => {
  expect(await journey(`${url}/bad`)).toEqual({ isGood: false, detail: 'a threshold of k6 was crossed' })
})

test('a script that is none judges nothing', async () => {
  expect(await journey(url, '}')).toEqual({ isGood: undefined, detail: expect.stringMatching(/^k6 ended with \d+$/) })
})
