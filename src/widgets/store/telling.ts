/** storeTelling: a run of clients, servers and a store in words: what a client asks for is told as that, not as a timer that fires. */
import { PLAIN, plainStep, type Telling } from '../../../engine/trace/plain-transcript.ts'
import type { RunRecord, StepRecord } from '../../../engine/trace/record.ts'
import type { Parameters } from '../../../engine/fault.ts'
import { type Dictionary, put } from '../../../engine/text/words.ts'
import { plainLabel } from '../../../engine/trace/plain-label.ts'
import { operationIn } from './server-rows.ts'

interface Fields {
  readonly command: string
  readonly id: string
  readonly value: string | null
  readonly term: number
  readonly entries: readonly { readonly command: string }[]
  readonly success: boolean
  readonly voteGranted: boolean
}

/**
 * A message by what it says, in as few words as there are: there are many of them, and whoever has come here knows what they are. Of
 * entries, the operations that they ask for.
 */
const message: Telling['message'] = (one, dictionary) => {
  const fields = one.fields as Fields
  const say = (code: string, parameters: Parameters = {}): string =>
    put(dictionary, `store.message.${code}`, parameters)
  switch (one.type) {
    case 'command':
      return fields.command
    case 'answer':
      return fields.value === null
        ? say('done', { id: fields.id })
        : say('found', { id: fields.id, value: fields.value })
    case 'appendEntries':
      return fields.entries.length === 0
        ? say('heartbeat')
        : say('append', { entries: inShort(fields.entries.map(({ command }) => operationIn(command))) })
    case 'appendEntriesReply':
      return say(fields.success ? 'matches' : 'differs')
    case 'requestVote':
      return say('stands', { term: fields.term })
    case 'requestVoteReply':
      return say(fields.voteGranted ? 'vote' : 'no-vote')
    default:
      return plainLabel(one)
  }
}

/** Of many in a row, the first and the last. */
const inShort = (ids: readonly string[]): string =>
  ids.length > 2 ? `${ids[0]}…${ids.at(-1)}` : ids.join(' ')

function told(step: StepRecord, dictionary: Dictionary, record?: RunRecord): string {
  const { action, sent, node } = step
  const [request] = sent
  if (action.kind !== 'fire' || request?.type !== 'command')
    return plainStep(step, dictionary, message, record)
  const asked = record?.frames[step.number - 1]?.nodes.find(({ id }) => id === node)?.state?.['to']
  const isAgain = action.timer === 'again'
  return put(dictionary, isAgain ? 'store.asks-again' : 'store.asks', {
    client: node ?? '',
    server: request.to,
    before: String(asked ?? ''),
    name: message(request, dictionary),
  })
}

export const storeTelling: Telling = {
  ...PLAIN,
  message,
  timer: (timer) => timer.replace(/^ask:/, ''),
  step: told,
  // Whatever made the leader answer now, the answer is the client's.
  starter: ({ type, to }) => (type === 'answer' ? to : null),
}
