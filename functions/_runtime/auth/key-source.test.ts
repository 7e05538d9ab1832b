import { afterAll, beforeAll, expect, test } from 'vitest'

import { Issuer } from '../testing/issuer.ts'
import { limitBytes, urlSource } from './key-source.ts'

let issuer: Issuer

beforeAll(async () => {
  issuer = await Issuer.start('ES256')
})

afterAll(() => issuer.stop())

const patientMs = 15_000

test('an answer is its text', async () => {
  issuer.answer = (_request, response) => {
    response.write('a')
    setTimeout(() => response.end('b'), 10)
  }
  expect(await urlSource(issuer.url, patientMs)()).toBe('ab')
})

test('an answer that does not begin in time is given up', async () => {
  issuer.answer = () => {}
  await expect(urlSource(issuer.url, 50)()).rejects.toThrow('did not answer within 50 ms')
})

test('an answer that does not end in time is given up', async () => {
  issuer.answer = (_request, response) => response.write('{')
  await expect(urlSource(issuer.url, 50)()).rejects.toThrow('did not answer within 50 ms')
})

test('an answer without an end is given up when it is too large', async () => {
  issuer.answer = (_request, response) => {
    const write = (): void => {
      if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(write))
    }
    write()
  }
  await expect(urlSource(issuer.url, patientMs)()).rejects.toThrow(`answered over ${limitBytes} bytes`)
})

test('an answer that breaks off is none', async () => {
  issuer.answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{', () => response.destroy())
  }
  await expect(urlSource(issuer.url, patientMs)()).rejects.toThrow('did not answer whole')
})

test('a redirect is not followed', async () => {
  issuer.answer = (_request, response) => response.writeHead(302, { location: issuer.url }).end()
  await expect(urlSource(issuer.url, patientMs)()).rejects.toThrow('answered 302')
})

test('what else an address has is not said when it fails', async () => {
  issuer.answer = (_request, response) => response.writeHead(500).end()
  const url = new URL(issuer.url)
  url.username = 'user'
  url.password = 'hunter2'
  url.search = '?key=hunter2'
  await expect(urlSource(url.href, patientMs)()).rejects.toThrow(new Error(`${issuer.url} answered 500`))
})
