/** Where a failing run first goes another way than the solution's, and that nothing harmless is taken for it. */
import { describe, expect, test } from 'vitest'
import type { AnyNodeDefinition, Role, System } from '../actors/system.ts'
import type { Action } from '../model.ts'
import { NO_REDUCTIONS } from '../drivers/reduce.ts'
import { en } from '../text/en.ts'
import { comparisonInWords } from '../text/explain.ts'
import { graded, right, eager, silent, EXPLORED, system } from '../testing/small-exercise.ts'
import { openRole, small } from '../testing/small-systems.ts'
import { compare } from './compare.ts'

/** One register: A writes 1 and reads, twice; the answer keeps what was written. */
function register(answer: AnyNodeDefinition, properties: System['properties'] = []): System {
  const client: AnyNodeDefinition = {
    init(ctx) {
      ctx.send('R', 'write', { v: 1 })
      return { read: [] }
    },
    on: {
      written: (_state, _message, ctx) => ctx.reply('read', {}),
      value: (state, { v }) => void state.read.push(v),
    },
  }
  // What a node keeps is nothing that properties look at: only messages count.
  const role: Role = { ...openRole('write', 'written', 'read', 'value', 'log'), observe: () => null }
  return {
    ...small({ A: client, R: answer, L: { init: () => ({}), on: {} } }, { properties }),
    roles: { node: role },
    crashes: { roles: ['node'], limit: 'unlimited', restart: 'at once' },
  }
}

/** The same, but A asks at once. */
function asked(declared: System): System {
  const [client, ...others] = declared.nodes
  const init: AnyNodeDefinition['init'] = (ctx) => {
    ctx.send('R', 'write', { v: 1 })
    ctx.send('R', 'read', {})
    return { read: [] }
  }
  return {
    ...declared,
    nodes: [{ ...client!, definition: { ...client!.definition, init } }, ...others],
  }
}

interface Register {
  v: number
}

const solution: AnyNodeDefinition = {
  init: () => ({ v: 0 }),
  on: {
    write(state: Register, { v }, ctx) {
      state.v = v
      ctx.persist(state)
      ctx.reply('written', {})
    },
    read: (state: Register, _message, ctx) => ctx.reply('value', { v: state.v }),
  },
  restart: (disk: Register | null) => disk ?? { v: 0 },
}

const altered = (on: AnyNodeDefinition['on'], more: Partial<AnyNodeDefinition> = {}): AnyNodeDefinition => ({
  ...solution,
  on: { ...solution.on, ...on },
  ...more,
})

const write: Action = { kind: 'deliver', to: 'R', message: { from: 'A', type: 'write', fields: { v: 1 } } }
const written: Action = { kind: 'deliver', to: 'A', message: { from: 'R', type: 'written', fields: {} } }
const read: Action = { kind: 'deliver', to: 'R', message: { from: 'A', type: 'read', fields: {} } }
const value = (v: number): Action => ({
  kind: 'deliver',
  to: 'A',
  message: { from: 'R', type: 'value', fields: { v } },
})
const crash: Action = { kind: 'crash', node: 'R', restarts: true }

const compared = (answer: AnyNodeDefinition, actions: readonly Action[], more = {}) =>
  compare(register(answer), register(solution), { actions, ...more })

describe('the first difference', () => {
  test('is the first other message, with what the solution would have sent', () => {
    const answer = altered({ read: (_state, _message, ctx) => ctx.reply('value', { v: 7 }) })
    expect(compared(answer, [write, written, read, value(7)])).toEqual({
      kind: 'sent',
      step: 3,
      node: 'R',
      action: read,
      answer: [{ to: 'A', type: 'value', fields: { v: 7 } }],
      solution: [{ to: 'A', type: 'value', fields: { v: 1 } }],
      timers: null,
      line: 0,
    })
  })

  test('is nothing where the same is sent', () => {
    expect(compared(solution, [write, written, read, value(1)])).toBeNull()
  })

  test('is where memory and disk begin to matter, not where they begin to differ', () => {
    // Nothing is written to the disk: that shows once the node has crashed and is asked.
    const answer = altered({
      write(state: Register, { v }, ctx) {
        state.v = v
        ctx.reply('written', {})
      },
    })
    expect(compared(answer, [write, written, crash, read, value(0)])).toMatchObject({
      step: 4,
      answer: [{ fields: { v: 0 } }],
      solution: [{ fields: { v: 1 } }],
    })
  })

  test('is silence where something would have been sent, and the other way round', () => {
    expect(compared(altered({ write: () => undefined }), [write], { missed: true })).toMatchObject({
      kind: 'sent',
      step: 1,
      answer: [],
      solution: [{ type: 'written' }],
    })
    const talking = altered({
      write(state, message, ctx) {
        solution.on['write']!(state, message, ctx)
        ctx.reply('value', { v: 3 })
      },
    })
    expect(compared(talking, [write, value(3)])).toMatchObject({ step: 1, solution: [{ type: 'written' }] })
  })

  test('is not the order in which messages left, nor a message that nobody hears', () => {
    const chatty = altered({
      write(state, message, ctx) {
        ctx.send('L', 'log', { what: 'write' })
        solution.on['write']!(state, message, ctx)
      },
    })
    expect(compared(chatty, [write, written, read, value(1)])).toBeNull()
    const twice = (first: string, second: string): AnyNodeDefinition =>
      altered({
        write(_state, _message, ctx) {
          ctx.reply(first, { v: 1 })
          ctx.reply(second, { v: 1 })
        },
      })
    const [one, other] = [register(twice('written', 'value')), register(twice('value', 'written'))]
    expect(compare(one, other, { actions: [write], missed: true })).toBeNull()
  })

  test('is not what played no part in the failure', () => {
    // L is told before anything else happens, and hears it in neither system; R is asked and answers wrongly.
    const deaf = altered({
      log: (_state, _message, ctx) => ctx.send('L', 'log', {}),
      read: (state: Register, _message, ctx) => ctx.reply('value', { v: state.v + 1 }),
    })
    const whole = [write, written, read, value(2)]
    expect(compared(deaf, whole)).toMatchObject({ step: 3 })
    // Without the delivery of the wrong value nothing rests on it: the run ends at the client's first answer.
    const property = { id: 'told', kind: 'sometimes', reached: () => true } as const
    const ending = [write, read, written]
    const early = altered({ read: (_state, _message, ctx) => ctx.reply('value', { v: 9 }) })
    const asking = (answer: AnyNodeDefinition): System => asked(register(answer, [property]))
    expect(compare(asking(early), asking(solution), { actions: ending, missed: true })).toMatchObject({
      step: 2,
    })
    expect(compare(asking(early), asking(solution), { actions: ending })).toBeNull()
  })
})

describe('a crash in the middle of a handler', () => {
  // The answer tells first and writes afterwards; it crashes in between.
  const hasty = altered({
    write(state: Register, { v }, ctx) {
      state.v = v
      ctx.reply('written', {})
      ctx.persist(state)
    },
  })

  test('cuts the solution off where it had sent the same', () => {
    const cut = { ...write, crashAfter: 1 } as Action
    const actions = [cut, written, read, value(0)]
    expect(compared(hasty, actions)).toMatchObject({
      kind: 'sent',
      step: 3,
      answer: [{ fields: { v: 0 } }],
      solution: [{ fields: { v: 1 } }],
    })
  })

  test('before anything was sent is one in the solution too', () => {
    const cut = { ...write, crashAfter: 0 } as Action
    expect(compared(hasty, [cut])).toBeNull()
    // Nothing was on the disk then, so nothing is in the solution's either.
    const actions = [cut, read, value(0)]
    expect(compare(asked(register(hasty)), asked(register(solution)), { actions })).toBeNull()
  })
})

describe('a handler that throws', () => {
  test('stands beside what the solution would have done', () => {
    const answer = altered({
      read() {
        throw new Error('no')
      },
    })
    expect(compared(answer, [write, written, read], { threw: true })).toMatchObject({
      kind: 'threw',
      step: 3,
      node: 'R',
      solution: [{ fields: { v: 1 } }],
    })
  })

  test('is not blamed where the difference came before it', () => {
    const answer: AnyNodeDefinition = altered({
      write: (_state, _message, ctx) => {
        ctx.reply('written', {})
        ctx.reply('written', { again: true })
      },
      read() {
        throw new Error('no')
      },
    })
    expect(compared(answer, [write, written, read], { threw: true })).toMatchObject({ kind: 'sent', step: 1 })
  })
})

describe('timers and standstills', () => {
  const ticking = (again: boolean): AnyNodeDefinition => ({
    init(ctx) {
      ctx.setTimer('tick')
      return { ticks: 0 }
    },
    on: {},
    timers: {
      tick(state, ctx) {
        state.ticks++
        if (again || state.ticks < 1) ctx.setTimer('tick')
      },
    },
  })
  const fire: Action = { kind: 'fire', node: 'A', timer: 'tick' }
  const alone = (definition: AnyNodeDefinition): System => ({
    ...small({ A: definition }),
    roles: { node: { ...openRole(), observe: () => null } },
  })

  test('other timers count where nothing else differs', () => {
    const difference = compare(alone(ticking(false)), alone(ticking(true)), { actions: [fire], missed: true })
    expect(difference).toMatchObject({ kind: 'timers', step: 1, timers: { answer: [], solution: ['tick'] } })
    expect(comparisonInWords(difference!, en)).toMatchObject({
      where: 'Step 1: the timer tick of A fires.',
      answer: 'With your code no timer is pending then.',
      solution: 'With the solution: tick.',
    })
  })

  test('a step that can’t happen with the solution is told as that', () => {
    const difference = compare(alone(ticking(true)), alone({ init: () => ({}), on: {}, timers: {} }), {
      actions: [fire],
    })
    expect(difference).toMatchObject({ kind: 'impossible', step: 1, action: fire })
    expect(comparisonInWords(difference!, en).solution).toContain('could not have happened')
  })

  test('what properties see counts where messages are the same', () => {
    const counting = (by: number): AnyNodeDefinition => ({
      init(ctx) {
        ctx.setTimer('tick')
        return { ticks: 0 }
      },
      on: {},
      timers: { tick: (state) => void (state.ticks += by) },
    })
    const seen = (by: number): System => small({ A: counting(by) })
    const difference = compare(seen(2), seen(1), { actions: [fire] })
    expect(difference).toMatchObject({ kind: 'seen', step: 1 })
    expect(comparisonInWords(difference!, en).answer).toContain('something else is to be seen of A')
  })

  test('the start may differ', () => {
    const greeting: AnyNodeDefinition = {
      ...right,
      init(ctx) {
        ctx.send('A', 'pong', { number: 9 })
        return { answered: [] }
      },
    }
    const difference = compare(system(greeting), system(right), { actions: [] })
    expect(difference).toMatchObject({ kind: 'sent', step: 0, action: null })
    expect(comparisonInWords(difference!, en).where).toBe('At the start.')
    expect(comparisonInWords(difference!, en).answer).toContain('pong {number: 9} to A')
  })
})

test('a dead end is compared from its first step on, and put into words', () => {
  const ping = (number: number): Action => ({
    kind: 'deliver',
    to: 'B',
    message: { from: 'A', type: 'ping', fields: { number } },
  })
  const difference = compare(system(silent), system(right), { actions: [ping(1), ping(2)], missed: true })
  expect(difference).toMatchObject({ kind: 'sent', step: 1, answer: [], solution: [{ type: 'pong' }] })
  expect(comparisonInWords(difference!, en)).toMatchObject({
    where: 'Step 1: B receives ping {number: 1} from A.',
    answer: 'Your handler sent nothing.',
    solution: 'The solution would have sent pong {number: 1} to A.',
  })
})

test('a dead end in which nothing has happened names what could still happen', () => {
  const difference = compare(system(silent), system(right), { actions: [], missed: true })
  expect(difference).toMatchObject({ kind: 'stuck', step: 0 })
  expect(comparisonInWords(difference!, en).solution).toBe(
    'With the solution this could still happen: B receives ping {number: 1} from A.',
  )
})

describe('in a grading', () => {
  const solved = { solution: { definition: right, probe: null }, reductions: NO_REDUCTIONS }

  test('only a failure is compared, and only where there is a solution', () => {
    const { checks } = graded(eager, [EXPLORED], solved)
    const failed = checks.find(({ verdict }) => verdict === 'failed')!
    expect(failed.comparison).toMatchObject({ kind: 'sent', node: 'B', solution: [] })
    expect(checks.filter(({ comparison }) => comparison !== null)).toEqual([failed])
    expect(graded(eager, [EXPLORED]).checks.every(({ comparison }) => comparison === null)).toBe(true)
    expect(graded(right, [EXPLORED], solved).checks.every(({ comparison }) => comparison === null)).toBe(true)
  })

  test('an answer that throws is compared', () => {
    const throwing: AnyNodeDefinition = { init: () => ({}), on: { ping: () => expect.fail('no') } }
    const { checks } = graded(throwing, [EXPLORED], solved)
    expect(checks[0]!.comparison).toMatchObject({ kind: 'threw', step: 1, solution: [{ type: 'pong' }] })
  })
})

test('a comparison is plain data', () => {
  const difference = compared(altered({ write: () => undefined }), [write], { missed: true })
  expect(JSON.parse(JSON.stringify(difference))).toEqual(difference)
})
