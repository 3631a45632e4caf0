/** When a draft is written: soon after the last change, and never later than a second after the first. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Keeper, RETRY_MS } from '../../src/record/keeper.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function keeper(write: (value: string) => Promise<void> = async () => undefined) {
  const written: string[] = []
  const refused = vi.fn()
  const kept = vi.fn()
  const made = new Keeper<string>(
    async (value) => {
      await write(value)
      written.push(value)
    },
    kept,
    refused,
  )
  return { made, written, kept, refused }
}

test('a change is written within a second', async () => {
  const { made, written, kept } = keeper()
  made.change('one')
  expect(written).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(written).toEqual(['one'])
  expect(kept).toHaveBeenCalledOnce()
})

test('typing without a pause is written within a second all the same', async () => {
  const { made, written } = keeper()
  for (let at = 0; at < 10; at++) {
    made.change(`${at}`)
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(written.length).toBeGreaterThanOrEqual(1)
})

test('flushing writes the last value at once, and only once', async () => {
  const { made, written } = keeper()
  made.change('one')
  made.change('two')
  await made.flush()
  await made.flush()
  await vi.advanceTimersByTimeAsync(2000)
  expect(written).toEqual(['two'])
})

test('a refusal is told, and the next change is tried again', async () => {
  let open = false
  const { made, written, refused } = keeper(async () => {
    if (!open) throw new Error('refused')
  })
  made.change('one')
  await made.flush()
  expect(refused).toHaveBeenCalledOnce()
  open = true
  made.change('two')
  await made.flush()
  expect(written).toEqual(['two'])
})

test('what was refused is tried again by itself, and is not lost meanwhile', async () => {
  let open = false
  const { made, written, refused } = keeper(async () => {
    if (!open) throw new Error('refused')
  })
  made.change('one')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(refused).toHaveBeenCalledOnce()
  expect(made.pending).toBe(true)
  open = true
  await vi.advanceTimersByTimeAsync(RETRY_MS)
  expect(written).toEqual(['one'])
  expect(made.pending).toBe(false)
})

test('when the page is left, what is not written yet is handed over at once', async () => {
  const { made } = keeper(() => new Promise(() => undefined))
  const page = Object.assign(new EventTarget(), {
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
  })
  const handed: string[] = []
  made.flushWhenLeft(page as unknown as Window, (value) => handed.push(value))
  page.dispatchEvent(new Event('pagehide'))
  expect(handed).toEqual([])
  made.change('one')
  page.dispatchEvent(new Event('pagehide'))
  // The write has begun and may never end, so the value is still handed over.
  page.dispatchEvent(new Event('pagehide'))
  expect(handed).toEqual(['one', 'one'])
})
