/** The page on the local message table: the note's picture, and what happens where somebody crashes. */
import type { System } from '../../../engine/actors/system.ts'
import type { Run } from '../../../engine/drivers/run.ts'
import type { Frame } from '../../../engine/trace/record.ts'
import type { FigureDefinition } from '../../widgets/figure.ts'
import type { Check } from '../check.ts'
import { explored, figure } from '../locks/declared.ts'
import { goOn } from '../locks/runs.ts'
import type { Prediction } from '../prediction.ts'
import { type Moment, nodeOf, play, serverAt } from '../services/script.ts'
import { crashing, outboxSystem } from './outbox-systems.ts'
import { STOCKED } from './shop.ts'

/** The side of the orders alone: the shop, the relay and the queue. */
const orders = (shop: string, relay: string | null) => () =>
  outboxSystem({ shop, relay, keeper: null }, crashing(1))

/** The stock-keeper alone, with an order that the queue has. */
const consuming = (keeper: string) => () =>
  outboxSystem({ shop: null, relay: null, keeper, published: true }, crashing(1))

/** A relay with an order that is to be forwarded, and the stock-keeper. */
const bothSides = () => outboxSystem({ shop: null, ordered: true }, crashing(1))

/** A relay alone, with an order that is to be forwarded. */
const forwarding = (relay: string) => () =>
  outboxSystem({ shop: null, relay, keeper: null, ordered: true }, crashing(1))

export const checks: readonly Check[] = [
  explored('C17/shop', 'holds', 'order-and-message', () =>
    outboxSystem({ relay: null, keeper: null, losses: 1 }, crashing(1)),
  ),
  explored('C17/relay', 'holds', 'order-and-message', orders('shop', 'relay')),
  explored('C17/two-statements', 'fails', 'order-and-message', orders('twoStatements', null)),
  explored('C17/inside', 'fails', 'order-and-message', orders('publishesInside', null)),
  explored('C18/twice', 'reached', 'published-twice', forwarding('relay')),
  explored('C18/deletes-first', 'fails', 'order-and-message', forwarding('deletesFirst')),
  explored('E13/applies', 'fails', 'taken-once', consuming('applies')),
  explored('E13/remembers', 'holds', 'taken-once', consuming('remembers')),
  explored('E13/after', 'fails', 'taken-once', consuming('remembersAfter')),
  explored('E13/before', 'fails', 'book-taken', consuming('remembersBefore')),
  explored('E13/acknowledges-first', 'fails', 'book-taken', consuming('acknowledgesFirst')),
  explored('C19/agree', 'holds', 'both-sides', bothSides),
]

const SHOP = 'src/course/transactions/processes/outbox.process.ts'
const KEEPER = 'src/course/transactions/processes/stock-keeper.process.ts'

/** For figures: with clocks a run goes on in the order in which things come due. */
const CLOCKS = { time: { latencies: [5] } } as const
const whole = (): System => outboxSystem({}, { ...crashing(3), ...CLOCKS })

const isOutboxEmpty = (frame: Frame): boolean =>
  serverAt(frame, 'orders', 'tables').tables.find(({ name }) => name === 'outbox')!.rows.length === 0
const left = (frame: Frame): number =>
  Number(
    serverAt(frame, 'stock', 'tables')
      .tables.find(({ name }) => name === 'stock')!
      .rows.find(({ standing }) => standing !== 'new' && standing !== 'past')!.values[1],
  )
const offset = (frame: Frame): number | null =>
  serverAt(frame, 'queue', 'partitions').partitions[0]!.readers[0]?.committed ?? null
const records = (frame: Frame): number => serverAt(frame, 'queue', 'partitions').partitions[0]!.records.length
const isTaken = (frame: Frame): boolean => left(frame) < STOCKED
const isConsumed = (frame: Frame): boolean => offset(frame) === records(frame)

const isRemembered = (frame: Frame): boolean =>
  serverAt(frame, 'stock', 'tables').tables.find(({ name }) => name === 'applied')!.rows.length > 0
const crashOnce = (id: string, once: Moment['once']): readonly Moment[] => [
  { once, then: { kind: 'crash', node: id } },
  { once: (frame) => !nodeOf(frame, id).up, then: { kind: 'restart', node: id } },
]

/** The stock-keeper crashes once the book is taken, before the queue hears that the record is done. */
const keepers = (keeper: string) => (): System =>
  outboxSystem({ shop: null, relay: null, keeper, published: true }, { ...crashing(1), ...CLOCKS })
const crashAfterTaking = crashOnce('stock-keeper', isTaken)

const figureOf = (
  id: string,
  lanes: readonly string[],
  servers: readonly string[],
  more: Pick<FigureDefinition, 'system' | 'script'> &
    Partial<FigureDefinition> & { listing?: string; begins?: string },
): FigureDefinition => {
  const { listing, begins, ...rest } = more
  return figure({
    id,
    lanes,
    services: {
      ...(listing !== undefined && { listing }),
      ...(begins !== undefined && { begins }),
      servers,
      spec: {},
    },
    ...rest,
  })
}

export const figures: readonly FigureDefinition[] = [
  figureOf(
    'transactions/outbox',
    ['shop', 'orders', 'relay', 'queue', 'stock-keeper', 'stock'],
    ['orders', 'queue', 'stock'],
    {
      pictures: ['F2'],
      system: whole,
      script: () =>
        play(whole(), [], (frame) => records(frame) > 0 && isOutboxEmpty(frame) && isConsumed(frame)),
    },
  ),
  figureOf('transactions/published-twice', ['orders', 'relay', 'queue'], ['orders', 'queue'], {
    system: forwarding('relay'),
    script: { check: 'C18/twice' },
    listing: SHOP,
    begins: 'export async function relay',
  }),
  figureOf('transactions/comes-twice', ['queue', 'stock-keeper', 'stock'], ['queue', 'stock'], {
    variants: ['applies', 'remembersAfter', 'remembersBefore', 'remembers'],
    system: (keeper) => (keeper === 'remembers' ? keepers(keeper)() : consuming(keeper)()),
    script: {
      runs: {
        applies: { check: 'E13/applies' },
        remembersAfter: { check: 'E13/after' },
        remembersBefore: { check: 'E13/before' },
        remembers: () =>
          play(keepers('remembers')(), crashAfterTaking, (frame) => isTaken(frame) && isConsumed(frame)),
      },
    },
    listing: KEEPER,
  }),
]

const lastFrame = ({ record }: Run): Frame => record.frames.at(-1)!
const relayed = (): System =>
  outboxSystem({ shop: null, keeper: null, ordered: true }, { ...crashing(1), ...CLOCKS })
const isPublished = (frame: Frame): boolean => records(frame) > 0

/** What is asked of a run: it stops where somebody has crashed, and goes on until all is settled. */
const asked = (
  id: string,
  system: () => System,
  who: string,
  once: (frame: Frame) => boolean,
  end: (frame: Frame) => boolean,
  answer: Prediction['answer'],
): Prediction => ({
  id,
  system,
  before: () =>
    play(system(), [{ once, then: { kind: 'crash', node: who } }], (frame) => !nodeOf(frame, who).up),
  next: (before) => goOn(system(), before, end, [{ once: () => true, then: { kind: 'restart', node: who } }]),
  answer,
})

export const predictions: readonly Prediction[] = [
  asked('transactions/crash-after-publish', relayed, 'relay', isPublished, isOutboxEmpty, (run) =>
    String(records(lastFrame(run))),
  ),
  asked('transactions/comes-again', keepers('remembers'), 'stock-keeper', isTaken, isConsumed, (run) =>
    String(left(lastFrame(run))),
  ),
  asked(
    'transactions/remembered-before',
    keepers('remembersBefore'),
    'stock-keeper',
    isRemembered,
    isConsumed,
    (run) => (isTaken(lastFrame(run)) ? 'takes' : 'skips'),
  ),
]
