/** Moves stand by the node at which they happen, and each exactly once; the keys of undoing are those of the platform. */
import { describe, expect, test } from 'vitest'
import { Attempt } from '../../engine/break/judge.ts'
import type { Action } from '../../engine/model.ts'
import { canonical } from '../../engine/plain.ts'
import exercise from '../../exercises/break-the-notes/exercise.ts'
import { type MoveGroups, groupsOf } from './move-groups.ts'
import { changeOfKey } from './shortcut.ts'

/** Every action of the groups. */
function all({ nodes, everywhere }: MoveGroups): Action[] {
  const at = nodes.flatMap(({ messages, own, faults }) => [
    ...messages.flatMap(({ deliver, drop, duplicate }) => [deliver, drop, duplicate]),
    ...own,
    ...faults,
  ])
  return [...at, ...everywhere].filter((action) => action !== null)
}
const texts = (actions: readonly Action[]): string[] =>
  actions.map((action) => canonical(action, 'action')).sort()

describe('the moves of a moment', () => {
  const attempt = new Attempt(exercise)
  const ids = attempt.system.nodes.map(({ id }) => id)

  test('are all shown, once, along a run', () => {
    for (let step = 0; step < 12; step++) {
      const moves = attempt.moves()
      expect(texts(all(groupsOf(moves, ids)))).toEqual(texts(moves))
      attempt.take(moves[(step * 5) % moves.length]!)
    }
  })

  test('stand together where they take the same message, in the order of the nodes', () => {
    attempt.backTo(0)
    const { nodes } = groupsOf(attempt.moves(), ids)
    expect(nodes.map(({ node }) => node)).toEqual(['A', 'B', 'X', 'Y', 'Z'])
    const [message] = nodes[2]!.messages
    expect(message).toMatchObject({
      to: 'X',
      deliver: { kind: 'deliver' },
      drop: { kind: 'drop' },
      duplicate: null,
    })
  })

  test('leave out nodes at which nothing can happen, and set faults and the clock apart', () => {
    const crash: Action = { kind: 'crash', node: 'Y' }
    const cut: Action = { kind: 'fire', node: 'Y', timer: 'retry', crashAfter: 1 }
    const pass: Action = { kind: 'pass', milliseconds: 10 }
    expect(groupsOf([crash, cut, pass], ['X', 'Y'])).toEqual({
      nodes: [{ node: 'Y', messages: [], own: [], faults: [crash, cut] }],
      everywhere: [pass],
    })
  })
})

describe('the keys', () => {
  const key = (name: string, more: Partial<KeyboardEvent> = {}) =>
    changeOfKey({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })

  test('undo and redo with Control or Command', () => {
    expect(key('z', { ctrlKey: true })).toBe('undo')
    expect(key('z', { metaKey: true })).toBe('undo')
    expect(key('Z', { ctrlKey: true, shiftKey: true })).toBe('redo')
    expect(key('y', { ctrlKey: true })).toBe('redo')
  })

  test('are left to the page otherwise', () => {
    expect(key('z')).toBeNull()
    expect(key('y', { metaKey: true })).toBeNull()
    expect(key('z', { ctrlKey: true, altKey: true })).toBeNull()
  })
})
