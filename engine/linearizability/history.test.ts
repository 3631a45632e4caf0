/** Reading histories: what Jepsen writes is understood, and what can't be read is named with its line. */
import { describe, expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { en } from '../text/en.ts'
import { put } from '../text/words.ts'
import { objectsOf, readHistory } from './history.ts'
import { OBJECTS } from './objects.ts'

const invoke = '{"process":0,"type":"invoke","f":"read","value":null}'
const ok = '{"process":0,"type":"ok","f":"read","value":3}'

/** The words and line of the fault that reading raises. */
function complaint(model: string, ...lines: string[]): string {
  try {
    objectsOf(readHistory(lines.join('\n')), OBJECTS[model]!)
  } catch (error) {
    if (error instanceof Fault) return put(en, error.code, error.parameters)
    throw error
  }
  return 'none'
}

function operations(model: string, ...lines: string[]) {
  return objectsOf(readHistory(lines.join('\n')), OBJECTS[model]!)[0]!.operations
}

describe('a history', () => {
  test('is one JSON object a line; blank lines, other line ends and a byte order mark do no harm', () => {
    const events = readHistory(`\uFEFF${invoke}\r\n\r\n  \n${ok}\r\n`)
    expect(events.map(({ type, line }) => ({ type, line }))).toEqual([
      { type: 'invoke', line: 1 },
      { type: 'ok', line: 4 },
    ])
    expect(readHistory('')).toEqual([])
  })

  test('may be one JSON list as well, with the lines of its entries', () => {
    const events = readHistory(`[\n  ${invoke},\n\n  ${ok.replace('3', '"], {\\""')}\n]\n`)
    expect(events.map(({ line, value }) => ({ line, value }))).toEqual([
      { line: 2, value: null },
      { line: 4, value: '], {"' },
    ])
  })

  test('has other fields, and events of the nemesis, that don’t matter', () => {
    const text = [
      '{"process":"nemesis","type":"info","f":"start","value":"cut"}',
      invoke.replace('}', ',"time":1753900000000000001,"index":0}'),
      '{"process":"nemesis","type":"info","f":"stop"}',
      '{"process":7,"type":"info","f":"log","value":"hello"}',
      ok,
    ].join('\n')
    const [read] = operations('register', text)
    expect(read).toMatchObject({ process: 0, f: 'read', value: 3, invoked: 0, returned: 2 })
  })

  test('leaves out what failed; what ended in info or not at all may take effect for ever', () => {
    const write = (process: number, type: string, value: string): string =>
      `{"process":${process},"type":"${type}","f":"write","value":${value}}`
    const found = operations(
      'register',
      write(0, 'invoke', '1'),
      write(0, 'fail', '1'),
      write(0, 'invoke', '2'),
      write(0, 'info', '":timed-out"'),
      write(1, 'invoke', '3'),
    )
    expect(found).toMatchObject([
      { value: 2, returned: null },
      { value: 3, returned: null },
    ])
  })

  test('takes the value from the ok where there is one, otherwise from the invoke', () => {
    const write = (type: string, value: string): string =>
      `{"process":0,"type":"${type}","f":"write"${value}}`
    const value = (first: string, second: string): unknown =>
      operations('register', write('invoke', `,"value":${first}`), write('ok', second))[0]!.value
    expect(value('1', '')).toBe(1)
    expect(value('1', ',"value":null')).toBe(1)
    expect(value('null', ',"value":2')).toBe(2)
    expect(value('null', ',"value":null')).toBe(null)
    expect(operations('register', invoke, ok.replace(',"value":3', ''))[0]).toHaveProperty('value', undefined)
  })
})

describe('what can’t be read is named with its line', () => {
  const write = '{"process":0,"type":"invoke","f":"write","value":1}'
  test.each([
    ['text that is not JSON', 'register', [invoke, '{"process":0,', ok], 'Line 2 is not JSON: {"process":0,'],
    ['a number', 'register', [invoke, '7'], 'Line 2 is not an event'],
    ['a list in a line', 'register', [invoke, '[]'], 'Line 2 is not an event'],
    [
      'an ok that nothing invoked',
      'register',
      [ok],
      'Line 1: process 0 hears ok of an operation that it has not invoked.',
    ],
    ['a second ok', 'register', [invoke, ok, '', ok], 'Line 4: process 0 hears ok'],
    [
      'a fail that nothing invoked',
      'register',
      [ok.replace('"ok"', '"fail"')],
      'Line 1: process 0 hears fail',
    ],
    [
      'two open calls',
      'register',
      [invoke, '', write],
      'Line 3: process 0 invokes an operation while its read of line 1 is still open.',
    ],
    [
      'an end of something else',
      'register',
      [write, ok],
      'Line 2: process 0 hears of read, but on line 1 it invoked write.',
    ],
    ['no process', 'register', ['{"type":"invoke","f":"read"}'], 'Line 1 has no process'],
    ['an unknown type', 'register', ['{"process":0,"type":"done","f":"read"}'], 'Line 1 has the type "done"'],
    ['no operation', 'register', ['{"process":0,"type":"invoke"}'], 'Line 1 doesn’t say in `f`'],
    [
      'an operation of another object',
      'register',
      [invoke.replace('read', 'cas')],
      'Line 1 does cas, which this kind of object doesn’t know. It knows read, write.',
    ],
    [
      'a name that every object has',
      'register',
      [invoke.replace('read', 'toString')],
      'Line 1 does toString',
    ],
    ['a write of nothing', 'register', [write.replace(',"value":1', '')], 'Line 1: the write has no value.'],
    [
      'a compare-and-set without two values',
      'cas-register',
      [invoke.replace('read', 'cas')],
      'Line 1: the value of cas has to be a list of two',
    ],
    ['an enqueue of null', 'queue', [invoke.replace('read', 'enqueue')], 'Line 1: enqueue can’t take null'],
    ['an operation of a map without a key', 'kv', [invoke], 'Line 1: the read names no key.'],
    [
      'a key that changes',
      'kv',
      [invoke.replace('null', '["x",null]'), ok.replace('3', '["y",3]')],
      'Line 2: the read ends with another key than it began with on line 1.',
    ],
    [
      'a number that JavaScript would round',
      'register',
      [write.replace(':1}', ':9007199254740993}')],
      'Line 1 holds the number',
    ],
    ['a list that breaks off', 'register', ['[', `${invoke},`, '{"process":0,'], 'Line 3 is not JSON'],
  ] as const)('%s', (_, model, lines, words) => {
    expect(complaint(model, ...lines)).toContain(words)
  })
})
