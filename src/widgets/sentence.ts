/** A step's sentence, taken apart so that the messages in it can be set as code. */
import { PLAIN, type Telling, describeLoop } from '../../engine/trace/plain-transcript.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import { put } from '../../engine/text/words.ts'
import type { Words } from './figure.ts'

export interface Piece {
  readonly text: string
  readonly code: boolean
}

/** What happened in a step; 0 is the start. The last step of a run that goes round says so. */
export function sentenceOf(
  record: RunRecord,
  number: number,
  words: Words,
  telling: Telling = PLAIN,
): Piece[] {
  const step = record.steps[number - 1]
  if (!step) {
    const text = telling.start(record, words) || put(words, 'widget.start.nothing')
    return pieces(
      text,
      record.started.map((message) => telling.message(message, words)),
    )
  }
  const messages = step.received ? [step.received, ...step.sent] : step.sent
  const loop = number === record.steps.length ? describeLoop(record, words) : ''
  const text = telling.step(step, words, record)
  return pieces(
    loop === '' ? text : `${text} ${loop}`,
    messages.map((message) => telling.message(message, words)),
  )
}

/** A letter or digit of a script that sets words apart. */
const LATIN = /[\p{Script=Latin}\p{N}]/u

/** Cuts a text at each of the labels; where two could begin, the longer one is meant. A part of a word is no label. */
export function pieces(text: string, labels: readonly string[]): Piece[] {
  const sorted = [...new Set(labels)].filter((label) => label !== '').sort((a, b) => b.length - a.length)
  const found: Piece[] = []
  let plain = ''
  for (let at = 0; at < text.length;) {
    const label = sorted.find((one) => text.startsWith(one, at) && standsAlone(text, at, one))
    if (label === undefined) plain += text[at++]
    else {
      if (plain !== '') found.push({ text: plain, code: false })
      plain = ''
      found.push({ text: label, code: true })
      at += label.length
    }
  }
  if (plain !== '') found.push({ text: plain, code: false })
  return found
}

/** Does a label end and begin where words do? In a script without spaces between words it may stand anywhere. */
function standsAlone(text: string, at: number, label: string): boolean {
  const joins = (one: string | undefined, other: string | undefined): boolean =>
    one !== undefined && other !== undefined && LATIN.test(one) && LATIN.test(other)
  return !joins(text[at - 1], label[0]) && !joins(label.at(-1), text[at + label.length])
}
