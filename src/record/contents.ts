/** Contents: the record as a whole, for who counts it, shows it, or takes it elsewhere. */
import { openDatabase, openRecord } from './database.ts'
import type {
  Answer,
  BestRun,
  Draft,
  Pass,
  Position,
  Regression,
  Setting,
  Snapshot,
  Verdict,
} from './entries.ts'
import { gather } from './gather.ts'
import type { Records } from './progress.ts'

/** Everything in it but the last reports, which running again gives again. */
export interface Contents {
  readonly drafts: readonly Draft[]
  readonly snapshots: readonly Snapshot[]
  readonly passes: readonly Pass[]
  readonly verdicts: readonly Verdict[]
  readonly bests: readonly BestRun[]
  readonly regressions: readonly Regression[]
  readonly answers: readonly Answer[]
  readonly positions: readonly Position[]
  readonly settings: readonly Setting[]
}

export const KINDS = [
  'drafts',
  'snapshots',
  'passes',
  'verdicts',
  'bests',
  'regressions',
  'answers',
  'positions',
  'settings',
] as const satisfies readonly (keyof Contents)[]

/** What the progress is summed up from. @throws when the browser keeps no record */
export async function readRecords(): Promise<Records> {
  await gatherFirst()
  const reading = (await openDatabase()).transaction(KINDS)
  const all = <Kind extends (typeof KINDS)[number]>(kind: Kind) => reading.objectStore(kind).getAll()
  const [drafts, verdicts, passes, bests, answers, positions, settings] = await Promise.all([
    all('drafts'),
    all('verdicts'),
    all('passes'),
    all('bests'),
    all('answers'),
    all('positions'),
    all('settings'),
  ])
  return { drafts, verdicts, passes, bests, answers, positions, settings }
}

/** Reads all of it at one moment. @throws when the browser keeps no record */
export async function readContents(): Promise<Contents> {
  await gatherFirst()
  const reading = (await openDatabase()).transaction(KINDS)
  const stores = await Promise.all(KINDS.map((kind) => reading.objectStore(kind).getAll()))
  return Object.fromEntries(KINDS.map((kind, at) => [kind, stores[at]])) as unknown as Contents
}

async function gatherFirst(): Promise<void> {
  const record = await openRecord()
  const database = await openDatabase()
  const [answers, positions, settings] = await Promise.all([
    database.getAll('answers'),
    database.getAll('positions'),
    database.getAll('settings'),
  ])
  await gather(record, { answers, positions, settings })
}
