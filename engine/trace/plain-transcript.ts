/**
 * Runs of protocols in words, without those of processes and servers: what a page needs whose figures have none of them. Everywhere
 * else the transcript (transcript.ts) tells both.
 */
import type { NodeId } from '../api.ts'
import type { Action } from '../model.ts'
import { type Dictionary, put } from '../text/words.ts'
import { plainLabel } from './plain-label.ts'
import type { MessageRecord, NodeRecord, RunRecord, StepRecord } from './record.ts'

/** How the parts of a run are put into words. */
export interface Telling {
  /** A message in few characters, and a timer. */
  readonly message: (
    message: { readonly type: string; readonly fields: unknown },
    dictionary: Dictionary,
  ) => string
  readonly timer: (timer: string, dictionary: Dictionary) => string
  /** What happened in a step. @param record the run that it is a step of */
  readonly step: (step: StepRecord, dictionary: Dictionary, record?: RunRecord) => string
  /**
   * Of a message between one who starts things and one who answers: who started it, whatever made the other answer now. Null
   * where that shows in the run alone.
   */
  readonly starter: (message: MessageRecord) => NodeId | null
  /** Is it a process, which starts what it does whatever its role? */
  readonly isProcess: (node: NodeRecord) => boolean
  /** What happened as the nodes started; empty where nothing did. */
  readonly start: (record: RunRecord, dictionary: Dictionary) => string
}

type Jump = Extract<Action, { kind: 'jump' }>

/** Names a message within a sentence. */
export type Namer = Telling['message']

/** A step of a protocol. @param record the run that it is a step of; without it nothing is said of a disk that is empty */
export function plainStep(
  step: StepRecord,
  dictionary: Dictionary,
  name: Namer = plainLabel,
  record?: RunRecord,
): string {
  const { action, received, sent, lost } = step
  const say = (code: string, parameters: Record<string, string | number> = {}): string =>
    put(dictionary, `step.${code}`, { node: step.node ?? '', ...parameters })
  const message: Record<string, string> = received
    ? { message: name(received, dictionary), from: received.from, to: received.to }
    : {}
  switch (action.kind) {
    case 'drop':
    case 'duplicate':
      return say(action.kind, message)
    case 'partition':
      return say('partition', { groups: action.groups.map((group) => group.join(' ')).join(' | ') })
    case 'crash':
      if (!action.restarts) return say('crash')
      return say(isDiskEmpty(step, record) ? 'crash-restart-empty' : 'crash-restart')
    case 'restart':
      return say(isDiskEmpty(step, record) ? 'restart-empty' : 'restart')
    case 'deliver':
    case 'fire': {
      const event = action.kind === 'fire' ? say('fire', { timer: action.timer }) : say('deliver', message)
      if (action.crashAfter !== undefined) {
        const messages = namesOf(sent, dictionary, name)
        const done = sent.length > 0 ? say('cut-sent', { messages }) : say('cut-nothing')
        return `${event}${done} ${say('cut-lost', { lost: lost.map((kind) => (kind === 'persist' ? say('lost-persist') : kind)).join(', ') })}`
      }
      if (step.ignored) return `${event}${say('ignored')}`
      if (sent.length === 0) return `${event}${say('silent')}`
      const back = sent.filter((message) => received && message.to === received.from)
      const parameters = { messages: namesOf(sent, dictionary, name), to: receiversOf(sent) }
      return `${event}${say(back.length === sent.length ? 'answers' : 'sends', parameters)}`
    }
    case 'act':
      return `${action.name}(${action.parameters.join(', ')})`
    case 'pause':
      return action.milliseconds === undefined
        ? say('pause')
        : say('pause-for', { milliseconds: action.milliseconds })
    case 'pass':
      return say('pass', { milliseconds: action.milliseconds })
    case 'jump':
      return say(jumpCode(action), jumpParameters(action))
    default:
      return say(action.kind)
  }
}

/** Has the node written nothing to its disk before the step? */
function isDiskEmpty({ node, number }: StepRecord, record: RunRecord | undefined): boolean {
  return record?.frames[number - 1]?.nodes.find(({ id }) => id === node)?.disk === null
}

/** Which words tell of a clock that was set: `jump`, or `jump-back`. */
export function jumpCode({ milliseconds }: Jump): string {
  return milliseconds < 0 ? 'jump-back' : 'jump'
}

/** Their parameters: how far it was set is not negative in words. */
export function jumpParameters({ node, milliseconds }: Jump): { node: string; milliseconds: number } {
  return { node, milliseconds: Math.abs(milliseconds) }
}

/** What one node sent as it started. */
export function plainStart(
  node: string,
  sent: readonly MessageRecord[],
  dictionary: Dictionary,
  name: Namer = plainLabel,
): string {
  return put(dictionary, 'step.start', {
    node,
    messages: namesOf(sent, dictionary, name),
    to: receiversOf(sent),
  })
}

/** That the last steps of a run repeat for ever, in one sentence; empty where it ends. */
export function describeLoop({ loopFrom }: RunRecord, dictionary: Dictionary): string {
  return loopFrom === undefined ? '' : put(dictionary, 'step.loop', { from: loopFrom })
}

/** Different messages, each once. */
export function namesOf(messages: readonly MessageRecord[], dictionary: Dictionary, name: Namer): string {
  return [...new Set(messages.map((message) => name(message, dictionary)))].join(', ')
}

function receiversOf(messages: readonly MessageRecord[]): string {
  return [...new Set(messages.map((message) => message.to))].join(', ')
}

/** Tells protocols alone. */
export const PLAIN: Telling = {
  message: plainLabel,
  timer: (timer) => timer,
  starter: () => null,
  isProcess: () => false,
  step: (step, dictionary, record) => plainStep(step, dictionary, plainLabel, record),
  start: (record, dictionary) =>
    [...new Set(record.started.map(({ from }) => from))]
      .map((node) =>
        plainStart(
          node,
          record.started.filter(({ from }) => from === node),
          dictionary,
        ),
      )
      .join(' '),
}
