import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'

import { version } from '../../process/version.ts'
import { problemIn } from './problem.ts'
import type { Subject } from './subject.ts'

/** The paths that every function has. */
export function describeSharedPaths(subject: Subject): void {
  const { definition } = subject

  const json = async (target: string): Promise<unknown> => {
    const { status, headers, body } = await subject.ask({ target })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    return JSON.parse(body)
  }

  test('/healthz says OK as text', async () => {
    const { status, headers, body } = await subject.ask({ target: '/healthz' })
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
    expect(body).toBe('OK')
  })

  test('/livez says that the process should go on living', async () => {
    expect(await json('/livez')).toMatchObject({ status: 'ok', checks: { process: { status: 'ok' } } })
  })

  test('/readyz says of each check by name how it is', async () => {
    const names = ['open', ...Object.keys(definition.checks ?? {})]
    const checks = Object.fromEntries(names.map((name) => [name, { status: 'ok', durationMs: expect.any(Number) }]))
    expect(await json('/readyz')).toEqual({ status: 'ok', checks })
  })

  test.each(['healthz', 'livez'])('/%s?verbose lists the process', async (probe) => {
    const { status, headers, body } = await subject.ask({ target: `/${probe}?verbose` })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(body).toBe(`[+]process ok\n${probe} check passed\n`)
  })

  test('/readyz?verbose lists each check', async () => {
    const names = ['open', ...Object.keys(definition.checks ?? {})]
    const { status, body } = await subject.ask({ target: '/readyz?verbose' })
    expect(status).toBe(200)
    expect(body).toBe([...names.map((name) => `[+]${name} ok`), 'readyz check passed', ''].join('\n'))
  })

  test('/readyz?exclude passes over checks', async () => {
    const names = ['open', ...Object.keys(definition.checks ?? {})]
    const query = names.map((name) => `exclude=${name}`).join('&')
    expect(await json(`/readyz?${query}`)).toEqual({ status: 'ok', checks: {} })
  })

  test('/version says what runs here', async () => {
    expect(await json('/version')).toEqual({ function: definition.name, version, node: process.version })
  })

  test('/openapi.json is valid OpenAPI 3.1', async () => {
    const document = (await json('/openapi.json')) as Record<string, unknown>
    const validator = new Validator()
    expect(await validator.validate(document)).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test('/openapi.json has every route, and names each operation once', async () => {
    const { paths } = (await json('/openapi.json')) as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const described = Object.entries(paths).flatMap(([path, methods]) => {
      return Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
    })
    const own = Object.keys(definition.routes).map((key) => key.replaceAll(/:(\w+)/g, '{$1}'))
    const shared = ['/healthz', '/livez', '/readyz', '/openapi.json', '/version'].map((path) => `GET ${path}`)
    expect(described.toSorted()).toEqual([...own, ...shared].toSorted())
    const names = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    expect(new Set(names).size).toBe(names.length)
  })

  test.for(['/nothing-is-here', '/favicon.ico', '/robots.txt', '/healthz/', '//healthz'])(
    '%s is not found',
    async (target) => {
      expect(problemIn(await subject.ask({ target }))).toMatchObject({ status: 404, title: 'Not Found' })
    },
  )
}
