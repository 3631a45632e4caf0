/**
 * Answers to the exercise lock-redis beside those in its folder: patches on the solution's text, more wrong ones and more right
 * ones. And what is pinned of its text.
 */
import { readFileSync } from 'node:fs'
import typescript from 'typescript-page'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { CLIENT_GLOBALS } from '../../engine/compile/client-globals.ts'
import { compile } from '../../engine/compile/compile.ts'
import type { ClientAnswer } from '../../engine/exercise.ts'
import { gradeToEnd } from '../../engine/grade.ts'
import { load } from '../../engine/load.ts'
import { librariesOf } from '../../engine/tools/grading/libraries.ts'
import exercise from '../../exercises/lock-redis/exercise.ts'

const FOLDER = 'exercises/lock-redis'
const explored = exercise.configurations.filter(({ driver }) => driver === 'explore')

/** Pieces of the solution, by which the patches find their place. */
const TOKEN = '  const token = crypto.randomUUID()\n'
const TRY = 'if ((await redis.set(key, token, { NX: true, PX: ttlMs })) !== null) return token\n'
const OVER = 'if (left <= 0) return null\n'
const SLEEP = 'await sleep(Math.min(POLL_MS, left))'
const POLL = 'const POLL_MS = 50'
const DELETES = 'return (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) === 1'
const EXTENDS = 'return (await redis.eval(EXTEND, { keys: [key], arguments: [token, String(ttlMs)] })) === 1'
const PEXPIRE = "return redis.call('pexpire', KEYS[1], ARGV[2])"
const BODY = [
  `  const deadline = performance.now() + waitMs\n${TOKEN}  for (;;) {\n`,
  '    // An error goes to the caller: nobody knows then whether the key is there. If it is, its deadline frees it.\n',
  `    ${TRY}    const left = deadline - performance.now()\n    ${OVER}    ${SLEEP}\n  }\n`,
].join('')

type Patch = readonly [old: string, new_: string]

/** The solution with some of its text replaced, compiled and loaded as a learner's answer is. */
function patched(patches: readonly Patch[]): ClientAnswer {
  let source = readFileSync(`${FOLDER}/solution.ts`, 'utf8')
  for (const [old, replacement] of patches) {
    if (source.split(old).length !== 2) throw new Error(`not once in the solution: ${old}`)
    source = source.replace(old, () => replacement)
  }
  const { code, diagnostics } = compile(typescript, exercise.file, source, librariesOf(exercise.id), 'client')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (code === null || errors.length > 0) throw new Error(JSON.stringify(errors))
  return load(exercise, code)
}

/** The verdict and the checks that failed. */
function judged(patches: readonly Patch[], configurations = exercise.configurations): string {
  const { verdict, checks } = gradeToEnd({ ...exercise, configurations }, patched(patches))
  return [verdict, ...checks.filter((check) => check.verdict === 'failed').map(({ id }) => id)].join(' ')
}

describe('answers to lock-redis', () => {
  it.each<[mistake: string, check: string, patches: readonly Patch[]]>([
    [
      'tries again to delete, at once, whatever is there by then',
      'lost/truth',
      [[DELETES, `try { ${DELETES} } catch { return (await redis.del(key)) === 1 }`]],
    ],
    [
      'looks and deletes in a transaction that watches nothing',
      'overdue/kept',
      [
        [
          DELETES,
          'const [value, deleted] = await redis.multi().get(key).del(key).exec()\n  return value === token && deleted === 1',
        ],
      ],
    ],
    [
      'watches the key after it has looked',
      'paused/kept',
      [
        [
          DELETES,
          'if ((await redis.get(key)) !== token) return false\n  await redis.watch(key)\n  return (await redis.multi().del(key).exec())[0] === 1',
        ],
      ],
    ],
    [
      'says that it has given back what is gone',
      'overdue/truth',
      [[DELETES, `const mine = ${DELETES.slice(7)}\n  return mine || (await redis.exists(key)) === 0`]],
    ],
    ['never gives back', 'alone/truth', [[DELETES, 'return (await redis.get(key)) === "nobody"']]],
    ['never gives back, and says so', 'alone/free', [[DELETES, 'return (await redis.get(key)) === token']]],
    [
      'does not wait for the answer when it gives back',
      'alone/free',
      [[DELETES, 'void redis.eval(RELEASE, { keys: [key], arguments: [token] })\n  return true']],
    ],
    ['takes half the time', 'impatient/kept', [[TRY, TRY.replace('PX: ttlMs', 'PX: ttlMs / 2')]]],
    ['takes a time of its own', 'alone/bounded', [[TRY, TRY.replace('PX: ttlMs', 'EX: 30')]]],
    ['waits for as many microseconds', 'two/patient', [[BODY, BODY.replace('+ waitMs', '+ waitMs / 1000')]]],
    ['waits for as many seconds', 'impatient/timely', [[BODY, BODY.replace('+ waitMs', '+ waitMs * 1000')]]],
    [
      'tries ten times',
      'impatient/timely',
      [
        [TOKEN, `${TOKEN}  let tries = 10\n`],
        [OVER, 'if (--tries === 0) return null\n'],
      ],
    ],
    [
      'tries forty times',
      'impatient/timely',
      [
        [TOKEN, `${TOKEN}  let tries = 40\n`],
        [OVER, 'if (--tries === 0) return null\n'],
        [SLEEP, 'await sleep(POLL_MS)'],
      ],
    ],
    ['gives the key for a token', 'overdue/exclusion', [[TOKEN, '  const token = key\n']]],
    [
      'sends both commands at once',
      'crash-awaited/served',
      [
        [
          TRY,
          'const [set] = await Promise.all([redis.setNX(key, token), redis.pExpire(key, ttlMs)])\n    if (set === 1) return token\n',
        ],
      ],
    ],
    [
      'extends by the clock of the process',
      'overdue/truth',
      [[EXTENDS, `${EXTENDS} || (await redis.set(key, token, { NX: true, PX: ttlMs })) === 'OK'`]],
    ],
    ['extends nothing, and says so', 'extend/truth', [[PEXPIRE, 'return 0']]],
    [
      'tries to give back until it is answered, and takes the second answer for the first',
      'lost/truth',
      [[DELETES, `for (;;) {\n try {\n ${DELETES}\n } catch {\n await sleep(30)\n }\n }`]],
    ],
    ['takes a lost extension for done', 'lost/kept', [[EXTENDS, `try { ${EXTENDS} } catch { return true }`]]],
    [
      'takes the lock with the old token once it has run out, by overwriting',
      'overdue/exclusion',
      [[EXTENDS, 'return (await redis.set(key, token, { XX: true, PX: ttlMs })) !== null']],
    ],
    [
      'gives up a try that goes on',
      'alone/free',
      [
        [
          TRY,
          'const reply = await Promise.race([redis.set(key, token, { NX: true, PX: ttlMs }), sleep(1).then(() => null)])\n    if (reply !== null) return token\n',
        ],
      ],
    ],
    [
      'deletes what may be its own after an error',
      'lost/kept',
      [[TRY, `try {\n ${TRY} } catch (error) {\n await redis.del(key)\n throw error\n }\n`]],
    ],
  ])('that are wrong: %s', { timeout: 300_000 }, (_, check, patches) => {
    expect(judged(patches).split(' ').slice(0, 2)).toEqual(['failed', check])
  })

  it.each<[answer: string, patches: readonly Patch[]]>([
    ['tries every 10 ms', [[POLL, POLL.replace('50', '10')]]],
    [
      'tries every 240 ms, whatever is left',
      [
        [POLL, POLL.replace('50', '240')],
        [SLEEP, 'await sleep(POLL_MS)'],
      ],
    ],
    [
      'waits longer and longer',
      [
        [TOKEN, `${TOKEN}  let pause = 30\n`],
        [SLEEP, 'await sleep(Math.min(pause, left))\n    pause *= 2'],
      ],
    ],
    [
      'waits longer and longer, and gives up rather than be late',
      [
        [TOKEN, `${TOKEN}  let pause = 10\n`],
        [OVER, 'if (left <= pause) return null\n'],
        [SLEEP, 'await sleep(pause)\n    pause = Math.min(2 * pause, 200)'],
      ],
    ],
    [
      'draws a token for each try',
      [
        [TOKEN, ''],
        [TRY, `const token = crypto.randomUUID()\n    ${TRY}`],
      ],
    ],
    [
      'extends by writing the token again',
      [[PEXPIRE, "redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])\n    return 1"]],
    ],
    [
      'gives back again after an error, and knows that it may be the second time',
      [
        [
          DELETES,
          `try {\n ${DELETES}\n } catch (error) {\n if (await redis.eval(RELEASE, { keys: [key], arguments: [token] })) return true\n throw error\n }`,
        ],
      ],
    ],
    ['extends again after an error', [[EXTENDS, `try {\n ${EXTENDS}\n } catch {\n ${EXTENDS}\n }`]]],
    [
      'throws an error of its own',
      [[TRY, `try {\n ${TRY} } catch {\n throw new Error('who has the lock?')\n }\n`]],
    ],
    [
      'gives back after an error what may be its own',
      [[TRY, `try {\n ${TRY} } catch (error) {\n await release(redis, key, token)\n throw error\n }\n`]],
    ],
    [
      'gives back what it gets too late',
      [
        [
          TRY,
          TRY.replace(
            'return token',
            '{\n return deadline < performance.now() - 5 && (await release(redis, key, token)) ? null : token\n }',
          ),
        ],
      ],
    ],
    [
      'stops a loop that it no longer waits for',
      [
        [
          BODY,
          `  const token = crypto.randomUUID()
  let over = false
  const tries = async (): Promise<string | null> => {
    for (;;) {
      if ((await redis.set(key, token, { NX: true, PX: ttlMs })) !== null) return token
      if (over) return null
      await Promise.race([sleep(50), ending])
    }
  }
  const ending = sleep(waitMs).then(() => {
    over = true
  })
  return tries()
`,
        ],
      ],
    ],
  ])('that are right: %s', { timeout: 300_000 }, (_, patches) => {
    expect(judged(patches, explored)).toBe('passed')
  })

  test(
    'one that asks again as soon as it is answered is right, and small enough to be looked at',
    { timeout: 300_000 },
    () => {
      const lost = explored.filter(({ id }) => id === 'lost')
      expect(judged([[SLEEP, '']], lost)).toBe('passed')
    },
  )

  test('a token by chance is refused', () => {
    expect(judged([[TOKEN, '  const token = String(Math.random())\n']])).toMatch(/^error/)
  })
})

test('the globals that the compiler of answers knows are those of the course’s own files', () => {
  const declared = readFileSync('exercises/client-globals.d.ts', 'utf8')
  const plain = (text: string): string =>
    text
      .replace(/\/\/ eslint.*/g, '')
      .replace(/interface AggregateError.*\n/, '')
      .replace(/[\s;,]+/g, '')
  expect(plain(declared)).toContain(plain(CLIENT_GLOBALS))
})

test('the text says how late `acquire` may be', () => {
  const [, front = '', task = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(
    readFileSync(`${FOLDER}/en.mdx`, 'utf8'),
  )!
  const [, tolerance] = /TOLERANCE_MS = (\d+)/.exec(readFileSync(`${FOLDER}/worker.ts`, 'utf8'))!
  const text = parse(front) as { readonly properties: Record<string, { readonly fails: string }> }
  expect(task).toContain(`at most ${tolerance} ms earlier or later`)
  expect(text.properties.timely!.fails).toContain(`${tolerance} ms after`)
})
