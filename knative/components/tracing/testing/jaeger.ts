import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { unusedPort } from '../../../../functions/_runtime/testing/unused-port.ts'
import { JaegerApi } from '../jaeger-api.ts'

const startTimeoutMs = 30_000

/** A Jaeger of a test's own, which keeps traces in its memory. */
export class Jaeger {
  readonly api: JaegerApi
  /** Where OTLP comes in. */
  readonly endpoint: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, endpoint: string, queryUrl: string) {
    this.#child = child
    this.endpoint = endpoint
    this.api = new JaegerApi(queryUrl)
  }

  /**
   * @param otlpHost the address of this machine where spans come in
   * @throws Error when there is no `jaeger` on the PATH, or it does not start
   */
  static async start(otlpHost = '127.0.0.1'): Promise<Jaeger> {
    const otlp = `${otlpHost}:${await unusedPort()}`
    const names = ['otlpGrpc', 'http', 'grpc', 'admin', 'query', 'queryGrpc'] as const
    const ports = await Promise.all(names.map(async (name) => [name, `127.0.0.1:${await unusedPort()}`] as const))
    const at = Object.fromEntries(ports) as Record<(typeof names)[number], string>
    const child = spawn(
      'jaeger',
      [
        `--collector.otlp.http.host-port=${otlp}`,
        `--collector.otlp.grpc.host-port=${at.otlpGrpc}`,
        `--collector.http-server.host-port=${at.http}`,
        `--collector.grpc-server.host-port=${at.grpc}`,
        `--admin.http.host-port=${at.admin}`,
        `--query.http-server.host-port=${at.query}`,
        `--query.grpc-server.host-port=${at.queryGrpc}`,
      ],
      { stdio: 'ignore' },
    )
    const ended = once(child, 'exit').then(() => {
      throw new Error('Jaeger ended as it started.')
    })
    const jaeger = new Jaeger(child, `http://${otlp}`, `http://${at.query}`)
    await Promise.race([ended, jaeger.#untilReady()])
    // Its end is wanted from here on.
    ended.catch(() => {})
    return jaeger
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }

  async #untilReady(): Promise<void> {
    const deadline = performance.now() + startTimeoutMs
    while (!(await this.api.isReady())) {
      if (performance.now() > deadline) throw new Error(`Jaeger did not answer within ${startTimeoutMs} ms.`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
