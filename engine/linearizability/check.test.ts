/** What is linearizable and what isn't: histories from the literature, the conventions of each object, and bounds. */
import { describe, expect, test } from 'vitest'
import { Random } from '../random.ts'
import { rightHistory, spoilt, textOfHistory } from '../testing/random-histories.ts'
import { CONFIGURATIONS_MAX } from './check.ts'
import { OBJECTS } from './objects.ts'
import { type RecordedAnswer, checkRecorded } from './recorded.ts'

const BOUNDS = { configurationsMax: CONFIGURATIONS_MAX }

/**
 * A history in a shorthand: a line an event, as `A write 1` and `A ok`. The word after the process is `ok`, `fail` or
 * `info` for an end, and the operation otherwise; the rest is JSON.
 */
function check(model: string, shorthand: string, initial?: unknown): RecordedAnswer {
  const open = new Map<string, string>()
  const lines = shorthand
    .trim()
    .split('\n')
    .map((line) => {
      const [process, word, ...rest] = line.trim().split(' ') as [string, string, ...string[]]
      const value = rest.length === 0 ? {} : { value: JSON.parse(rest.join(' ')) as unknown }
      const ends = ['ok', 'fail', 'info'].includes(word)
      if (!ends) open.set(process, word)
      return JSON.stringify({ process, type: ends ? word : 'invoke', f: open.get(process), ...value })
    })
  return checkRecorded(lines.join('\n'), OBJECTS[model]!, initial, BOUNDS)
}
const verdict = (model: string, shorthand: string, initial?: unknown): string =>
  check(model, shorthand, initial).verdict
const RIGHT = 'linearizable'
const WRONG = 'not-linearizable'

describe('a FIFO queue', () => {
  // M. Herlihy, J. Wing, "Linearizability", 1990, figure 1, the histories H1 to H4; x is 1, y is 2, z is 3.
  test('H1: overlapping enqueues may go in in either order', () => {
    const history = `
      A enqueue 1
      B enqueue 2
      B ok
      A ok
      B dequeue
      B ok 1
      A dequeue
      A ok 2
      A enqueue 3`
    expect(verdict('queue', history)).toBe(RIGHT)
    expect(verdict('queue', history.replace('B ok 1', 'B ok 2').replace('A ok 2', 'A ok 1'))).toBe(RIGHT)
  })
  test('H2: what went in first can’t come out second', () => {
    expect(verdict('queue', 'A enqueue 1\nA ok\nB enqueue 2\nB ok\nB dequeue\nB ok 2')).toBe(WRONG)
    expect(verdict('unordered-queue', 'A enqueue 1\nA ok\nB enqueue 2\nB ok\nB dequeue\nB ok 2')).toBe(RIGHT)
  })
  test('H3: a dequeue may take what is still being enqueued', () => {
    expect(verdict('queue', 'A enqueue 1\nB dequeue\nB ok 1')).toBe(RIGHT)
  })
  test('H4: nothing comes out twice', () => {
    const history = 'A enqueue 1\nB enqueue 2\nA ok\nB ok\nA dequeue\nC dequeue\nA ok 2\nC ok 2'
    expect(verdict('queue', history)).toBe(WRONG)
    expect(verdict('unordered-queue', history)).toBe(WRONG)
  })
  test('a dequeue of null found the queue empty', () => {
    expect(verdict('queue', 'A dequeue\nA ok null')).toBe(RIGHT)
    expect(verdict('queue', 'A enqueue 1\nA ok\nA dequeue\nA ok null')).toBe(WRONG)
    expect(verdict('queue', 'A enqueue 1\nB dequeue\nB ok null\nA ok')).toBe(RIGHT)
    // At every moment of the dequeue 1 or 2 is in there.
    expect(
      verdict('queue', 'A enqueue 1\nA ok\nC dequeue\nA enqueue 2\nA ok\nB dequeue\nB ok 1\nC ok null'),
    ).toBe(WRONG)
  })
  test('two orders may end alike and differ in the reads that they allow', () => {
    const history = `
      P enqueue 0
      P ok
      A enqueue 1
      B dequeue
      C dequeue
      A ok
      B ok 0
      D enqueue 2
      D ok
      C ok null`
    expect([verdict('queue', history), verdict('unordered-queue', history)]).toEqual([RIGHT, RIGHT])
  })
  test('a dequeue of unknown outcome may have taken what was in front, or nothing', () => {
    const history = 'A enqueue 1\nA ok\nA enqueue 2\nA ok\nB dequeue\nB info\nA dequeue\nA ok'
    expect(verdict('queue', `${history} 2`)).toBe(RIGHT)
    expect(verdict('queue', `${history} 1`)).toBe(RIGHT)
    expect(verdict('queue', history.replace('B info', 'B fail') + ' 2')).toBe(WRONG)
  })
  test('without an order, a dequeue that doesn’t say what it took may have taken anything', () => {
    const history = 'A enqueue 1\nA ok\nA enqueue 2\nA ok\nB dequeue\nB ok\nA dequeue\nA ok'
    expect(verdict('unordered-queue', `${history} 1`)).toBe(RIGHT)
    expect(verdict('unordered-queue', `${history} 2`)).toBe(RIGHT)
    expect(verdict('queue', `${history} 1`)).toBe(WRONG)
  })
  test('what it holds at first may be said', () => {
    expect(verdict('queue', 'A dequeue\nA ok 1\nA dequeue\nA ok 2', [1, 2])).toBe(RIGHT)
    expect(verdict('queue', 'A dequeue\nA ok 2', [1, 2])).toBe(WRONG)
  })
})

describe('a register', () => {
  // Porcupine's README and tests, after a quiz of MIT 6.824: put 100 overlaps both reads.
  test('shows overlapping reads the old and the new value, but not the old one after the new one', () => {
    expect(verdict('register', 'A write 100\nB read\nC read\nC ok 0\nB ok 100\nA ok', 0)).toBe(RIGHT)
    expect(verdict('register', 'A write 200\nB read\nB ok 200\nC read\nC ok 0\nA ok', 0)).toBe(WRONG)
  })
  test('a write of unknown outcome may take effect at any later time, or never', () => {
    const history = 'A write 1\nA ok\nB write 2\nB info\nC read\nC ok 1\nC read\nC ok 2'
    expect(verdict('register', history)).toBe(RIGHT)
    expect(verdict('register', `${history}\nC read\nC ok 1`)).toBe(WRONG)
    expect(verdict('register', history.replace('ok 2', 'ok 1'))).toBe(RIGHT)
    expect(verdict('register', history.replace('B info', 'B fail'))).toBe(WRONG)
  })
  test('a process may go on after an unknown outcome, and the operation stays open', () => {
    expect(verdict('register', 'A write 1\nA info\nA write 2\nA ok\nA read\nA ok 2\nA read\nA ok 1')).toBe(
      RIGHT,
    )
  })
  test('a read without a value fits everything; a read of null does where the register can’t hold null', () => {
    const history = 'A write 1\nA ok\nB read\nB ok'
    expect(verdict('register', history)).toBe(RIGHT)
    expect(verdict('register', `${history} null`)).toBe(WRONG)
    expect(verdict('register', `${history} null`, 0)).toBe(RIGHT)
    expect(verdict('register', `A write null\nA ok\nA write 1\nA ok\nB read\nB ok null`, 0)).toBe(WRONG)
    expect(verdict('register', 'B read\nB ok null')).toBe(RIGHT)
  })
  test('a compare-and-set that succeeded found what it expected; one that failed did not happen', () => {
    expect(verdict('cas-register', 'A write 1\nA ok\nA cas [1,2]\nA ok\nA read\nA ok 2')).toBe(RIGHT)
    expect(verdict('cas-register', 'A write 1\nA ok\nA cas [3,2]\nA ok')).toBe(WRONG)
    expect(verdict('cas-register', 'A write 1\nA ok\nA cas [1,2]\nA fail\nA read\nA ok 1')).toBe(RIGHT)
    expect(verdict('cas-register', 'A write 1\nA ok\nA cas [1,2]\nA info\nB read\nB ok 2')).toBe(RIGHT)
    expect(verdict('cas-register', 'A write 1\nA ok\nA cas [3,2]\nA info\nB read\nB ok 2')).toBe(WRONG)
    expect(verdict('cas-register', 'A cas [null,2]\nA ok\nB read\nB ok 2')).toBe(RIGHT)
  })
  test('values are compared as data', () => {
    expect(verdict('register', 'A write {"a":1,"b":[2]}\nA ok\nA read\nA ok {"b":[2],"a":1}')).toBe(RIGHT)
    expect(verdict('register', 'A write 1\nA ok\nA read\nA ok "1"')).toBe(WRONG)
  })
})

describe('a mutex', () => {
  test('is held once at a time', () => {
    expect(verdict('mutex', 'A acquire\nB acquire\nA ok\nA release\nB ok\nA ok')).toBe(RIGHT)
    expect(verdict('mutex', 'A acquire\nB acquire\nA ok\nB ok')).toBe(WRONG)
    expect(verdict('mutex', 'A release\nA ok')).toBe(WRONG)
    expect(verdict('mutex', 'A acquire\nA ok\nB release\nB ok')).toBe(RIGHT)
  })
  test('may have been let go by a release of unknown outcome', () => {
    expect(verdict('mutex', 'A acquire\nA ok\nA release\nA info\nB acquire\nB ok')).toBe(RIGHT)
    expect(verdict('mutex', 'A acquire\nA ok\nA release\nA info\nB acquire\nB ok\nC acquire\nC ok')).toBe(
      WRONG,
    )
  })
})

describe('a map', () => {
  test('is judged key by key; the key stands in the value or beside it', () => {
    const history = 'A write ["x",1]\nA ok ["x",1]\nB write ["y",2]\nB ok ["y",2]\nB read ["x",null]\nB ok'
    expect(verdict('kv', `${history} ["x",1]`)).toBe(RIGHT)
    const wrong = check('kv', `${history} ["x",2]`)
    expect(wrong).toMatchObject({ verdict: WRONG, objects: 2, failure: { key: 'x', line: 6 } })
    const beside =
      '{"process":0,"type":"invoke","f":"write","key":1,"value":5}\n{"process":0,"type":"ok","f":"write","key":1}\n'
    const read =
      '{"process":0,"type":"invoke","f":"read","key":1}\n{"process":0,"type":"ok","f":"read","value":'
    const judged = (value: string): string =>
      checkRecorded(`${beside}${read}${value}}`, OBJECTS['kv']!, undefined, BOUNDS).verdict
    expect([judged('5'), judged('6'), judged('null')]).toEqual([RIGHT, WRONG, WRONG])
  })
  test('knows get, put and append; a key that was never put reads as null, and gets as the empty text', () => {
    expect(verdict('kv', 'A get ["x",null]\nA ok ["x",""]')).toBe(RIGHT)
    expect(verdict('kv', 'A get ["x",null]\nA ok ["x",null]')).toBe(RIGHT)
    expect(verdict('kv', 'A read ["x",null]\nA ok ["x",""]')).toBe(WRONG)
    const appended = 'A append ["x","a"]\nA ok\nA append ["x","b"]\nA ok\nA get ["x",null]\nA ok'
    expect(verdict('kv', `${appended} ["x","ab"]`)).toBe(RIGHT)
    expect(verdict('kv', `${appended} ["x","ba"]`)).toBe(WRONG)
    expect(
      verdict('kv', `${appended} ["x","ab"]\nB put ["x","c"]\nB ok\nB get ["x",null]\nB ok ["x","c"]`),
    ).toBe(RIGHT)
  })
  test('fails where its first key does', () => {
    const history = `
      A write ["x",1]
      A ok
      A write ["y",1]
      A ok
      A read ["y",null]
      A ok ["y",7]
      A read ["x",null]
      A ok ["x",7]`
    expect(check('kv', history).failure).toMatchObject({
      key: 'y',
      line: 6,
      prefix: { end: 5, shortest: true },
    })
  })
})

describe('the shortest bad prefix', () => {
  // The minimal failing history of Knossos's README.
  test('ends with the first return that nothing explains, with the states that there could be', () => {
    const { failure } = check('register', 'A write 0\nA ok\nB read\nC write 4\nB ok 3\nC ok\nD read\nD ok 4')
    expect(failure).toMatchObject({
      line: 5,
      prefix: { end: 4, shortest: true, complete: true, claim: { process: 'B', f: 'read', value: 3 } },
    })
    expect(failure!.prefix.states.toSorted()).toEqual([0, 4])
  })
  test('does not use what was heard later', () => {
    // When B hears of 2, C's dequeue may still have taken 1; that it took 3 is heard only afterwards.
    const history = `
      A enqueue 1
      A ok
      A enqueue 2
      A ok
      A enqueue 3
      A ok
      C dequeue
      B dequeue
      B ok 2
      C ok 3`
    expect(check('queue', history).failure).toMatchObject({ line: 10, prefix: { claim: { process: 'C' } } })
  })
  test('says what each process knows', () => {
    const { failure } = check('register', 'A write 0\nA ok\nB read\nC write 4\nB ok 3')
    expect(failure!.processes).toMatchObject([
      { process: 'A', last: { f: 'write', value: 0 }, waiting: [], unexplained: false },
      { process: 'B', last: { f: 'read', value: 3 }, waiting: [], unexplained: true },
      { process: 'C', last: null, waiting: [{ operation: { value: 4 }, inOrder: true }] },
    ])
  })
})

describe('what a check costs', () => {
  const shape = { operations: 200, processes: 10, fails: 5 }
  const configurations = (
    name: 'register' | 'cas-register' | 'mutex' | 'queue' | 'unordered-queue',
    infos: number,
    seed: number,
    values: number,
  ) => {
    const random = new Random(seed)
    const right = rightHistory(name, { ...shape, infos, values }, random)
    const kind = OBJECTS[name]!
    return [right, spoilt(right, random)].map((history) => {
      const answer = checkRecorded(textOfHistory(history), kind, undefined, BOUNDS)
      return { verdict: answer.verdict, configurations: answer.configurations }
    })
  }

  // Configurations are the same on every machine; 20,000 of them take about a tenth of a second.
  test.each([
    ['register', 0, 20],
    ['register', 15, 20],
    ['cas-register', 0, 5],
    ['cas-register', 15, 20],
    ['mutex', 0, 3],
    ['mutex', 15, 3],
    ['queue', 0, 0],
    ['queue', 5, 0],
    ['queue', 15, 0],
    ['queue', 0, 2],
    ['queue', 5, 5],
    ['queue', 15, 3],
    ['unordered-queue', 0, 0],
    ['unordered-queue', 5, 10],
    ['unordered-queue', 15, 3],
  ] as const)(
    '200 operations of 10 processes on a %s, %i in 100 unknown: under 20,000 configurations',
    (name, infos, values) => {
      for (let seed = 1; seed <= 15; seed++) {
        for (const answer of configurations(name, infos, seed, values)) {
          expect(answer.verdict).not.toBe('inconclusive')
          expect(answer.configurations).toBeLessThan(20_000)
        }
      }
    },
  )

  test('equal operations of unknown outcome cost no more than a few', () => {
    const unknown = Array.from({ length: 40 }, (_, process) => `P${process} write 1\nP${process} info`).join(
      '\n',
    )
    const answer = check('register', `${unknown}\nA write 2\nA ok\nA read\nA ok 3`)
    expect(answer.verdict).toBe(WRONG)
    expect(answer.configurations).toBeLessThan(100)
  })

  test('twenty different writes of unknown outcome do not explode', () => {
    const unknown = Array.from(
      { length: 20 },
      (_, process) => `P${process} write ${process}\nP${process} info`,
    ).join('\n')
    const reads = Array.from({ length: 10 }, (_, value) => `A read\nA ok ${value}`).join('\n')
    const answer = check('register', `${unknown}\n${reads}\nA read\nA ok 99`)
    expect(answer.verdict).toBe(WRONG)
    expect(answer.configurations).toBeLessThan(20_000)
  })

  test('texts that would fill memory leave the question open, and say so', () => {
    const text = textOfHistory(rightHistory('kv', { ...shape, infos: 0, values: 2 }, new Random(1)))
    const kind = { ...OBJECTS['kv']!, keyed: false }
    const answer = checkRecorded(text, kind, undefined, { ...BOUNDS, charactersMax: 50 })
    expect(answer).toMatchObject({ verdict: 'inconclusive', open: [{ hit: 'characters' }], failure: null })
    expect(checkRecorded(text, kind, undefined, BOUNDS).verdict).toBe(RIGHT)
  })

  test('a bound that is hit leaves the question open, and says so', () => {
    const text = textOfHistory(rightHistory('queue', { ...shape, infos: 0, values: 2 }, new Random(1)))
    const answer = checkRecorded(text, OBJECTS['queue']!, undefined, { configurationsMax: 20 })
    expect(answer).toMatchObject({
      verdict: 'inconclusive',
      open: [{ hit: 'configurations' }],
      failure: null,
    })
  })
})
