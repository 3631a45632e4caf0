/**
 * Objects: the kinds of object of which a recorded history may be, by the name that the command line knows them by, and
 * what their operations are called and carry.
 */
import { type SequentialModel, keyOfMap, mutex, queue, register, unorderedQueue } from './models.ts'

/**
 * What the `value` of an operation is: what was given to it (`argument`, `text`, `pair` for `[expected, new]`), what
 * came out of it (`result`, null for nothing; `item`, null for an empty queue), or nothing at all.
 */
export type Carries = 'argument' | 'item' | 'text' | 'pair' | 'result' | 'nothing'

/** A kind of object. */
export interface ObjectKind {
  readonly operations: { readonly [f: string]: Carries }
  /** A history is of many objects, told apart by a key. */
  readonly keyed: boolean
  /** @param initial what it holds at first; undefined for what such an object holds when it is new */
  model(initial: unknown): SequentialModel
}

const REGISTER: ObjectKind['operations'] = { read: 'result', write: 'argument' }
const QUEUE: ObjectKind['operations'] = { enqueue: 'item', dequeue: 'result' }

/** Every kind, by its name on the command line. */
export const OBJECTS: { readonly [name: string]: ObjectKind } = {
  register: {
    operations: REGISTER,
    keyed: false,
    model: (initial) => register(initial ?? null),
  },
  'cas-register': {
    operations: { ...REGISTER, cas: 'pair' },
    keyed: false,
    model: (initial) => register(initial ?? null),
  },
  mutex: {
    operations: { acquire: 'nothing', release: 'nothing' },
    keyed: false,
    model: (initial) => ({ ...mutex, initial: initial === true }) as SequentialModel,
  },
  queue: {
    operations: QUEUE,
    keyed: false,
    model: (initial) => holding(queue as SequentialModel, initial),
  },
  'unordered-queue': {
    operations: QUEUE,
    keyed: false,
    model: (initial) => holding(unorderedQueue as SequentialModel, initial),
  },
  kv: {
    operations: { ...REGISTER, cas: 'pair', get: 'result', put: 'argument', append: 'text' },
    keyed: true,
    model: keyOfMap,
  },
}

/** A queue that holds something at first. */
function holding(model: SequentialModel, initial: unknown): SequentialModel {
  if (!Array.isArray(initial)) return model
  return {
    ...model,
    initial: initial.reduce((items, value) => model.step(items, { f: 'enqueue', value })[0], []),
  }
}
