/** Undoing, doing again and forking a run loses nothing. */
import { describe, expect, test } from 'vitest'
import type { Action } from '../../engine/model.ts'
import {
  CHANGES_MAX,
  NO_RUNS,
  type Run,
  type Runs,
  begins,
  changed,
  redone,
  replacedBy,
  restored,
  taken,
  undone,
} from './runs.ts'

const crash = (node: string): Action => ({ kind: 'crash', node })
const drive = (nodes: string, from: Runs = NO_RUNS): Runs =>
  [...nodes].reduce((runs, node) => taken(runs, runs.now.length, crash(node)), from)
const names = (one: Run | null | undefined) =>
  one?.map((action) => ('node' in action ? action.node : '')).join('')

/** Every run that undoing as far as possible passes through, the run now first. */
function backwards(runs: Runs): (string | undefined)[] {
  const seen = [names(runs.now)]
  for (let now = runs; now.past.length > 0;) {
    now = undone(now)
    seen.push(names(now.now))
  }
  return seen
}

describe('a run that is driven', () => {
  test('is undone and done again step by step', () => {
    const runs = drive('ABC')
    expect(backwards(runs)).toEqual(['ABC', 'AB', 'A', ''])
    expect(names(redone(undone(runs)).now)).toBe('ABC')
    expect(redone(runs)).toBe(runs)
    expect(undone(NO_RUNS)).toBe(NO_RUNS)
  })

  test('gives way to another one when something else is done at an earlier step, and undoing brings it back whole', () => {
    const forked = taken(drive('ABC'), 1, crash('D'))
    expect(names(forked.now)).toBe('AD')
    expect(names(undone(forked).now)).toBe('ABC')
    expect(names(redone(undone(forked)).now)).toBe('AD')
  })

  test('is not changed by going along it', () => {
    const runs = drive('ABC')
    expect(taken(runs, 1, crash('B'))).toBe(runs)
  })

  test('comes back when what was undone is done again by hand, whatever the order of the fields', () => {
    const back = undone(undone(drive('ABC')))
    const again = taken(back, 1, { node: 'B', kind: 'crash' })
    expect(names(again.now)).toBe('AB')
    expect(names(redone(again).now)).toBe('ABC')
  })

  test('loses nothing that was undone before something else was done', () => {
    const forked = drive('D', undone(undone(drive('ABC'))))
    expect(names(forked.now)).toBe('AD')
    // The last change is taken back first, and then what was undone before it.
    expect(backwards(forked)).toEqual(['AD', 'A', 'ABC', 'AB', ''])
  })

  test('starts over and comes back', () => {
    const over = changed(drive('ABC'), [])
    expect(over.now).toEqual([])
    expect(names(undone(over).now)).toBe('ABC')
    expect(changed(over, [])).toBe(over)
  })

  test('remembers a bounded number of changes', () => {
    const runs = drive('A'.repeat(CHANGES_MAX + 50))
    expect(runs.past).toHaveLength(CHANGES_MAX)
    expect(runs.now).toHaveLength(CHANGES_MAX + 50)
  })
})

describe('a run that was kept', () => {
  const cases: { name: string; runs: Runs }[] = [
    { name: 'as it was driven', runs: drive('ABC') },
    { name: 'after a step was undone', runs: undone(undone(drive('ABC'))) },
    { name: 'after it was forked', runs: taken(drive('ABC'), 1, crash('D')) },
    { name: 'after it was forked at its start', runs: drive('DE', changed(drive('ABC'), [])) },
    { name: 'after it was started over', runs: changed(drive('ABC'), []) },
    { name: 'before anything was done', runs: NO_RUNS },
  ]
  test.each(cases)('is there again $name, with the run that it replaced', ({ runs }) => {
    const again = restored(runs.now, replacedBy(runs))
    expect(names(again.now)).toBe(names(runs.now))
    const replaced = replacedBy(runs)
    if (replaced !== null) {
      const reachable = [...again.past, ...again.future].map(names)
      expect(reachable).toContain(names(replaced))
    }
    // Undoing leads to the start, one step at a time.
    expect(backwards(again).at(-1)).toBe('')
    for (const [index, one] of again.past.entries()) {
      const next = again.past[index + 1] ?? again.now
      const grows = next.length === one.length + 1 && begins(next, one)
      expect(grows || next.length <= one.length).toBe(true)
    }
  })
})
