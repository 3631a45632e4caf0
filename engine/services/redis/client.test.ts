/** The client: node-redis’s answers and errors, and scripts as learners write them. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { createClient } from 'redis'
import { SocketClosedUnexpectedlyError, errorOf, redisClient } from './client.ts'
import { ErrorReply, MultiErrorReply, type Redis, SimpleError, WatchError } from './client.ts'
import { general } from './lua-values.ts'
import { sha1 } from './sha1.ts'
import { Room, now } from './testing/room.ts'

const connect = (): Redis => new Room({ one: { persistence: 'none' } }).client('one', 'c')

const thrown = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('a client of node-redis can stand wherever a learner’s file asks for a Redis', () => {
  // The compiler checks it: `npm run check`.
  expectTypeOf<ReturnType<typeof createClient>>().toExtend<Redis>()
  expectTypeOf<Redis>().not.toExtend<ReturnType<typeof createClient>>()
})

describe('errors', () => {
  test('of the server are SimpleErrors with its text', () => {
    const redis = connect()
    now(redis.set('k', 'v'))
    const error = thrown(() => now(redis.incr('k')))
    expect(error).toBeInstanceOf(SimpleError)
    expect(error).toBeInstanceOf(ErrorReply)
    expect((error as Error).message).toBe('ERR value is not an integer or out of range')
  })

  test('in a transaction are a MultiErrorReply with all answers', () => {
    const redis = connect()
    const error = thrown(() => now(redis.multi().set('k', 'v').incr('k').get('k').exec())) as MultiErrorReply
    expect(error).toBeInstanceOf(MultiErrorReply)
    expect(error.errorIndexes).toEqual([1])
    expect([error.replies[0], error.replies[2]]).toEqual(['OK', 'v'])
    expect([...error.errors()]).toEqual([error.replies[1]])
    expect(error.replies[1]).toBeInstanceOf(SimpleError)
  })

  test('of a watched key are a WatchError, and nothing has run', () => {
    const redis = connect()
    now(redis.watch('k'))
    now(redis.set('k', 'v'))
    expect(thrown(() => now(redis.multi().set('k', 'w').exec()))).toBeInstanceOf(WatchError)
    expect(now(redis.get('k'))).toBe('v')
  })

  test('of the network are the client’s own', () => {
    const lost = { name: 'SocketClosedUnexpectedlyError', code: '', message: 'Socket closed unexpectedly' }
    expect(errorOf(lost)).toBeInstanceOf(SocketClosedUnexpectedlyError)
    const redis = redisClient(() => ({ then: (_, broken) => broken!(lost) as never }))
    expect(thrown(() => redis.get('k'))).toBeInstanceOf(SocketClosedUnexpectedlyError)
  })

  test('that are none of these pass through', () => {
    const other = new RangeError('other')
    expect(errorOf(other)).toBe(other)
    expect(errorOf('text')).toBe('text')
  })

  test('of arguments that are no strings name the argument', () => {
    const error = thrown(() => connect().get(5 as unknown as string))
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toBe(
      '"arguments[1]" must be of type "string | Buffer", got number instead.',
    )
  })
})

describe('a lock', () => {
  const RELEASE =
    'if redis.call("get",KEYS[1]) == ARGV[1] then return redis.call("del",KEYS[1]) else return 0 end'

  test('is released by its owner alone', () => {
    const redis = connect()
    now(redis.set('lock', 'mine', { NX: true, PX: 1000 }))
    expect(now(redis.eval(RELEASE, { keys: ['lock'], arguments: ['yours'] }))).toBe(0)
    expect(now(redis.get('lock'))).toBe('mine')
    expect(now(redis.eval(RELEASE, { keys: ['lock'], arguments: ['mine'] }))).toBe(1)
    expect(now(redis.get('lock'))).toBeNull()
  })

  test('that has expired is not released for the next owner', () => {
    const room = new Room({ one: { persistence: 'none' } })
    const [first, second] = [room.client('one', 'c1'), room.client('one', 'c2')]
    now(first.set('lock', 'first', { NX: true, PX: 1000 }))
    room.wait(1001)
    now(second.set('lock', 'second', { NX: true, PX: 1000 }))
    expect(now(first.eval(RELEASE, { keys: ['lock'], arguments: ['first'] }))).toBe(0)
    expect(now(second.get('lock'))).toBe('second')
  })
})

describe('scripts', () => {
  test('what is not modelled is an error that says so', () => {
    for (const script of ['while true do end', 'for i = 1, 2 do end', 'return ARGV[1]:lower()'])
      expect((thrown(() => now(connect().eval(script))) as Error).message, script).toMatch(/is not modelled/)
    const message = (thrown(() => now(connect().eval('return string.len("x")'))) as Error).message
    expect(message).toMatch(/^ERR user_script:1: 'string' is not modelled by the simulated server/)
  })

  test('an error names the line, and what was done before stays done', () => {
    const redis = connect()
    const script = "redis.call('set', KEYS[1], 'v')\n\nreturn redis.call('incr', KEYS[1])"
    const { message } = thrown(() => now(redis.eval(script, { keys: ['k'] }))) as Error
    expect(message).toMatch(/out of range script: [0-9a-f]{40}, on @user_script:3\.$/)
    expect(now(redis.get('k'))).toBe('v')
  })

  test('what can’t be read counts only once all before it is understood', () => {
    const message = (script: string): string => (thrown(() => now(connect().eval(script))) as Error).message
    expect(message('return true.x 10.x')).toMatch(/unexpected symbol near '\.'$|'<eof>' expected near '\.'$/)
    expect(message('return 10.x')).toMatch(/malformed number near '10\.x'$/)
  })

  test('nesting without end is an error', () => {
    const script = `return ${'('.repeat(5000)}1${')'.repeat(5000)}`
    expect((thrown(() => now(connect().eval(script))) as Error).message).toContain('too many syntax levels')
  })

  test('a table’s list ends at its first gap, and goes on when that is filled', () => {
    const script = 'local t = {1, 2} t[4] = 4 local before = #t t[3] = 3 return {before, #t, t[4]}'
    expect(now(connect().eval(script))).toEqual([2, 4, 4])
    expect(now(connect().eval('local t = {1, 2, 3} t[2] = nil return {#t, t[3]}'))).toEqual([1, 3])
  })
})

test('the digest is SHA-1', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\0', 'é', '€', '😀'), { maxLength: 150 }), (characters) => {
      const text = characters.join('')
      expect(sha1(text)).toBe(createHash('sha1').update(text, 'utf8').digest('hex'))
    }),
  )
})

test('numbers are written as C writes them', () => {
  const written = [
    0,
    -0,
    0.1,
    -123456,
    1 / 3000,
    1e15,
    123456789012345,
    1e14,
    -1.5,
    1e-5,
    0.0001,
    1e100,
    Infinity,
  ]
  expect(written.map((value) => general(value, 14))).toEqual([
    '0',
    '-0',
    '0.1',
    '-123456',
    '0.00033333333333333',
    '1e+15',
    '1.2345678901234e+14',
    '1e+14',
    '-1.5',
    '1e-05',
    '0.0001',
    '1e+100',
    'inf',
  ])
  expect(general(0.1, 17)).toBe('0.10000000000000001')
})
