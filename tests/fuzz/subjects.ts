/**
 * What takes in files and links of strangers, each with texts that are right and with how it is fed. Whatever it is fed it answers: it reads
 * it, or says what is wrong as a Fault or a problem. Any other exception is a finding.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { Attempt } from '../../engine/break/judge.ts'
import { readRun } from '../../engine/break/run-file.ts'
import { type BreakExercise, partsOf } from '../../engine/exercise.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action } from '../../engine/model.ts'
import type { Random } from '../../engine/random.ts'
import { en } from '../../engine/text/en.ts'
import { OBJECTS } from '../../engine/linearizability/objects.ts'
import setnx from '../../exercises/break-setnx-expire/exercise.ts'
import splitVote from '../../exercises/break-split-vote/exercise.ts'
import notes from '../../exercises/break-the-notes/exercise.ts'
import { runText } from '../../src/break/run-file.ts'
import { EXAMPLES } from '../../src/history/examples.ts'
import { judge } from '../../src/history/judge.ts'
import { readExport } from '../../src/record/export.ts'
import { mergeRecords } from '../../src/record/record-file.ts'
import { readLink } from '../../src/share/link.ts'
import { replayable, taken } from '../../src/share/replayable.ts'
import { readSharedText, type Shared, sharedText } from '../../src/share/shared.ts'
import { transcriptMarkdown, transcriptText } from '../../src/share/transcript.ts'
import { mutatedJson, mutatedText } from './mutate.ts'

export interface Subject {
  readonly name: string
  /** Texts that it reads. */
  readonly right: readonly string[]
  mutated(text: string, random: Random): string
  /** @returns whether it took it. @throws what is a finding */
  feed(text: string): boolean | Promise<boolean>
}

const EXERCISES = [notes, splitVote, setnx].flatMap((exercise) => partsOf(exercise))

/** Runs that reach their target, from the exercises’ own folders. */
const RUNS = EXERCISES.flatMap((exercise) => {
  const folder = `exercises/${exercise.id}/breaks`
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    try {
      return [{ exercise, actions: readRun(exercise, text).actions }]
    } catch {
      // It is of another part.
      return []
    }
  })
})

/** Wrong in a way that is said. */
function isSaid(error: unknown): boolean {
  return error instanceof Fault
}

function takes(read: () => void): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (!isSaid(error)) throw error
    return false
  }
}

/** Takes the steps of a run as the page does, as far as they can happen, and puts what happened into words. */
function follow(exercise: BreakExercise, actions: readonly Action[]): void {
  const attempt = new Attempt(exercise)
  const { actions: possible } = taken(actions, (action) => void attempt.take(action))
  // The views go the other way: a system by hand, without the rules of the exercise.
  replayable(exercise.system(), actions)
  if (possible.length === 0 || possible.length > 40) return
  const told = { title: exercise.id, record: attempt.record, words: en, link: '' }
  transcriptText(told)
  transcriptMarkdown(told)
}

function use(shared: Shared): void {
  if (shared.run === undefined) return
  const exercise = EXERCISES.find(({ id }) => id === shared.of) ?? EXERCISES[0]!
  follow(exercise, shared.run.actions)
}

const SHARED: readonly Shared[] = RUNS.map(({ exercise, actions }, index) => ({
  kind: index % 2 === 0 ? 'break' : 'exercise',
  of: exercise.id,
  version: exercise.version,
  model: 'abc123',
  ...(index % 2 === 1 && { code: readFileSync('exercises/paxos-acceptor/starter.ts', 'utf8') }),
  run: { configuration: exercise.part ?? 'by-hand', actions },
  step: 3,
}))

export const folded = (text: string): string => `#1.${deflateRawSync(text).toString('base64url')}`

const links: Subject = {
  name: 'links',
  right: SHARED.map((shared) => JSON.stringify(shared)),
  // Half of them damaged within, half of them as the address that somebody copied.
  mutated: (text, random) =>
    random.below(2) === 0 ? folded(mutatedJson(text, random)) : mutatedText(folded(text), random),
  async feed(hash) {
    try {
      use(await readLink(hash))
      return true
    } catch (error) {
      if (!isSaid(error)) throw error
      return false
    }
  },
}

const sharedFiles: Subject = {
  name: 'shared files',
  right: SHARED.map(sharedText),
  mutated: mutatedJson,
  feed: (text) => takes(() => use(readSharedText(text))),
}

const runFiles: Subject = {
  name: 'run files',
  right: RUNS.map(({ exercise, actions }) => runText(exercise.id, actions, exercise.part ?? null)),
  mutated: mutatedJson,
  feed: (text) => {
    const exercise = EXERCISES.find(({ id }) => text.includes(id)) ?? EXERCISES[0]!
    return takes(() => follow(exercise, readRun(exercise, text).actions))
  },
}

const RECORD = {
  format: 'lockstep-record',
  version: 1,
  at: 1_700_000_000_000,
  drafts: [
    { exercise: 'paxos-acceptor', version: 1, code: 'export default 1', savedAt: 1, putAside: null },
    {
      exercise: 'break-the-notes',
      version: 1,
      code: runText('break-the-notes', RUNS[0]!.actions),
      savedAt: 2,
      putAside: 'x',
    },
  ],
  snapshots: [{ exercise: 'paxos-acceptor', version: 1, code: 'x', at: 1, mark: 'ab', why: 'paused' }],
  passes: [{ exercise: 'paxos-acceptor', version: 1, code: 'x', passedAt: 3, states: 10 }],
  verdicts: [{ exercise: 'paxos-acceptor', version: 1, verdict: 'passed', states: 1, ranAt: 4 }],
  bests: [{ exercise: 'break-the-notes', version: 1, actions: RUNS[0]!.actions, reachedAt: 5 }],
  regressions: [
    {
      exercise: 'paxos-acceptor',
      version: 1,
      check: 'agreement',
      trace: { version: 1, subject: 'paxos-acceptor', configuration: 'all', actions: RUNS[0]!.actions },
      at: 6,
    },
  ],
  answers: [{ page: 'paxos/prepare', question: 'q', choice: 'a', right: true, at: 7 }],
  positions: [{ page: 'paxos/prepare', part: null, fraction: 0.5, at: 8, readAt: null }],
  settings: [{ name: 'editor-keys', value: 'vim', at: 9 }],
}

const records: Subject = {
  name: 'records',
  right: [JSON.stringify(RECORD)],
  mutated: mutatedJson,
  feed: (text) => {
    const read = readExport(text)
    if (!read.ok) return false
    const mine = readExport(JSON.stringify(RECORD))
    if (!mine.ok) throw new Error(`the right record is not read: ${JSON.stringify(mine.problem)}`)
    mergeRecords(mine.record, read.record)
    mergeRecords(read.record, mine.record)
    return true
  },
}

const HISTORY_KINDS = Object.keys(OBJECTS)

const histories: Subject = {
  name: 'histories',
  right: EXAMPLES.map(({ kind, text }) => `${kind}\n${text}`),
  mutated(text, random) {
    const [kind = '', ...lines] = text.split('\n')
    const other = random.below(5) === 0 ? HISTORY_KINDS[random.below(HISTORY_KINDS.length)]! : kind
    const at = random.below(lines.length)
    const changed = lines.map((line, index) => (index === at ? mutatedJson(line, random) : line))
    return `${other}\n${random.below(4) === 0 ? mutatedText(lines.join('\n'), random) : changed.join('\n')}`
  },
  feed(text) {
    const [kind = '', ...lines] = text.split('\n')
    const initial = lines.length % 3 === 0 ? (lines[0] ?? '') : ''
    return judge({ text: lines.join('\n'), kind, initial }, en).verdict !== 'unreadable'
  },
}

export const SUBJECTS: readonly Subject[] = [links, sharedFiles, runFiles, records, histories]
