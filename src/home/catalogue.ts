/** What the home page hands its island, worked out while the page is built. */
import { getEntry } from 'astro:content'
import { pack } from '../../engine/trace/pack.ts'
import { run } from '../course/check.ts'
import { inSystem } from '../course/in-words.ts'
import { brokenWords } from '../course/property-words.ts'
import { highlightLines, loadHighlighter } from '../editor/highlighter.ts'
import { href } from '../paths.ts'
import { engineWords } from '../text/engine.ts'
import { foundWords } from '../text/found.ts'
import { widgetWords } from '../text/widgets.ts'
import noteSource from '../../exercises/paxos-acceptor/starter.ts?raw'
import paxosSource from '../../exercises/paxos-acceptor/solution.ts?raw'
import exercise from '../../exercises/paxos-acceptor/exercise.ts'
import { handlersOf } from './acceptor-lines.ts'
import type { FoundPage, RuleOnPage } from './page.ts'
import { RULES, type RuleId } from './rule-ids.ts'
import { CHECKS, shownRun } from './rules.ts'

const SOURCES = { note: noteSource, paxos: paxosSource } as const

/** What the run is told with; verdicts and figures of other kinds stay at home. */
const SAYS =
  /^(step|list)\.|^widget\.(step|start|loop|controls|to-start|back|next|play|pause|scrub|speed|time|transcript|view\.transcript)/

/** @throws Error when the exercise has no text in the language */
export async function foundPage(lang: string): Promise<FoundPage> {
  const entry = await getEntry('exercises', `paxos-acceptor/${lang}`)
  const properties = entry?.data.properties as Record<string, { fails?: string }> | undefined
  const fails = properties?.[CHECKS.note.property]?.fails
  if (!fails) throw new Error(`the home page has no words for two values in '${lang}'`)
  return {
    rules: await Promise.all(RULES.map((rule) => ruleOnPage(lang, rule))),
    file: exercise.file,
    fails,
    failed: await brokenWords(lang, run(CHECKS.note)),
    why: href(`${lang}/paxos/what-the-note-gets-wrong`),
    mend: href(`${lang}/exercises/paxos-acceptor`),
    words: {
      ...Object.fromEntries(
        Object.entries({ ...engineWords(lang), ...widgetWords(lang) }).filter(([code]) => SAYS.test(code)),
      ),
      ...foundWords(lang),
    },
  }
}

async function ruleOnPage(lang: string, id: RuleId): Promise<RuleOnPage> {
  const source = SOURCES[id]
  const handlers = handlersOf(source, ['prepare', 'accept'])
  const first = handlers.prepare!.first
  const last = handlers.accept!.last
  const lines = source.split('\n').slice(first - 1, last)
  const indent = /^ */.exec(lines[0]!)![0].length
  const result = run(CHECKS[id])
  const record = shownRun(id, run(CHECKS.note).actions)
  return {
    id,
    lines: highlightLines(await loadHighlighter(), lines.map((line) => line.slice(indent)).join('\n')),
    first,
    handlers,
    packed: pack(record),
    states: result.states,
    steps: record.steps.length,
    system: inSystem(lang, result.check.system()),
  }
}
