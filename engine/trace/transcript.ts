/** The transcript: a run as sentences, one a step. It is what a screen reader gets and what the command line prints. */
import type { Action } from '../model.ts'
import { type Dictionary, put } from '../text/words.ts'
import { messageLabel } from './label.ts'
import type { RunRecord, StepRecord } from './record.ts'

/** An action as something still to be done: `deliver prepare 2 8 from A to X`. */
export function describeAction(action: Action, dictionary: Dictionary): string {
  switch (action.kind) {
    case 'deliver':
    case 'drop':
    case 'duplicate':
      return put(dictionary, `action.${action.kind}`, {
        message: messageLabel(action.message),
        from: action.message.from,
        to: action.to,
      })
    case 'partition':
      return put(dictionary, 'action.partition', {
        groups: action.groups.map((group) => group.join(' ')).join(' | '),
      })
    case 'heal':
      return put(dictionary, 'action.heal')
    case 'act':
      return `${action.name}(${action.parameters.join(', ')})`
    default:
      return put(dictionary, `action.${action.kind}`, {
        node: action.node,
        timer: action.kind === 'fire' ? action.timer : '',
      })
  }
}

/** A step as what has happened: `X receives prepare 2 8 from A and answers promise 2 –.` */
export function describeStep(step: StepRecord, dictionary: Dictionary): string {
  const { action, received, sent, lost } = step
  const say = (code: string, parameters: Record<string, string | number> = {}): string =>
    put(dictionary, `step.${code}`, { node: step.node ?? '', ...parameters })
  const message: Record<string, string> = received
    ? { message: messageLabel(received), from: received.from, to: received.to }
    : {}
  switch (action.kind) {
    case 'drop':
    case 'duplicate':
      return say(action.kind, message)
    case 'partition':
      return say('partition', { groups: action.groups.map((group) => group.join(' ')).join(' | ') })
    case 'crash':
      return say(action.restarts ? 'crash-restart' : 'crash')
    case 'deliver':
    case 'fire': {
      const event = action.kind === 'fire' ? say('fire', { timer: action.timer }) : say('deliver', message)
      if (action.crashAfter !== undefined) {
        const done = sent.length > 0 ? say('cut-sent', { messages: names(sent) }) : say('cut-nothing')
        return `${event}${done} ${say('cut-lost', { lost: lost.map((kind) => (kind === 'persist' ? say('lost-persist') : kind)).join(', ') })}`
      }
      if (step.ignored) return `${event}${say('ignored')}`
      return `${event}${sent.length === 0 ? say('silent') : answers(step, say)}`
    }
    case 'act':
      return describeAction(action, dictionary)
    default:
      return say(action.kind)
  }
}

/** What was sent as the nodes started, in one sentence; empty where nothing was. */
export function describeStart(record: RunRecord, dictionary: Dictionary): string {
  const senders = [...new Set(record.started.map((message) => message.from))]
  return senders
    .map((from) => {
      const own = record.started.filter((message) => message.from === from)
      return put(dictionary, 'step.start', { node: from, messages: names(own), to: receivers(own) })
    })
    .join(' ')
}

/** That the last steps of a run repeat for ever, in one sentence; empty where it ends. */
export function describeLoop({ loopFrom }: RunRecord, dictionary: Dictionary): string {
  return loopFrom === undefined ? '' : put(dictionary, 'step.loop', { from: loopFrom })
}

function answers(
  step: StepRecord,
  say: (code: string, parameters: Record<string, string | number>) => string,
): string {
  const { sent, received } = step
  const back = sent.filter((message) => received && message.to === received.from)
  const parameters = { messages: names(sent), to: receivers(sent) }
  return back.length === sent.length ? say('answers', parameters) : say('sends', parameters)
}

function names(messages: readonly { type: string; fields: unknown }[]): string {
  return [...new Set(messages.map(messageLabel))].join(', ')
}

function receivers(messages: readonly { to: string }[]): string {
  return [...new Set(messages.map((message) => message.to))].join(', ')
}
