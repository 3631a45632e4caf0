/**
 * What processes and servers send each other, in few characters and as it is known from the real thing: `SET lock A NX PX 1000`,
 * `OK`, `insert into payment values (7)`, `create /lock/node- ephemeral sequential`. Which server a command is for shows in
 * its form. Numbers of requests don't show, since whoever reads sees which answer belongs to which request.
 */
import { type Dictionary, put } from '../text/words.ts'
import { valueLabel } from './value-label.ts'
import { type WireKind, isRecord } from './wire-kind.ts'

/** The label of a message of the wire. */
export function wireLabel(kind: WireKind, fields: unknown, dictionary: Dictionary): string {
  const { command, answer, notice, message, hello, request, connection } = fields as Record<string, unknown>
  const label = ((): string => {
    switch (kind) {
      case 'open':
        return put(dictionary, isRecord(hello) && isRecord(hello.session) ? 'wire.open-again' : 'wire.open')
      case 'request':
        return commandLabel(command)
      case 'reply':
        return answerLabel(answer, request, dictionary)
      case 'notice':
        return noticeLabel(notice, dictionary)
      case 'close':
        return put(dictionary, 'wire.close')
      case 'relay':
        return plainLabel(message)
    }
  })()
  const number = /\/(\d+)$/.exec(typeof connection === 'string' ? connection : '')?.[1]
  // Only a process with several connections needs to have them told apart.
  return number === undefined || number === '0' ? label : `${label} (${Number(number) + 1})`
}

/** A command, whichever server it is for. */
export function commandLabel(command: unknown): string {
  if (Array.isArray(command)) return command.map(word).join(' ')
  if (!isRecord(command)) return valueLabel(command)
  // As a process asks its library, which says besides over which connection.
  if (command.command !== undefined) return commandLabel(command.command)
  if (Array.isArray(command.transaction))
    return ['MULTI', ...command.transaction.map(commandLabel), 'EXEC'].join('; ')
  if (typeof command.text === 'string') return statementLabel(command.text, command.values)
  if (typeof command.op === 'string') return operationLabel(command)
  if (typeof command.kind === 'string') return queueLabel(command)
  return plainLabel(command)
}

const WORD_LENGTH_MAX = 40

/** A word of a command, in quotation marks where it would not be seen to be one. */
function word(given: unknown): string {
  const text = String(given)
  const cut = text.length > WORD_LENGTH_MAX ? `${text.slice(0, WORD_LENGTH_MAX - 1)}…` : text
  return text === '' || /\s/.test(text) ? `"${cut.replace(/\s+/g, ' ')}"` : cut
}

/** A statement with its values in their places, except where `$1` stands inside a text. */
function statementLabel(text: string, values: unknown): string {
  const given: readonly unknown[] = Array.isArray(values) ? values : []
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/'(?:[^']|'')*'|\$(\d+)/g, (all, number: string | undefined) => {
      if (number === undefined) return all
      const index = Number(number) - 1
      return index in given ? literal(given[index]) : all
    })
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  return value === null ? 'null' : valueLabel(value)
}

/** The modes of creation by their numbers. Reference: engine/services/zookeeper/protocol.ts, `CREATE_MODE`. */
const MODES = ['', 'ephemeral', 'sequential', 'ephemeral sequential']

/** A command to ZooKeeper. */
function operationLabel(command: Record<string, unknown>): string {
  const { op, path, data, mode, version, watch, operations } = command
  if (Array.isArray(operations)) return `multi: ${operations.map(commandLabel).join('; ')}`
  if (op === 'setWatches') {
    const paths = [command.data, command.exist, command.child].flatMap((some) =>
      Array.isArray(some) ? some : [],
    )
    return [op, ...paths].join(' ')
  }
  const parts = [
    op,
    path,
    typeof mode === 'number' ? (MODES[mode] ?? mode) : '',
    typeof data === 'string' && data !== '' ? word(data) : '',
    typeof version === 'number' && version !== -1 ? `version ${version}` : '',
    watch === true ? 'watch' : '',
  ]
  return parts.filter((part) => part !== undefined && part !== '').join(' ')
}

/** A command to the queue. */
function queueLabel(command: Record<string, unknown>): string {
  const { kind } = command
  switch (kind) {
    case 'produce':
    case 'sequence': {
      const sent = listOf(command.topicMessages).map((one) => {
        const messages = listOf(one.messages).map(({ key, value }) =>
          key === undefined || key === null ? word(value) : `${word(key)}=${word(value)}`,
        )
        return `${String(one.topic)} ${messages.join(', ')}`
      })
      return `${kind === 'produce' ? 'send' : kind} ${sent.join('; ')}`
    }
    case 'subscribe':
      return `subscribe ${valuesOf(command.topics).join(', ')}`
    case 'poll':
      return `poll ${valueLabel(command.timeout)} ms`
    case 'commit': {
      const offsets = listOf(command.offsets).map(
        (one) => `${at(one.topic, one.partition)} → ${String(one.offset)}`,
      )
      return `commit ${offsets.join(', ')}`
    }
    default:
      return String(kind)
  }
}

function answerLabel(answer: unknown, request: unknown, dictionary: Dictionary): string {
  if (!isRecord(answer)) return valueLabel(answer)
  if (isRecord(answer.error)) {
    const { name, code, message } = answer.error
    const what = [code, message, name].find((text) => typeof text === 'string' && text !== '')
    return put(dictionary, 'wire.error', { what: String(what ?? '') })
  }
  const { value } = answer
  // The request that stands for the opening of a connection: those of processes count from 1.
  if (value === null) return request === 0 ? put(dictionary, 'wire.opened') : 'null'
  if (Array.isArray(value))
    return value.some(isRecord) ? recordsLabel(listOf(value)) : `[${value.map(plainLabel).join(', ')}]`
  if (!isRecord(value)) return String(value)
  if ('rowCount' in value) return rowsLabel(value)
  if ('result' in value) return resultLabel(value.result, dictionary)
  return plainLabel(value)
}

/** What a statement gave, as PostgreSQL tags it, with the row where there is one. */
function rowsLabel({ command, rowCount, rows }: Record<string, unknown>): string {
  const tag = [command ?? '', rowCount ?? ''].filter((part) => part !== '').join(' ')
  const [first, ...others] = valuesOf(rows)
  return isRecord(first) && others.length === 0
    ? `${tag}: ${Object.values(first).map(valueLabel).join(', ')}`
    : tag
}

/** What ZooKeeper answered: a path, data, names of children, or what is known of a node. */
function resultLabel(result: unknown, dictionary: Dictionary): string {
  if (result === null) return put(dictionary, 'wire.done')
  if (!isRecord(result)) return Array.isArray(result) ? put(dictionary, 'wire.done') : String(result)
  if (Array.isArray(result.children)) return `[${[...valuesOf(result.children)].sort().join(', ')}]`
  if ('data' in result) return valueLabel(result.data)
  return 'numChildren' in result ? `version ${valueLabel(result.version)}` : plainLabel(result)
}

/** Records of the queue: those that a poll gave, or where those went that were sent. */
function recordsLabel(records: readonly Record<string, unknown>[]): string {
  return records
    .map((record) => {
      const { message, topic, topicName, partition, baseOffset } = record
      if (isRecord(message)) return `${at(topic, partition)}:${String(message.offset)} ${word(message.value)}`
      return topicName === undefined
        ? plainLabel(record)
        : `${at(topicName, partition)}:${String(baseOffset)}`
    })
    .join(', ')
}

/** The kinds of event by their numbers. Reference: engine/services/zookeeper/protocol.ts, `EVENT`. */
const EVENTS = ['', 'NODE_CREATED', 'NODE_DELETED', 'NODE_DATA_CHANGED', 'NODE_CHILDREN_CHANGED']

function noticeLabel(notice: unknown, dictionary: Dictionary): string {
  if (!isRecord(notice)) return valueLabel(notice)
  const { kind, type, path, session } = notice
  if (kind === 'event')
    return `${typeof type === 'number' ? (EVENTS[type] ?? type) : String(type)} ${String(path)}`
  if (kind === 'connected' && isRecord(session))
    return put(dictionary, 'wire.session', { session: String(session.id) })
  return kind === 'expired' ? put(dictionary, 'wire.expired') : plainLabel(notice)
}

/** Anything else: what kind it is of, and its values. */
function plainLabel(value: unknown): string {
  return isRecord(value) ? Object.values(value).map(valueLabel).join(' ') : valueLabel(value)
}

function at(topic: unknown, partition: unknown): string {
  return `${String(topic)}/${String(partition)}`
}

function valuesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return valuesOf(value).filter(isRecord)
}
