/**
 * A queue for tests: a broker and its connections. It looks at every event: the state stays plain data, each
 * request has one answer at most, and what the state says of its deadlines holds together.
 */
import type { Plain } from '../../../api.ts'
import { canonical } from '../../../plain.ts'
import { type Answer, type ServerContext, advance } from '../../service.ts'
import { type Kafka, kafkaClient } from '../client.ts'
import type { ConsumerSettings, Delivered } from '../group.ts'
import type { Message } from '../log.ts'
import { type QueueCommand, type QueueOptions, type QueueState, queueServer } from '../server.ts'

/** What consumers in tests say about themselves unless a test says otherwise. */
export const SETTINGS: ConsumerSettings = {
  sessionTimeout: 10_000,
  rebalanceTimeout: 60_000,
  autoCommit: false,
  maxPollRecords: 500,
}

interface Open {
  readonly connection: string
  readonly request: number
  readonly answered: (answer: Answer) => void
}

export class TestBroker {
  state: QueueState
  readonly options: QueueOptions
  #open: Open[] = []
  readonly #ctx: ServerContext = {
    reply: (connection, request, answer) => {
      const open = this.#open.find((other) => other.connection === connection && other.request === request)
      if (!open) throw new Error(`an answer to request ${request} of ${connection}, which is not open`)
      this.#open = this.#open.filter((other) => other !== open)
      open.answered(answer)
    },
    notify: () => must(false, 'a queue notifies nobody'),
    close: () => must(false, 'a queue closes no connection'),
    send: () => must(false, 'a queue has no other server'),
  }

  readonly #write: boolean

  /** @param write is the state written down and read again after every event? */
  constructor(options: QueueOptions, write = true) {
    this.options = options
    this.#write = write
    this.state = queueServer.init(options)
  }

  /** Sends a command. Null: the answer has not come yet; `answered` is called when it does. */
  call(connection: string, command: QueueCommand, answered?: (answer: Answer) => void): Answer | null {
    let request = 0
    while (this.#open.some((open) => open.connection === connection && open.request === request)) request++
    let given: Answer | null = null
    const note = (answer: Answer): void => {
      given = answer
      answered?.(answer)
    }
    this.#open.push({ connection, request, answered: note })
    queueServer.request(this.state, connection, request, command, this.#ctx)
    this.#look()
    return given
  }

  /** @throws where it is not answered with a value at once */
  value(connection: string, command: QueueCommand): Plain {
    const answer = this.call(connection, command)
    if (answer === null) throw new Error('no answer yet')
    if ('error' in answer) throw new Error(`${answer.error.name} ${answer.error.code}`)
    return answer.value
  }

  send(topic: string, ...messages: Message[]): Plain {
    const call = { topicMessages: [{ topic, messages }], acks: -1, tried: 0, retries: 0 }
    return this.value('sender', { kind: 'produce', ...call, batch: null })
  }

  /** Subscribes a consumer of the group `g` to the topic `t`, unless told otherwise. */
  subscribe(connection: string, settings: Partial<ConsumerSettings> = {}, topics = ['t'], group = 'g'): void {
    const all = { ...SETTINGS, ...settings }
    this.value(connection, { kind: 'subscribe', group, topics, fromBeginning: true, settings: all })
  }

  /** What a poll returns that doesn't wait, as `topic/partition@offset=value`. */
  poll(connection: string, group = 'g'): string[] {
    return shown(this.value(connection, { kind: 'poll', group, timeout: 0 }))
  }

  /** A poll that waits; what it returned is in the list that this gives, once it has. */
  wait(connection: string, timeout = 1000): string[][] {
    const answers: string[][] = []
    this.call(connection, { kind: 'poll', group: 'g', timeout }, (answer) =>
      answers.push('value' in answer ? shown(answer.value) : [answer.error.code]),
    )
    return answers
  }

  /** Commits an offset of topic `t` for group `g`: `done`, or what the error is called. */
  commit(connection: string, partition: number, offset: number): string {
    const offsets = [{ topic: 't', partition, offset: String(offset) }]
    const answer = this.call(connection, { kind: 'commit', group: 'g', offsets })!
    return 'error' in answer ? answer.error.code || answer.error.name : 'done'
  }

  /** The partitions of `t` that each consumer of `g` has, those of lost ones under `lost`. */
  shares(): Record<string, string> {
    const group = this.state.groups.find(({ id }) => id === 'g')
    const shares: Record<string, string> = {}
    const list = (parts: readonly { readonly partition: number }[]): string =>
      parts
        .map(({ partition }) => partition)
        .sort()
        .join(' ')
    for (const consumer of group?.consumers ?? [])
      if (consumer.standing === 'assigned') shares[consumer.connection] = list(consumer.shares)
    for (const { partitions } of group?.lost ?? []) shares['lost'] = list(partitions)
    return shares
  }

  disconnect(connection: string): void {
    this.#open = this.#open.filter((open) => open.connection !== connection)
    queueServer.disconnect(this.state, connection, this.#ctx)
    this.#look()
  }

  restart(): void {
    this.#open = []
    this.state = queueServer.restart(this.state, this.options)
    this.#look()
  }

  due(name: string): void {
    queueServer.due(this.state, name, this.#ctx)
    this.#look()
  }

  advance(milliseconds: number): void {
    advance(queueServer, this.state as never, milliseconds, this.#ctx)
    this.#look()
  }

  deadlines(): readonly string[] {
    return queueServer.deadlines(this.state).map(({ name }) => name)
  }

  waiting(): number {
    return this.#open.length
  }

  /** A client over a connection. @param reply may lose the reply to a command, by giving false */
  kafka(connection: string, reply: (command: QueueCommand) => boolean = () => true): Kafka {
    return kafkaClient(
      (command) =>
        new Promise((resolve, reject) => {
          this.call(connection, command, (answer) => {
            if (!reply(command)) reject({ name: 'ConnectionLost', code: '', message: 'lost' })
            else if ('error' in answer) reject(answer.error)
            else resolve(answer.value)
          })
        }),
    )
  }

  #look(): void {
    const text = canonical(this.state, 'state')
    if (this.#write) this.state = JSON.parse(JSON.stringify(this.state)) as QueueState
    must(canonical(this.state, 'state') === text, 'a state is plain data')
    const deadlines = queueServer.deadlines(this.state)
    must(
      new Set(deadlines.map(({ name }) => name)).size === deadlines.length,
      'deadlines have names of their own',
    )
    for (const [index, { left }] of deadlines.entries())
      must(left >= (index === 0 ? 0 : deadlines[index - 1]!.left), 'deadlines stand in order, none is past')
    for (const { consumers, lost, rebalancing } of this.state.groups) {
      const owned = [...consumers.flatMap(({ shares }) => shares), ...lost.flatMap((one) => one.partitions)]
      const owners = owned.map(({ topic, partition }) => `${topic}/${partition}`)
      must(new Set(owners).size === owners.length, 'a partition has one owner')
      for (const { standing, shares, waiting, session } of consumers) {
        const member = standing === 'assigned' || standing === 'joined'
        must(standing !== 'joined' || rebalancing !== null, 'who waits for a share is in a rebalance')
        must(standing === 'assigned' || shares.length === 0, 'who is not assigned has no share')
        must(!waiting || standing !== 'assigned' || rebalancing === null, 'who polls hears of a rebalance')
        must((session !== null) === (member && !waiting), 'the session of a member runs unless it polls')
      }
    }
  }
}

function must(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(`It does not hold that ${sentence}.`)
}

function shown(records: Plain): string[] {
  return (records as unknown as readonly Delivered[]).map(
    ({ topic, partition, message }) => `${topic}/${partition}@${message.offset}=${message.value}`,
  )
}
