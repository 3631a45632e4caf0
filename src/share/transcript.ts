/** A run in words, as text and as Markdown: what the transcript on the page says, with the time of day where there are clocks. */
import type { Telling } from '../../engine/trace/plain-transcript.ts'
import type { RunRecord } from '../../engine/trace/record.ts'
import type { Words } from '../widgets/figure.ts'
import { sentenceOf } from '../widgets/sentence.ts'

export interface Told {
  readonly title: string
  readonly record: RunRecord
  readonly words: Words
  readonly telling?: Telling
  /** Where it comes from; empty where there is no link. */
  readonly link: string
}

/** A line a step, the start first. */
export function transcriptText({ title, record, words, telling, link }: Told): string {
  const width = String(record.steps.length).length
  const lines = stepsOf(record).map((step) => {
    const sentence = sentenceOf(record, step, words, telling).map(({ text }) => text)
    return `${String(step).padStart(width)}  ${timeOf(record, step)}${sentence.join('')}`
  })
  return [title, ...(link === '' ? [] : [link]), '', ...lines, ''].join('\n')
}

export function transcriptMarkdown({ title, record, words, telling, link }: Told): string {
  const heading = link === '' ? `**${escaped(title)}**` : `**[${escaped(title)}](${link})**`
  const lines = stepsOf(record).map((step) => {
    const sentence = sentenceOf(record, step, words, telling).map(({ text, code }) =>
      code ? codeOf(text) : escaped(text),
    )
    return `${step}. ${timeOf(record, step)}${sentence.join('')}`
  })
  return [heading, '', ...lines, ''].join('\n')
}

const stepsOf = (record: RunRecord): number[] => record.frames.map((_, step) => step)

function timeOf(record: RunRecord, step: number): string {
  const now = record.frames[step]?.now
  return now === undefined ? '' : `${now} ms: `
}

/** What Markdown would take for marks of its own. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, '\\$&')
}

/** Code may hold the mark that ends it: then more of them do. */
function codeOf(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length))
  const mark = '`'.repeat(longest + 1)
  return longest === 0 ? mark + text + mark : `${mark} ${text} ${mark}`
}
