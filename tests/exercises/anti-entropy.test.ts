/**
 * What is pinned of the exercise anti-entropy: how many states its trials have, how long the runs are that it shows, what its text says in
 * figures, and, as patches on right answers, more wrong answers and more right ones.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../engine/compile/compile.ts'
import type { Answer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { grouped } from '../../engine/text/words.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/anti-entropy/exercise.ts'
import { SIZE_FOR_EACH, explored as trials } from '../../exercises/anti-entropy/trials.ts'

const FOLDER = 'exercises/anti-entropy'

type Patch = readonly [old: string, new_: string]

const libraries = librariesOf(exercise.id)

/** A file of the exercise with some of its text replaced, compiled and loaded as a learner's is. */
function loaded(file: string, patches: readonly Patch[] = []): Answer {
  let source = readFileSync(`${FOLDER}/${file}.ts`, 'utf8').replaceAll("'../messages'", "'./messages'")
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${file}: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(typescript, exercise.file, source, libraries, 'node')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

/** The verdict, and the first check that failed with the number of its steps. */
function judged(answer: Answer): [verdict: string, check?: string, length?: number | null] {
  const { verdict, checks } = gradeToEnd(exercise, answer)
  const failed = checks.find((check) => check.verdict === 'failed')
  return failed ? [verdict, failed.id, failed.trace?.actions.length ?? null] : [verdict]
}

/** Patches on the solution. */
const COUNT = 'const count = (cart.seen[ctx.self] ?? 0) + 1'
const KEPT = 'has(theirs, dot) || !hasSeen(theirs, dot)'
const TOLD = "ctx.broadcast('replica', 'gossip', cart)"

describe('anti-entropy', () => {
  it('searches this many states of the solution', () => {
    const { verdict, checks } = gradeToEnd(exercise, loaded('solution'))
    expect(verdict).toBe('passed')
    const states = Object.keys(trials).map((id) => [
      id,
      checks.find((check) => check.bounds.configuration === id)!.states,
    ])
    expect(Object.fromEntries(states)).toEqual({
      pair: 28,
      again: 143,
      both: 524,
      mirrored: 262,
      twice: 184,
      lossy: 224,
      crash: 936,
      'crash-removal': 180,
      three: 414,
      'three-lossy': 1_064,
    })
  }, 60_000)

  it('says in its text how much may be kept, and what each trial is', () => {
    const text = readFileSync(`${FOLDER}/en.mdx`, 'utf8')
    expect(text).toContain(`${grouped(SIZE_FOR_EACH)} characters for each thing`)
    const { configurations } = parse(text.split('---')[1]!) as { configurations: Record<string, string> }
    expect(Object.keys(configurations)).toEqual(exercise.configurations.map(({ id }) => id))
  })

  it.each<[file: string, check: string, length: number]>([
    ['starter', 'pair/removed', 5],
    ['mutants/last-writer-wins', 'pair/kept', 4],
    ['mutants/drops-an-addition-of-what-is-there', 'both/kept', 8],
    ['mutants/as-often-as-it-was-added', 'again/once', 4],
    ['mutants/newest-addition-only', 'mirrored/kept', 6],
    ['mutants/counter-not-on-disk', 'crash/kept', 3],
    ['mutants/told-before-it-is-on-disk', 'crash/kept', 1],
    ['mutants/gossips-before-it-is-on-disk', 'crash/equal', 9],
    ['mutants/one-acknowledgement-is-enough', 'three-lossy/equal', 7],
    ['mutants/tells-one-neighbour', 'three/equal', 8],
    ['mutants/without-causal-order', 'three/equal', 20],
    ['mutants/does-nothing', 'pair/told', 1],
  ])('shows a run of %s that fails %s', (file, check, length) => {
    expect(judged(loaded(file))).toEqual(['failed', check, length])
  })

  it.each<[what: string, check: string, patches: readonly Patch[]]>([
    [
      'keeps a dot whenever somebody has it',
      'pair/removed',
      [
        [KEPT, 'true'],
        ['!hasSeen(mine, dot))', '!has(mine, dot))'],
      ],
    ],
    [
      'tells an item twice that it shows once',
      'pair/told',
      [
        [
          "  ctx.reply('cart', { items: itemsOf(cart) })",
          "  ctx.reply('cart', { items: [...itemsOf(cart), ...itemsOf(cart)] })",
        ],
      ],
    ],
    ['takes out whatever the other lacks', 'pair/kept', [[KEPT, 'has(theirs, dot)']]],
    [
      'counts dots that it sees as its own',
      'busy/kept',
      [[COUNT, 'const count = Object.keys(cart.seen).length + 1']],
    ],
    [
      'numbers dots by how many are in the cart',
      'again/kept',
      [[COUNT, 'const count = cart.dots.length + 1']],
    ],
    [
      'tells only what it has added itself',
      'both/equal',
      [[TOLD, "if (cart.dots.some(({ by }) => by === ctx.self)) ctx.broadcast('replica', 'gossip', cart)"]],
    ],
    [
      'removes nothing that others added',
      'pair/done',
      [
        [
          'cart.dots = without(cart, item)\n',
          'cart.dots = cart.dots.filter((dot) => dot.item !== item || dot.by !== ctx.self)\n',
        ],
      ],
    ],
    ['removes everything', 'busy/kept', [['cart.dots = without(cart, item)\n', 'cart.dots = []\n']]],
    [
      'forgets on a removal what it has seen',
      'pair/removed',
      [['cart.dots = without(cart, item)\n', 'cart.dots = without(cart, item)\n      cart.seen = {}\n']],
    ],
    [
      'restarts with an empty vector',
      'crash-removal/removed',
      [['return disk ?? { dots: [], seen: {} }', 'return { dots: disk?.dots ?? [], seen: {} }']],
    ],
  ])('finds out who %s', (_what, check, patches) => {
    const [verdict, failed] = judged(loaded('solution', patches))
    expect([verdict, failed]).toEqual(['failed', check])
  })

  it.each<[what: string, patches: readonly Patch[]]>([
    [
      'keeps all dots of an item',
      [
        [
          '[...without(cart, item), { item, by: ctx.self, count }]',
          '[...cart.dots, { item, by: ctx.self, count }]',
        ],
      ],
    ],
    [
      'writes down only what has changed',
      [
        [
          '      merge(cart, theirs)\n      ctx.persist(cart)',
          '      const before = JSON.stringify(cart)\n      merge(cart, theirs)\n      if (JSON.stringify(cart) !== before) ctx.persist(cart)',
        ],
      ],
    ],
    [
      'does not write down what it hears',
      [['      merge(cart, theirs)\n      ctx.persist(cart)', '      merge(cart, theirs)']],
    ],
    [
      'tells one replica after the other',
      [
        [
          TOLD,
          "for (const replica of ctx.nodes('replica')) if (replica !== ctx.self) ctx.send(replica, 'gossip', cart)",
        ],
      ],
    ],
    [
      'answers gossip with its own',
      [
        [
          '      merge(cart, theirs)\n      ctx.persist(cart)',
          "      merge(cart, theirs)\n      ctx.persist(cart)\n      if (JSON.stringify(theirs) !== JSON.stringify(cart)) ctx.reply('gossip', cart)",
        ],
      ],
    ],
    [
      'shows the items in another order',
      [['.map(({ item }) => item))].sort()', '.map(({ item }) => item))].reverse()']],
    ],
  ])('passes who %s', (_what, patches) => {
    expect(judged(loaded('solution', patches))).toEqual(['passed'])
  })
})
