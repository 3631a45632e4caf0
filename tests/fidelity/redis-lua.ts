/**
 * Random Lua scripts for the comparison of the Redis servers: small, often with values of the wrong type, sometimes with a
 * word too few or too many.
 */
import type { Random } from '../../engine/random.ts'

const CONSTANTS = [
  'nil',
  'true',
  'false',
  '0',
  '1',
  '2.5',
  '10',
  "''",
  "'v'",
  "'41'",
  '"x y"',
  '{}',
  '{1, 2}',
]
const SIGNS = ['==', '~=', '<', '<=', '>', '>=', '+', '-', '*', '/', '..', 'and', 'or']
const COMMANDS = ['get', 'set', 'del', 'incr', 'exists', 'SETNX', 'nope', 'multi']
/** Long ones, and some that are none. */
const TIMES = ['ARGV[2]', '200000', "'300000'", '-5', '0', 'nil', "'x'", '1.5']

/** A script that reads KEYS[1], KEYS[2] and ARGV[1], ARGV[2]. */
export function randomLua(random: Random): string {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  const chance = (percent: number): boolean => random.below(100) < percent
  const locals: string[] = []
  const expression = (depth: number): string => {
    const kind = random.below(100)
    if (depth <= 0 || kind < 35) {
      if (chance(45)) return pick(CONSTANTS)
      if (locals.length > 0 && chance(50)) return pick(locals)
      return pick(['KEYS[1]', 'KEYS[2]', 'ARGV[1]', 'ARGV[2]', 'ARGV[3]', '#KEYS', 'ARGV', 'missing'])
    }
    if (kind < 60) return `${expression(depth - 1)} ${pick(SIGNS)} ${expression(depth - 1)}`
    if (kind < 65) return `(${expression(depth - 1)})`
    if (kind < 70) return `not ${expression(depth - 1)}`
    if (kind < 73) return `-${expression(depth - 1)}`
    if (kind < 79) return `${pick(['tonumber', 'type'])}(${expression(depth - 1)})`
    if (kind < 81) return `${expression(0)}.err`
    return command(depth)
  }
  const command = (depth: number): string => {
    const args = Array.from({ length: random.below(3) }, () =>
      chance(70) ? pick(['KEYS[1]', 'ARGV[1]']) : expression(depth - 1),
    )
    const called = `redis.${chance(75) ? 'call' : 'pcall'}`
    if (chance(10)) return `${called}('pexpire', KEYS[1], ${pick(TIMES)})`
    return `${called}(${[`'${pick(COMMANDS)}'`, ...args].join(', ')})`
  }
  const statement = (depth: number): string => {
    const kind = random.below(100)
    if (kind < 25) {
      const name = pick(['x', 'y', 'z'])
      const text = `local ${name} = ${expression(2)}`
      locals.push(name)
      return text
    }
    if (kind < 35 && locals.length > 0) return `${pick(locals)} = ${expression(2)}`
    if (kind < 60 || depth <= 0) return command(1)
    const known = locals.length
    const then = block(depth - 1)
    locals.length = known
    const otherwise = chance(50) ? ` else ${block(depth - 1)}` : ''
    locals.length = known
    return `if ${expression(2)} then ${then}${otherwise} end`
  }
  const block = (depth: number): string => {
    const statements = Array.from({ length: random.below(3) }, () => statement(depth))
    if (chance(60)) statements.push(`return ${expression(3)}`)
    return statements.join(chance(30) ? '\n' : ' ')
  }
  let script = block(2)
  if (chance(12)) {
    const words = script.split(/(\s+|[(){}=,])/)
    words.splice(random.below(words.length), 1)
    script = words.join('')
  }
  return script
}
