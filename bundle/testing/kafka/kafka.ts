import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '../../../scripts/local/free-port.ts'
import { sleep } from '../../../scripts/local/sleep.ts'
import { javaArguments, runKafka } from './java.ts'

/** A record as a consumer of Kafka itself reads it. */
export interface ReadRecord {
  readonly partition: string
  readonly headers: Readonly<Record<string, string>>
  readonly key: string
  /** Null where the record says that its key is gone. */
  readonly value: string | null
}

const user = 'quartet'
const modules = 'org.apache.kafka.common.security'
const topicCommand = 'org.apache.kafka.tools.TopicCommand'
const offsetShell = 'org.apache.kafka.tools.GetOffsetShell'
const consoleConsumer = 'org.apache.kafka.tools.consumer.ConsoleConsumer'

/** A real Kafka of one node, in a folder of its own; who knows a password may use its second port. */
export class Kafka {
  readonly brokers: string
  /** Where one has to log in as quartet. */
  readonly securedBrokers: string
  readonly #folder: string
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number, securedPort: number) {
    this.#folder = folder
    this.brokers = `127.0.0.1:${port}`
    this.securedBrokers = `127.0.0.1:${securedPort}`
  }

  static async start(password: string): Promise<Kafka> {
    const folder = mkdtempSync(join(tmpdir(), 'quartet-kafka-'))
    const [port, securedPort, controllerPort] = [await freePort(), await freePort(), await freePort()]
    const kafka = new Kafka(folder, port, securedPort)
    writeFileSync(kafka.#settings, settings(kafka, { folder: join(folder, 'data'), controllerPort, password }))
    const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => {
      return ['--add-scram', `${mechanism}=[name=${user},password=${password}]`]
    })
    const cluster = Buffer.from('quartet-for-test').toString('base64url')
    await runKafka('kafka.tools.StorageTool', 'format', '-t', cluster, '-c', kafka.#settings, ...scram)
    await kafka.restart()
    return kafka
  }

  get #settings(): string {
    return join(this.#folder, 'server.properties')
  }

  /** Starts it on its old ports, and waits until it takes connections. */
  async restart(): Promise<void> {
    const child = spawn('java', [...(await javaArguments()), 'kafka.Kafka', this.#settings], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    while (!(await listens(this.securedBrokers))) {
      if (child.exitCode !== null) throw new Error(`Kafka ended with ${child.exitCode}:\n${output}`)
      await sleep(100)
    }
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true })
  }

  async createTopic(topic: string): Promise<void> {
    const shape = ['--partitions', '3', '--replication-factor', '1']
    await runKafka(topicCommand, '--bootstrap-server', this.brokers, '--create', '--topic', topic, ...shape)
  }

  /** @returns all records of a topic, those of a partition in their order */
  async records(topic: string): Promise<ReadRecord[]> {
    const from = ['--bootstrap-server', this.brokers, '--topic', topic]
    // Lines of topic:partition:end.
    const ends = (await runKafka(offsetShell, ...from)).trim().split('\n')
    const count = ends.reduce((sum, line) => sum + Number(line.split(':').at(-1)), 0)
    if (count === 0) return []
    const shown = ['partition', 'headers', 'key'].flatMap((part) => ['--property', `print.${part}=true`])
    const until = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '60000']
    const lines = (await runKafka(consoleConsumer, ...from, ...until, ...shown)).trimEnd().split('\n')
    return lines.map(readRecord)
  }
}

/** A line has the parts with tabs between, and the headers as name:value with commas between. */
function readRecord(line: string): ReadRecord {
  const [partition = '', headers = '', key = '', value = ''] = line.split('\t')
  const pairs = headers.split(/,(?=[\w-]+:)/).map((header): [string, string] => {
    const colon = header.indexOf(':')
    return [header.slice(0, colon), header.slice(colon + 1)]
  })
  return { partition, headers: Object.fromEntries(pairs), key, value: value === 'null' ? null : value }
}

interface Place {
  readonly folder: string
  readonly controllerPort: number
  readonly password: string
}

function settings({ brokers, securedBrokers }: Kafka, { folder, controllerPort, password }: Place): string {
  const listeners = `PLAINTEXT://${brokers},SECURED://${securedBrokers}`
  return `
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@127.0.0.1:${controllerPort}
    listeners=${listeners},CONTROLLER://127.0.0.1:${controllerPort}
    advertised.listeners=${listeners}
    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SECURED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
    controller.listener.names=CONTROLLER
    inter.broker.listener.name=PLAINTEXT
    sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
    listener.name.secured.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${user}="${password}";
    listener.name.secured.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
    listener.name.secured.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
    log.dirs=${folder}
    auto.create.topics.enable=false
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    group.initial.rebalance.delay.ms=0
  `
}

async function listens(address: string): Promise<boolean> {
  const [host, port] = address.split(':')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(Number(port), host)
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  const isListening = await promise
  socket.destroy()
  return isListening
}
