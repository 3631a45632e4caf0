/** The transcript: a run as sentences, one a step. It is what a screen reader gets and what the command line prints. */
import type { NodeId } from '../api.ts'
import type { Action } from '../model.ts'
import { nodeOfConnection } from '../services/wire.ts'
import { type Dictionary, listed, put } from '../text/words.ts'
import { cutInWords } from './cut-links.ts'
import { messageLabel } from './label.ts'
import { type Telling, jumpCode, jumpParameters, namesOf, plainStart, plainStep } from './plain-transcript.ts'
import { nodeIn, processOf, processParts, serverParts, tellsWire } from './process-parts.ts'
import type { MessageRecord, NodeRecord, RunRecord, StepRecord } from './record.ts'
import { happeningOf, timerLabel } from './timer-label.ts'
import { wireKind } from './wire-kind.ts'

export { describeLoop } from './plain-transcript.ts'

/** An action as something still to be done: `deliver prepare 2 8 from A to X`. */
export function describeAction(action: Action, dictionary: Dictionary): string {
  switch (action.kind) {
    case 'deliver':
    case 'drop':
    case 'duplicate': {
      const wire = wireKind(action.message)
      const broken = wire !== null && action.kind === 'drop'
      const closed = wire === 'close' && action.kind === 'deliver'
      const code = closed ? 'told.action.closed' : broken ? 'told.action.break' : `action.${action.kind}`
      return put(dictionary, code, {
        message: messageLabel(action.message, dictionary),
        from: action.message.from,
        to: action.to,
      })
    }
    case 'fire': {
      const { node, timer } = action
      const happening = happeningOf(timer)
      if (happening === null) return put(dictionary, 'action.fire', { node, timer })
      if (action.early)
        return put(dictionary, `told.action.early.${happening.what}`, { node, ...happening.parameters })
      const code = happening.what === 'wake' ? 'told.action.wake' : 'told.action.happen'
      return put(dictionary, code, { node, what: timerLabel(timer, dictionary) })
    }
    case 'partition':
      return cutInWords(action.groups, 'action', dictionary)
    case 'heal':
      return put(dictionary, 'action.heal')
    case 'pass':
      return put(dictionary, 'action.pass', { milliseconds: action.milliseconds })
    case 'pause':
      return put(dictionary, action.milliseconds === undefined ? 'action.pause' : 'action.pause-for', {
        node: action.node,
        milliseconds: action.milliseconds ?? 0,
      })
    case 'jump':
      return put(dictionary, `action.${jumpCode(action)}`, jumpParameters(action))
    case 'act':
      return `${action.name}(${action.parameters.join(', ')})`
    default:
      return put(dictionary, `action.${action.kind}`, {
        node: action.node,
      })
  }
}

/**
 * A step as what has happened: `X receives prepare 2 8 from A and answers promise 2 –.`
 * @param record the run that it is a step of: with it the sentence says what a process sleeps, notes and ends with
 */
export function describeStep(step: StepRecord, dictionary: Dictionary, record?: RunRecord): string {
  const { action } = step
  if (action.kind === 'partition') return cutInWords(action.groups, 'step', dictionary)
  return wireSentence(step, dictionary, record) ?? plainStep(step, dictionary, messageLabel, record)
}

/** A step of a process or a server, or with one's message; null for any other. */
function wireSentence(step: StepRecord, dictionary: Dictionary, record?: RunRecord): string | null {
  const { action, received, sent, number, node } = step
  const before = nodeIn(record?.frames[number - 1], node)
  const after = nodeIn(record?.frames[number], node)
  const isProcess = processOf(before) !== null || processOf(after) !== null
  const timer = action.kind === 'fire' ? happeningOf(action.timer) : null
  if (action.kind === 'restart' && isWithoutKeys(after))
    return put(dictionary, 'told.restarts-empty', { node: action.node })
  if (!tellsWire(step) && !isProcess && timer === null) return null
  if ('crashAfter' in action && action.crashAfter !== undefined) return null
  const say = (code: string, parameters: Record<string, string> = {}): string =>
    put(dictionary, code, { node: node ?? '', ...parameters })
  const message = {
    message: received ? messageLabel(received, dictionary) : '',
    from: received?.from ?? '',
    to: received?.to ?? '',
  }
  let event: string
  switch (action.kind) {
    case 'drop':
      return say('told.break', message)
    case 'deliver':
      event = say(wireKind(received!) === 'close' ? 'told.closed' : 'step.deliver', message)
      break
    case 'fire':
      event =
        timer === null
          ? say('step.fire', { timer: action.timer })
          : say(`told.happens.${action.early ? 'early.' : ''}${timer.what}`, timer.parameters)
      break
    case 'restart':
      if (!isProcess) return null
      event = say('told.again')
      break
    default:
      return null
  }
  if (step.ignored && action.kind !== 'fire') return `${event}${say('step.ignored')}`
  // Whoever learns that a connection is closed says so too, which goes without saying.
  const told =
    received !== null && wireKind(received) === 'close'
      ? sent.filter((message) => wireKind(message) !== 'close' || message.to !== received.from)
      : sent
  const parts =
    isProcess && after
      ? processParts(before, after, told, step, dictionary)
      : received !== null && record === undefined && !isToServer(received)
        ? sentByUnknown(step, dictionary)
        : serverParts(told, received, dictionary)
  // A process that does nothing visible waits on; a server, or a deadline, need not say that it does no more.
  if (parts.length === 0 && isProcess) parts.push(say('told.part.goes-on'))
  // What comes due is the subject of its sentence, so what the server does then is told by itself.
  if (timer !== null && !isProcess && parts.length > 0)
    return say('told.due-end', { event, parts: listed(parts, dictionary) })
  return say('told.end', { sentence: listed([event, ...parts], dictionary) })
}

/** Does a server show that it has no keys? One that had none on its disk has forgotten those that it had. */
function isWithoutKeys(node: NodeRecord | undefined): boolean {
  const { kind, keys } = (node?.state ?? {}) as {
    readonly kind?: unknown
    readonly keys?: readonly unknown[]
  }
  return kind === 'keys' && keys?.length === 0
}

/** Is it of the kinds that processes send to servers? */
function isToServer(message: MessageRecord): boolean {
  return ['open', 'request', 'close', 'relay'].includes(wireKind(message) ?? '')
}

/** What a process sent, where nothing else is known of it. */
function sentByUnknown({ sent }: StepRecord, dictionary: Dictionary): string[] {
  return [...new Set(sent.map(({ to }) => to))].map((to) =>
    put(dictionary, 'told.part.asks', {
      to,
      messages: namesOf(
        sent.filter((one) => one.to === to),
        dictionary,
        messageLabel,
      ),
    }),
  )
}

/** What was sent as the nodes started, in one sentence a node; empty where nothing was. */
export function describeStart(record: RunRecord, dictionary: Dictionary): string {
  const senders = [...new Set(record.started.map((message) => message.from))]
  const nodes = record.frames[0]?.nodes ?? []
  const processes = nodes.filter((node) => processOf(node) !== null)
  // Processes are told in their order, and the others by what they send.
  const order = [
    ...processes.map(({ id }) => id),
    ...senders.filter((id) => !processes.some((one) => one.id === id)),
  ]
  return order
    .map((from) => {
      const own = record.started.filter((message) => message.from === from)
      const process = processes.find(({ id }) => id === from)
      if (!process) return plainStart(from, own, dictionary, messageLabel)
      const parts = processParts(undefined, process, own, null, dictionary)
      const event = put(dictionary, 'told.begins', { node: from })
      return put(dictionary, 'told.end', { sentence: listed([event, ...parts], dictionary) })
    })
    .join(' ')
}

/** Of what a process and a server send each other, the process. */
function processOfMessage(message: MessageRecord): NodeId | null {
  const kind = wireKind(message)
  if (kind === null || kind === 'relay') return null
  return nodeOfConnection((message.fields as { readonly connection: string }).connection)
}

/** Tells protocols, processes and servers. */
export const TELLING: Telling = {
  message: messageLabel,
  timer: timerLabel,
  starter: processOfMessage,
  isProcess: (node) => processOf(node) !== null,
  step: describeStep,
  start: describeStart,
}
