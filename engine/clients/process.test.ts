/** Clients' code with `await`: what it asks, how it ends, and what it is told when it goes wrong. */
import { describe, expect, test } from 'vitest'
import type { Environment } from './environment.ts'
import { described } from './library.ts'
import { resume, start } from './process.ts'
import { ASKING, Hand, compiled, compiledText } from '../testing/clients/compiled.ts'

/** A file whose `main` has this body. */
function main(body: string, before = ''): string {
  return `${before}
export async function main({ service }: any): Promise<any> {
const { ask } = service
${body}
}`
}

/** The line, counting from 1, that is marked. */
function marked(source: string): number {
  return source.split('\n').findIndex((line) => line.includes('// HERE')) + 1
}

describe('a step', () => {
  test('starts with the requests that are made before anything is awaited, each with its line', () => {
    const source = main('const one = ask(1)\nconst two = ask(2) // HERE\nreturn (await one) + (await two)')
    const hand = new Hand(source)
    expect(hand.asked).toEqual([1, 2])
    expect(hand.step.effects[1]).toMatchObject({ kind: 'request', number: 2, line: marked(source) })
    expect(hand.answer(10, 2).asked).toEqual([])
    expect(hand.answer(5, 1).ended).toEqual({ kind: 'returned', value: 15 })
  })

  test('tells the lines that ran since, the line of the `await` among them', () => {
    const hand = new Hand(
      'export async function main({ service }: any) {\nconst one =\n  await service.ask(1)\nif (one)\n  await service.ask(2)\nelse\n  await service.ask(3)\n}',
    )
    expect(hand.answer(1).step.lines).toEqual([3, 4, 5])
  })

  test('gives a request the smallest number that is free', () => {
    const hand = new Hand(main('const all = [ask(1), ask(2), ask(3)]\nawait all[1]\nawait ask(4)'))
    expect(hand.answer(0, 2).step.state.requests.map(({ number, command }) => [number, command])).toEqual([
      [1, 1],
      [2, 4],
      [3, 3],
    ])
  })

  test('leaves the state that it started from as it was', () => {
    const program = compiled(main('const list = []\nfor (;;) { list.push(await ask(list.length)) }'))
    const first = start(program, 'main', [], ASKING).state
    const text = JSON.stringify(first)
    const event = { kind: 'answer', request: 1, answer: { value: 'a' } } as const
    const steps = [0, 1, 2].map(() => resume(program, first, event, ASKING))
    expect(JSON.stringify(first)).toBe(text)
    expect(JSON.stringify(steps[1])).toBe(JSON.stringify(steps[0]))
    expect(JSON.stringify(steps[2])).toBe(JSON.stringify(steps[0]))
  })

  test('is the same for a state that was written down and read again', () => {
    const program = compiled(main("while (!(await ask('lock'))) await sleep(50)\nreturn 'mine'"))
    let state = start(program, 'main', [], ASKING).state
    for (const event of [
      { kind: 'answer', request: 1, answer: { value: null } },
      { kind: 'timer', timer: 1 },
    ] as const)
      state = resume(program, state, event, ASKING).state
    const event = { kind: 'answer', request: 1, answer: { value: 'OK' } } as const
    const again = resume(program, JSON.parse(JSON.stringify(state)), event, ASKING)
    expect(again).toEqual(resume(program, state, event, ASKING))
    expect(again.state.ended).toEqual({ kind: 'returned', value: 'mine' })
  })

  test('collects what is written to the console, in its place among the rest', () => {
    const hand = new Hand(
      main("console.log('before', { a: [1] })\nconst asked = ask(1)\nconsole.log('after')\nawait asked"),
    )
    expect(hand.step.effects.map((effect) => (effect.kind === 'log' ? effect.text : effect.kind))).toEqual([
      'before { a: [ 1 ] }',
      'request',
      'after',
    ])
  })

  test('hands over arguments as copies', () => {
    const source = 'export async function main(_: any, list: number[]) { list.push(1); return list }'
    const given = [7]
    const hand = new Hand(source, ASKING, given)
    expect(hand.ended).toEqual({ kind: 'returned', value: [7, 1] })
    expect(given).toEqual([7])
  })
})

describe('a process ends', () => {
  test('by returning', () => {
    expect(new Hand(main("return 'done'")).ended).toEqual({ kind: 'returned', value: 'done' })
  })

  test('by returning, while what it has started goes on', () => {
    const hand = new Hand(main("void (async () => { await ask('later'); console.log('told') })()\nreturn 1"))
    expect(hand.ended).toEqual({ kind: 'returned', value: 1 })
    expect(hand.answer(0).logged).toEqual(['told'])
  })

  test('by throwing: class, message, code, and the line in each function that it came through', () => {
    const source = main(
      'await outer(ask)',
      `class Refused extends Error { name = 'Refused'; code = 'NO' }
async function inner(ask: any) {
  await ask(1)
  throw new Refused('no') // HERE
}
async function outer(ask: any) {
  await inner(ask)
}`,
    )
    const lines = source.split('\n')
    expect(new Hand(source).answer(0).ended).toEqual({
      kind: 'thrown',
      error: {
        name: 'Refused',
        message: 'no',
        code: 'NO',
        stack: [
          { function: 'inner', line: marked(source) },
          { function: 'outer', line: lines.indexOf('  await inner(ask)') + 1 },
          { function: 'main', line: lines.indexOf('await outer(ask)') + 1 },
        ],
      },
    })
  })

  test('by a rejection that nobody handles, though the function itself still waits', () => {
    const hand = new Hand(main("void ask('x')\nawait ask('y')"))
    hand.error('LOST')
    expect(hand.ended).toMatchObject({ kind: 'thrown', error: { code: 'LOST' } })
    expect(hand.step.state.requests).toEqual([])
  })

  test('by what a callback of a timer throws', () => {
    const hand = new Hand(main("setTimeout(() => { throw new Error('late') }, 5)\nawait ask(1)"))
    expect(hand.fire().ended).toMatchObject({ kind: 'thrown', error: { message: 'late' } })
  })

  test('never, when it waits for what nobody settles', () => {
    const { step } = new Hand(main('await new Promise(() => {})'))
    expect(step.state).toMatchObject({ ended: null, requests: [], timers: [], listens: false })
    expect(step.fault).toBeNull()
  })
})

describe('where it stands', () => {
  const standsOf = (source: string): string[] =>
    new Hand(source).step.state.stands.map(({ function: name, line }) => `${name} ${line}`)
  const inner = 'async function inner(ask: any) {\n  return await ask(1)\n}'

  test.each<[string, string, string[]]>([
    ['at its own await', 'await ask(1)', ['main 6']],
    ['in the functions that it awaits, innermost first', 'await inner(ask)', ['inner 2', 'main 6']],
    ['in the function whose promise it has returned', 'return inner(ask)', ['inner 2']],
    ['at the await of several', 'await Promise.all([inner(ask), inner(ask)])', ['main 6']],
    ['at none, once it has ended', 'void inner(ask)', []],
  ])('%s', (_, body, stands) => expect(standsOf(main(body, inner))).toEqual(stands))

  test('is where it stands now, not where it stood before', () => {
    const hand = new Hand(main('await inner(ask)\nawait ask(2)', inner)).answer(1)
    expect(hand.step.state.stands).toEqual([{ function: 'main', line: 7 }])
    expect(hand.answer(2).step.state).toMatchObject({ stands: [], ended: { kind: 'returned' } })
  })
})

describe('what people write', () => {
  test('`try` and `finally`: the lock is given back when the work fails, and the error comes through', () => {
    const hand = new Hand(main("try { return await ask('work') } finally { await ask('release') }"))
    expect(hand.error('LOST').asked).toEqual(['release'])
    expect(hand.answer(1).ended).toMatchObject({ kind: 'thrown', error: { code: 'LOST' } })
  })

  test('errors of a service are caught and looked at', () => {
    const hand = new Hand(
      main(
        "try { await ask('insert') } catch (error: any) { if (error.code === '23505') return 'taken'; throw error }",
      ),
    )
    expect(hand.error('23505').ended).toEqual({ kind: 'returned', value: 'taken' })
  })

  test('`Promise.race` against `sleep` is a timeout', () => {
    const source = main("return await Promise.race([ask('slow'), sleep(100).then(() => 'late')])")
    const hand = new Hand(source)
    expect(hand.step.state.timers).toEqual([{ number: 1, milliseconds: 100 }])
    expect(hand.fire().ended).toEqual({ kind: 'returned', value: 'late' })
  })

  test('a helper that rejects after a time', () => {
    const hand = new Hand(
      main(
        "try { return await timeout(ask('slow'), 50) } catch (error: any) { return error.message }",
        `function timeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('too late')), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}`,
      ),
    )
    expect(hand.fire().ended).toEqual({ kind: 'returned', value: 'too late' })
  })

  test('a helper that was in time cancels its timer', () => {
    const hand = new Hand(
      main(
        "const timer = setTimeout(() => console.log('never'), 50)\nconst value = await ask(1)\nclearTimeout(timer)\nreturn value",
      ),
    )
    hand.answer('in time')
    expect(hand.step.effects).toMatchObject([{ kind: 'cancel', number: 1 }])
    expect(hand.step.state.timers).toEqual([])
  })

  test('`AbortSignal.timeout` and a listener', () => {
    const hand = new Hand(
      main(`const signal = AbortSignal.timeout(30)
const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
try { return await Promise.race([ask('slow'), aborted]) } catch (error: any) { return [error.name, signal.aborted] }`),
    )
    expect(hand.fire().ended).toEqual({ kind: 'returned', value: ['TimeoutError', true] })
  })

  test('`AbortController`, `AbortSignal.any` and `throwIfAborted`', () => {
    const hand = new Hand(
      main(`const controller = new AbortController()
const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(1_000)])
await ask(1)
controller.abort()
try { signal.throwIfAborted() } catch (error: any) { return error.name }`),
    )
    expect(hand.answer(0).ended).toEqual({ kind: 'returned', value: 'AbortError' })
  })

  test('`Promise.all`, `allSettled` and `any` over lists', () => {
    const hand = new Hand(
      main(`const all = await Promise.all([1, 2].map(async (n) => { await sleep(n); return n * 10 }))
const settled = await Promise.allSettled([ask(1), ask(2)])
const any = await Promise.any([ask(3), ask(4)])
return [all, settled.map(({ status }) => status), any]`),
    )
    hand.fire(2).fire(1).error('X', 1).answer('b', 2).error('Y', 1)
    expect(hand.answer('d', 2).ended).toEqual({
      kind: 'returned',
      value: [[10, 20], ['rejected', 'fulfilled'], 'd'],
    })
  })

  test('classes with async methods, `super` and private fields', () => {
    const hand = new Hand(
      main(
        'return await new Counting(ask).add(2)',
        `class Base { constructor(readonly ask: any) {} async add(by: number) { return by + (await this.ask('base')) } }
class Counting extends Base {
  #count = 1
  async add(by: number): Promise<number> {
    const sum: number = await super.add(by)
    const more = async () => (await super.add(0)) + this.#count
    return sum + (await more())
  }
}`,
      ),
    )
    expect(hand.answer(10).step.state.byHistory).toBe(false)
    expect(hand.answer(20).ended).toEqual({ kind: 'returned', value: 33 })
  })

  test('a notice calls the function that was registered for it', () => {
    const environment: Environment = {
      process: 'A',
      services: {
        service: (send) => {
          const watchers = new Map<string, (event: unknown) => void>()
          return {
            api: {
              watch: (path: string, watcher: (event: unknown) => void) => {
                watchers.set(path, watcher)
                return send(path)
              },
            },
            notice: (notice) => watchers.get(notice as string)?.(notice),
            state: () => [...watchers],
          }
        },
      },
    }
    const source = `export async function main({ service }: any) {
  return await new Promise((resolve) => service.watch('/a', (event: string) => resolve('seen ' + event)))
}`
    const hand = new Hand(source, environment).answer(null)
    expect(hand.step.state).toMatchObject({ ended: null, requests: [], listens: true, byHistory: false })
    hand.event({ kind: 'notice', service: 'service', notice: '/a' })
    expect(hand.ended).toEqual({ kind: 'returned', value: 'seen /a' })
  })

  test('an object that a library hands out is part of the identity by what it holds', () => {
    const make = (label: string): Environment => ({
      process: 'A',
      services: {
        service: (send) => ({
          api: {
            connect: () =>
              (send('connect') as Promise<unknown>).then((connection) =>
                described({ query: (text: string) => send([connection, text] as never) }, label, () => [
                  connection,
                ]),
              ),
          },
        }),
      },
    })
    const source = `export async function main({ service }: any) { const client = await service.connect(); for (;;) await client.query('x') }`
    const program = compiled(source)
    const hand = (connection: number): Hand => new Hand(program, make('connection')).answer(connection)
    expect(hand(1).step.state.byHistory).toBe(false)
    expect(hand(1).identity).not.toBe(hand(2).identity)
    expect(hand(1).answer(0).identity).toBe(hand(1).answer(1).answer(2).identity)
  })
})

describe('clocks and texts that are new', () => {
  const source = main('const before = Date.now()\nawait ask(1)\nreturn [before, performance.now()]')

  test('the clock is asked at each call, and its answers are part of the history', () => {
    let time = 100
    const environment: Environment = { ...ASKING, clocks: { now: () => time, uptime: () => time } }
    const program = compiled(source)
    const first = start(program, 'main', [], environment)
    time = 250
    const event = { kind: 'answer', request: 1, answer: { value: 0 } } as const
    // From a copy: the process is run anew, and must not ask the clock for what it has been told.
    const copied = JSON.parse(JSON.stringify(first.state))
    expect(resume(program, copied, event, environment).state.ended).toEqual({
      kind: 'returned',
      value: [100, 250],
    })
  })

  test('where there is no clock, asking for the time is an error with its line', () => {
    expect(new Hand(source).fault).toBe(
      `no-clock ${source.split('\n').findIndex((line) => line.includes('before =')) + 1}`,
    )
  })

  test('`new Date` is refused', () => {
    expect(new Hand(main('return new Date()')).fault).toBe('forbidden-global 4')
  })

  test('`randomUUID` counts, and the count is part of the identity', () => {
    const hand = new Hand(main('for (;;) await ask(crypto.randomUUID())'))
    const seen = [hand.identity]
    expect(hand.asked).toEqual(['A-1'])
    expect(hand.answer(0).asked).toEqual(['A-2'])
    seen.push(hand.identity)
    expect(new Set(seen).size).toBe(2)
  })

  test('so a loop that draws a text before its turns comes back to where it was, and one that draws at each does not', () => {
    const turns = (source: string): number => {
      const hand = new Hand(main(source))
      return new Set(Array.from({ length: 5 }, () => hand.answer(0).identity)).size
    }
    expect(turns('const id = crypto.randomUUID()\nfor (;;) await ask(id)')).toBe(1)
    expect(turns('for (;;) await ask(crypto.randomUUID())')).toBe(5)
  })
})

describe('bad input ends with its line', () => {
  const cases: readonly [what: string, code: string, body: string][] = [
    ['a loop that never awaits', 'endless-loop', 'await ask(0)\nwhile (true) { // HERE\n}'],
    ['a loop that only awaits what is settled', 'endless-promises', 'for (;;)\n  await null // HERE'],
    [
      'promises without end',
      'endless-promises',
      'const list = []\nfor (;;) list.push(new Promise(() => {})) // HERE',
    ],
    ['processes without end', 'endless-promises', 'for (;;)\n  void (async () => { await null })() // HERE'],
    ['requests without end', 'too-many-requests', 'for (;;)\n  void ask(1) // HERE'],
    ['timers without end', 'too-many-timers', 'for (;;)\n  setTimeout(() => 0, 10) // HERE'],
    ['a console that is filled', 'too-much-logged', 'for (;;)\n  console.log(1) // HERE'],
    [
      '`await` on somebody else’s promise',
      'foreign-promise',
      'const other: any = { then() {} }\nawait other // HERE',
    ],
    ['recursion without end', 'endless-recursion-client', 'const f = (): any => f() + 1 // HERE\nf()'],
    ['a global that is not there', 'forbidden-global', "await ask(0)\nfetch('/') // HERE"],
    ['what can’t be sent', 'not-plain', 'await ask(() => 1) // HERE'],
  ]
  test.each(cases)('%s', (_, code, body) => {
    const source = main(body)
    const hand = new Hand(source)
    if (hand.fault === null) hand.answer(0)
    expect(hand.fault).toBe(`${code} ${marked(source)}`)
    expect(hand.step.state.requests).toEqual([])
  })

  test('an error that is caught by the code is found all the same', () => {
    const source = main('try {\n  for (;;) { // HERE\n  }\n} catch {}\nfinally { await ask(0) }')
    expect(new Hand(source).fault).toBe(`endless-loop ${marked(source)}`)
  })

  test('a function that is not there', () => {
    expect(new Hand('export const other = 1').step.fault).toMatchObject({ code: 'missing-entry' })
  })

  const refused: readonly [what: string, code: string, source: string][] = [
    [
      '`for await`',
      'for-await',
      'export async function main(list: any) {\n  for await (const one of list) { // HERE\n  }\n}',
    ],
    ['an async generator', 'async-generator', 'export async function* main() { // HERE\n  yield 1\n}'],
    ['`await` outside of functions', 'top-level-await', 'const a = 1\nawait a // HERE'],
    [
      '`arguments` in an async arrow function',
      'async-arguments',
      'export function main() {\n  return async () => arguments // HERE\n}',
    ],
  ]
  test.each(refused)('%s can’t be run, and the compiler says where', (_, code, source) => {
    const { code: text, diagnostics } = compiledText(source)
    expect(text).toBeNull()
    expect(diagnostics.find(({ words }) => words.code === code)).toMatchObject({
      line: marked(source),
      severity: 'error',
    })
  })

  test('code whose behaviour depends on something outside is found when it is run again', () => {
    let calls = 0
    const environment: Environment = {
      process: 'A',
      services: { service: (send) => ({ api: { ask: () => send(++calls) } }) },
    }
    const program = compiled(main('await ask()\nawait ask()'))
    const { state } = start(program, 'main', [], environment)
    const event = { kind: 'answer', request: 1, answer: { value: 0 } } as const
    const { fault } = resume(program, JSON.parse(JSON.stringify(state)), event, environment)
    expect(fault?.code).toBe('not-deterministic')
  })
})

describe('types', () => {
  test('the globals of a client are known to the compiler', () => {
    const { diagnostics } = compiledText(`
export async function main({ self }: { self: string }) {
  const timer = setTimeout((text: string) => console.log(text), 10, 'a')
  clearTimeout(timer)
  const signal: AbortSignal = AbortSignal.any([AbortSignal.timeout(5), new AbortController().signal])
  signal.throwIfAborted()
  await sleep(Date.now() - performance.now())
  await new Promise((resolve) => setTimeout(resolve, 10))
  const { promise, resolve } = Promise.withResolvers<number>()
  queueMicrotask(() => resolve(1))
  return [await promise, crypto.randomUUID(), self]
}`)
    expect(diagnostics).toEqual([])
  })
})
