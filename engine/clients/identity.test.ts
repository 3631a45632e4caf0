/** What makes two states of a process one, and what keeps them apart. */
import { describe, expect, test } from 'vitest'
import type { Omitted } from './identity.ts'
import { resume, start } from './process.ts'
import type { ProcessState } from './process-state.ts'
import { ASKING, Hand, compiledQuickly } from '../testing/clients/compiled.ts'

function main(body: string, before = ''): string {
  return `${before}\nexport async function main({ service: { ask } }) {\n${body}\n}`
}

/** The state after these answers, each to request 1. */
function after(source: string, answers: readonly (number | string)[], omitted: Omitted = {}): ProcessState {
  const program = compiledQuickly(source)
  let { state } = start(program, 'main', [], ASKING, { omitted })
  for (const value of answers)
    ({ state } = resume(program, state, { kind: 'answer', request: 1, answer: { value } }, ASKING, {
      omitted,
    }))
  return state
}

describe('states meet again', () => {
  const forms: readonly [what: string, body: string][] = [
    ['while (!(await f()))', 'while (!(await ask(0))) await ask(1)'],
    ['for (const x of list)', 'for (;;) for (const x of [1]) await ask(x)'],
    [
      'for (const [i, x] of list.entries())',
      'for (;;) for (const [i, x] of [1].entries()) await ask([i, x])',
    ],
    [
      'for (let i …) with a closure',
      'for (;;) for (let i = 0; i < 1; i++) { const f = () => i; await ask(f()) }',
    ],
    ['for (…; await f(); …)', 'for (;;) for (let i = 0; !(await ask(i)); i = 0) await ask(1)'],
    ['for (const key in object)', 'for (;;) for (const key in { a: 1 }) await ask(key)'],
    ['if (await f())', 'for (;;) if (await ask(0)) await ask(1); else await ask(2)'],
    ['x = await f()', 'let x = 0; for (;;) { x = await ask(0); x += await ask(1); x = 0 }'],
    [
      'list.push(await f())',
      'for (;;) { const list = []; list.push(await ask(0)); list.push(await ask(1)) }',
    ],
    ['String(await f())', 'for (;;) String(await ask(0)) + Math.max(await ask(1), await ask(2))'],
    ['a && (await f())', 'for (;;) { (await ask(0)) && (await ask(1)); (await ask(2)) ?? (await ask(3)) }'],
    ['template strings', 'for (;;) `${await ask(0)} ${await ask(1)}`'],
    ['objects and lists', 'for (;;) ({ a: [await ask(0), await ask(1)], b: await ask(2) })'],
    ['destructuring', 'for (;;) { const [a = 1, { b } = { b: 2 }] = [await ask(0)]; await ask([a, b]) }'],
    ['try and finally', 'for (;;) try { await ask(0); if (await ask(1)) continue } finally { await ask(2) }'],
    [
      'return in finally',
      'const once = async () => { try { return await ask(0) } finally { await ask(1) } }; for (;;) await once()',
    ],
    ['Promise.all', 'for (;;) await Promise.all([1].map(async (x) => { await ask(x); await ask(x + 1) }))'],
    ['Promise.race that leaves a timer behind', 'for (;;) await Promise.race([ask(0), sleep(100)])'],
    [
      'AbortSignal.timeout that nobody looks at any more',
      'for (;;) { AbortSignal.timeout(5); await ask(0) }',
    ],
    ['new Promise with a resolver', 'for (;;) await new Promise((resolve) => ask(0).then(resolve))'],
    [
      'a chain of promises',
      'for (;;) await ask(0).then((x) => x).then(async () => { await ask(1) }).finally(() => 1)',
    ],
    [
      'errors that are thrown and caught',
      "for (;;) try { await ask(0); throw new Error('x') } catch (e) { await ask(e.message) }",
    ],
    [
      'switch',
      'for (;;) switch (await ask(0)) { case 0: await ask(1); break; default: { const z = 1; await ask(z) } }',
    ],
    ['a class', 'class C { n = 1; async m() { await ask(this.n) } } for (;;) await new C().m()'],
    ['an object with methods', 'const o = { n: 1, async m() { await ask(this.n) } }; for (;;) await o.m()'],
    ['Map and Set', 'for (;;) { const map = new Map([[1, new Set([2])]]); await ask([...map.keys()]) }'],
  ]
  test.each(forms)('%s', (_, body) => {
    const hand = new Hand(compiledQuickly(main(body)))
    const seen = new Set<string>()
    for (let turn = 0; turn < 40; turn++) {
      expect(hand.step.state.byHistory).toBe(false)
      seen.add(hand.identity)
      hand.answer(0, hand.step.state.requests[0]!.number)
    }
    expect(seen.size).toBeLessThan(10)
  })
})

describe('states are kept apart', () => {
  test('by which of two equal objects it is', () => {
    const source = main(
      'const [a, b] = [{ n: 0 }, { n: 0 }]\nconst c = (await ask(0)) ? a : b\nawait ask(1)\nc.n++\nreturn a.n',
    )
    expect(after(source, [0]).identity).not.toBe(after(source, [1]).identity)
    expect(after(source, [0, 0]).ended).not.toEqual(after(source, [1, 0]).ended)
    // The test would notice if the numbers of objects were left out.
    const omitted = { aliasing: true }
    expect(after(source, [0], omitted).identity).toBe(after(source, [1], omitted).identity)
  })

  test('by what a closure has captured', () => {
    const source = main('const make = (n) => () => n\nconst f = make(await ask(0))\nawait ask(1)\nreturn f()')
    expect(after(source, [0]).identity).not.toBe(after(source, [1]).identity)
    expect(after(source, [0], { captured: true }).identity).toBe(
      after(source, [1], { captured: true }).identity,
    )
  })

  test('by what is to be returned once `finally` is through', () => {
    const source = main('try { return (await ask(0)) + 1 } finally { await ask(1) }')
    expect(after(source, [0]).identity).not.toBe(after(source, [1]).identity)
    expect(after(source, [0], { alive: true }).identity).toBe(after(source, [1], { alive: true }).identity)
  })

  test('by a variable of the file', () => {
    const source = main('count = await ask(0)\nawait ask(1)\nreturn count', 'let count = 0')
    expect(after(source, [0]).identity).not.toBe(after(source, [1]).identity)
    expect(after(source, [0], { module: true }).identity).toBe(after(source, [1], { module: true }).identity)
  })

  test('by their history where something is alive that can’t be read', () => {
    for (const body of [
      'function* numbers() { for (;;) yield 1 }\nfor (const n of numbers()) await ask(n)',
      'for (const n of new Map([[1, 2]])) await ask(n)',
      'const bound = ask.bind(null, 1)\nfor (;;) await bound()',
      'const proxy = new Proxy({}, {})\nfor (;;) await ask(1)',
    ])
      expect(after(main(body), []).byHistory, body).toBe(true)
  })
})
