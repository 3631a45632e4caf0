/** The gates of `npm test`: what runs beside what, what needs what, and what is printed. */
import { expect, test } from 'vitest'
import { type Gate, type Output, runGates } from '../../scripts/gates.mjs'

const PASSED = { passed: 1, failed: 0 }
const FAILED = { passed: 0, failed: 1 }

/** A gate that ends when it is told to. */
function held(
  gate: Omit<Gate, 'run'>,
  outcome = PASSED,
): { gate: Gate; began: () => boolean; end: () => void } {
  let began = false
  let end: (result: typeof PASSED) => void = () => undefined
  const run = (): Promise<typeof PASSED> => {
    began = true
    return new Promise((resolve) => (end = resolve))
  }
  return { gate: { ...gate, run }, began: () => began, end: () => end(outcome) }
}

const silent = (): void => undefined
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

test('two gates of one core run at a time, and one of two cores by itself', async () => {
  const all = [held({ name: 'a' }), held({ name: 'b' }), held({ name: 'c' }), held({ name: 'd', cores: 2 })]
  const begun = (): string => all.map(({ began }) => Number(began())).join('')
  const done = runGates(
    all.map(({ gate }) => gate),
    silent,
  )
  expect(begun()).toBe('1100')
  all[1]!.end()
  await settled()
  expect(begun()).toBe('1110')
  all[0]!.end()
  await settled()
  expect(begun()).toBe('1110')
  all[2]!.end()
  await settled()
  expect(begun()).toBe('1111')
  all[3]!.end()
  expect((await done).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd'])
})

test('what only one may use is used by one after the other, and others go before', async () => {
  const [one, other, free] = [
    held({ name: 'one', uses: 'x' }),
    held({ name: 'other', uses: 'x' }),
    held({ name: 'free' }),
  ]
  const done = runGates(
    [one, other, free].map(({ gate }) => gate),
    silent,
  )
  expect([one.began(), other.began(), free.began()]).toEqual([true, false, true])
  one.end()
  await settled()
  expect(other.began()).toBe(true)
  other.end()
  free.end()
  await done
})

test('a gate that needs one that has failed fails too, and the others run', async () => {
  const results = await runGates(
    [
      { name: 'site', run: () => FAILED },
      {
        name: 'browser',
        after: ['site'],
        run: () => {
          throw new Error('never')
        },
      },
      { name: 'last', after: [], run: () => PASSED },
    ],
    silent,
  )
  expect(results.map(({ failed }) => failed)).toEqual([1, 1, 0])
})

test('an exception is a failure, and is told', async () => {
  const printed: string[] = []
  const throwing = (): never => {
    throw new Error('no such thing')
  }
  const [result] = await runGates([{ name: 'broken', run: throwing }], (text) => printed.push(text))
  expect(result).toMatchObject({ name: 'broken', passed: 0, failed: 1 })
  expect(printed.join('')).toContain('no such thing')
})

test('what gates say, and the tools that they run, stands together though they run at the same time', async () => {
  const printed: string[] = []
  const talking = (name: string): Gate => ({
    name,
    async run({ say, run }: Output) {
      say(`${name} begins`)
      await run(['-e', `console.log('${name} goes on')`])
      say(`${name} ends`)
      return PASSED
    },
  })
  await runGates([talking('one'), talking('other')], (text) => printed.push(text))
  for (const name of ['one', 'other'])
    expect(printed.join('')).toContain(`${name} begins\n${name} goes on\n${name} ends\n`)
})

test('a gate that waits for one that there is not is a mistake', async () => {
  await expect(runGates([{ name: 'a', after: ['nothing'], run: () => PASSED }], silent)).rejects.toThrow(
    'a waits for a gate that is not there',
  )
})
