/** What is put to an answer: a mishap after each answer that each part gets, and several of all parts at work while they are killed. */
import type { Order } from '../../exercises/outbox/solution.ts'
import { Random } from '../../engine/random.ts'
import type { Crew } from './crew.ts'
import type { Mishap, Task } from './process.ts'
import { type Fault, type Shop, judge } from './shop.ts'

/** After so many rounds of relay and stock-keeper everything is applied that ever will be, and what comes twice has come. */
const ROUNDS = 2

/** Quantities by which the orders of one item are told apart. */
const QUANTITIES = [2, 30]

/** Goes through everything, and gives what is wrong as it is found. */
export type Scenario = {
  readonly name: string
  run(play: Play): AsyncGenerator<Fault>
}

export interface Play {
  readonly shop: Shop
  readonly crew: Crew
  readonly seed: number
  readonly pairs: number
  /** Counts the orders that were placed, so that names are new. */
  count: number
}

async function ordersOf(play: Play, quantities = QUANTITIES): Promise<readonly Order[]> {
  const item = `item ${++play.count}`
  await play.shop.stocks(item)
  // In the order of their ids the second comes first.
  return quantities.map((quantity, index) => ({ id: `${play.count}-${9 - index}`, item, quantity }))
}

async function judged({ shop, crew }: Play, pair: readonly Order[]): Promise<Fault[]> {
  return judge(await shop.found(pair[0]!.item, pair, crew.placed))
}

async function settles({ crew }: Play): Promise<void> {
  for (let round = 0; round < ROUNDS; round++)
    for (const [part, task] of [RELAYS, KEEPS] as const) await crew.does(part, task)
}

const RELAYS = ['relay', { does: 'relay' }] as const satisfies readonly [string, Task]
const KEEPS = ['stock-keeper', { does: 'consume' }] as const satisfies readonly [string, Task]

/**
 * Two orders of one item; one where it is the shop’s turn, which does the same for each. One part has the mishap, after its first answer, its second and so on until there are no more; then everything
 * goes on. A process that died is started again and does what it did.
 * @param stays the shop that has died never comes back
 */
function mishaps(part: 'shop' | 'relay' | 'stock-keeper', kind: Mishap['kind'], stays = false): Scenario {
  const what = kind === 'die' ? 'dies' : 'loses an answer'
  return {
    name: `the ${part} ${what}${stays ? ' for good' : ''}`,
    async *run(play) {
      const { crew } = play
      for (let call = 1, isOver = false; !isOver; call++) {
        const pair = await ordersOf(play, part === 'shop' ? QUANTITIES.slice(0, 1) : QUANTITIES)
        const tasks: readonly (readonly [string, Task])[] = [
          ['shop', { does: 'place', orders: pair }],
          RELAYS,
          KEEPS,
        ]
        for (const [who, task] of tasks) {
          const outcome = await crew.does(who, task, who === part ? { kind, call } : null)
          if (outcome.kind === 'stuck') yield { kind: 'stuck', text: `${who} never answers` }
          if (who !== part) continue
          if (outcome.kind === 'done' && outcome.calls < call) isOver = true
          if (outcome.kind === 'dead' && !stays) await crew.does(who, task)
        }
        await settles(play)
        yield* await judged(play, pair)
      }
    },
  }
}

/** All parts at work, two of each, and now and then one of them is killed and started again. */
const crowd: Scenario = {
  name: 'several of each are killed at any time',
  async *run(play) {
    const { crew, seed, pairs } = play
    const random = new Random(seed)
    const all: (readonly Order[])[] = []
    for (let pair = 0; pair < pairs; pair++) all.push(await ordersOf(play))
    const halves = [0, 1].map((half) => all.filter((_, index) => index % 2 === half).flat())
    const parts = new Map<string, Task>([
      ['shop', { does: 'place', orders: halves[0]! }],
      ['second shop', { does: 'place', orders: halves[1]! }],
      ['relay', { does: 'relay' }],
      ['second relay', { does: 'relay' }],
      ['stock-keeper', { does: 'consume' }],
      ['second keeper', { does: 'consume' }],
    ])
    const begin = async (part: string): Promise<void> => crew.begins(part, parts.get(part)!)
    await Promise.all([...parts.keys()].map(begin))
    const wanted = all.flat()
    const end = performance.now() + 60_000
    const isPlaced = (): boolean => wanted.every(({ id }) => crew.placed.has(id))
    for (let kills = 0; kills < 10 || !isPlaced(); kills++) {
      await new Promise((resolve) => setTimeout(resolve, 20 + random.below(150)))
      if (kills < 10) {
        const part = [...parts.keys()][random.below(parts.size)]!
        await crew.kill(part)
        await begin(part)
      }
      if (performance.now() > end) break
    }
    const isApplied = async (): Promise<boolean> => {
      for (const pair of all) if ((await judged(play, pair)).some(({ kind }) => kind === 'lost')) return false
      return true
    }
    while (performance.now() < end && !(await isApplied()))
      await new Promise((resolve) => setTimeout(resolve, 100))
    await crew.end()
    await settles(play)
    if (!isPlaced()) yield { kind: 'stuck', text: 'a shop never gets through' }
    for (const pair of all) yield* await judged(play, pair)
  },
}

export const SCENARIOS: readonly Scenario[] = [
  mishaps('relay', 'die'),
  mishaps('stock-keeper', 'die'),
  mishaps('shop', 'die'),
  mishaps('shop', 'die', true),
  mishaps('relay', 'lose'),
  mishaps('stock-keeper', 'lose'),
  mishaps('shop', 'lose'),
  crowd,
]
