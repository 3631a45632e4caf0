/** A model given as variables and guarded actions, for specifications that are not made of nodes. */
import { describe, expect, test } from 'vitest'
import { GuardedModel } from './guarded-model.ts'
import { exploreToEnd } from './testing/search.ts'

type State = { readonly left: readonly number[]; readonly right: readonly number[] }

/** Two lists: the right one may grow, each may be copied from the other. */
const lists = (limit: number): GuardedModel<State> =>
  new GuardedModel<State>({
    initial: [{ left: [], right: [] }],
    *transitions(state) {
      const { left, right } = state
      if (right.length < limit)
        yield { name: 'Grow', parameters: [right.length], next: { left, right: [...right, 1] } }
      yield { name: 'CopyLeft', parameters: [], next: { left, right: left } }
      yield { name: 'CopyRight', parameters: [], next: { left: right, right } }
    },
    properties: [
      { id: 'short', kind: 'always', holds: ({ left }) => left.length < 3 },
      { id: 'equal', kind: 'sometimes', holds: ({ left, right }) => left.length === 2 && right.length === 2 },
    ],
  })

describe('a guarded model', () => {
  test('has each state once, though one value stands in two variables', () => {
    const exploration = exploreToEnd(lists(2))
    expect(exploration).toMatchObject({ states: 6, complete: true, depth: 3 })
  })

  test('gives runs as names and parameters of its actions', () => {
    const { findings } = exploreToEnd(lists(3))
    const actions = findings.find(({ property }) => property === 0)?.actions
    expect(actions).toEqual([
      { kind: 'act', name: 'Grow', parameters: [0] },
      { kind: 'act', name: 'Grow', parameters: [1] },
      { kind: 'act', name: 'Grow', parameters: [2] },
      { kind: 'act', name: 'CopyRight', parameters: [] },
    ])
  })

  test('keeps its states safe from an action that would change them', () => {
    const careless = new GuardedModel<{ list: number[] }>({
      initial: [{ list: [] }],
      *transitions({ list }) {
        list.push(1)
        yield { name: 'Push', parameters: [], next: { list } }
      },
      properties: [],
    })
    expect(() => exploreToEnd(careless)).toThrow(TypeError)
  })
})
