import { checkAnswers } from './answers.ts'
import type { Measurement } from '../comparison.ts'
import { serverProcessor, warmUpSeconds } from '../conditions.ts'
import type { Digit } from './digits.ts'
import type { Encoding } from './encoding.ts'
import { exampleRequest } from './example-request.ts'
import { Load } from './load.ts'
import { residentMB } from '../memory.ts'
import { modelPath, modelVersion } from './model-file.ts'
import type { PredictPeer } from '../peers/predict/predict-peer.ts'
import { onProcessor } from '../processor.ts'
import { startServer, type ServerProcess } from '../server-process.ts'

/** A peer, and how it is sent its pictures. */
export class Contestant {
  readonly name: string
  readonly peer: PredictPeer
  readonly encoding: Encoding
  readonly #path: string
  readonly #digits: readonly Digit[]

  constructor(peer: PredictPeer, path: string, encoding: Encoding, digits: readonly Digit[]) {
    this.name = `${peer.name}, ${encoding.name}`
    this.peer = peer
    this.encoding = encoding
    this.#path = path
    this.#digits = digits
  }

  /** @throws Refused when it does not take the encoding; Error when it answers wrong */
  check(): Promise<void> {
    return this.#serve((server) => this.#checkAnswers(server))
  }

  /** Measures a process of its own, after it has answered right and been warmed up. */
  measure(seconds: number): Promise<Measurement> {
    return this.#serve(async (server) => {
      await this.#checkAnswers(server)
      const { contentType, encode } = this.encoding
      const bodies = this.#digits.map(({ greys }) => encode(greys))
      using load = new Load(contentType, bodies)
      load.run(this.#url(server), warmUpSeconds)
      const report = load.run(this.#url(server), seconds)
      return { ...report, memoryMB: residentMB(server.pid) }
    })
  }

  #checkAnswers(server: ServerProcess): Promise<void> {
    const oneOfEach = new Map(this.#digits.map((digit) => [digit.label, digit]))
    return checkAnswers(this.#url(server), this.encoding, [...oneOfEach.values()])
  }

  #url({ port }: ServerProcess): string {
    return `http://127.0.0.1:${port}${this.#path}`
  }

  async #serve<Result>(use: (server: ServerProcess) => Promise<Result>): Promise<Result> {
    const { name, command, env } = this.peer
    const server = await startServer({
      name,
      command: onProcessor(serverProcessor, command),
      env: {
        MODEL_PATH: modelPath,
        MODEL_VERSION: modelVersion,
        // Else ONNX Runtime reports itself to its makers.
        ORT_DISABLE_TELEMETRY: '1',
        ...env,
      },
      request: exampleRequest,
    })
    try {
      return await use(server)
    } finally {
      await server.stop()
    }
  }
}
