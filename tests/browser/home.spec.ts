/** The home page in use: the checker runs in it, it knows where the reader left, and a chapter that is done is said to be. */
import type { Page } from '@playwright/test'
import { expect, test } from './sites.ts'
import { tooWide, violations, watch } from './whole-page.ts'

const TRANSACTIONS = [
  'transactions',
  'transactions/local-message-table',
  'transactions/two-phase-commit',
  'transactions/four-problems',
  'transactions/instead',
]

interface Kept {
  /** Pages that were read to their ends, in this order. */
  readonly read?: readonly string[]
  /** A page that was left at one of its parts. */
  readonly left?: readonly [page: string, part: string]
  /** Exercises that passed, with the states that were looked at. */
  readonly passes?: Readonly<Record<string, number>>
  /** Runs that broke something, with their lengths. */
  readonly bests?: Readonly<Record<string, number>>
}

/** Fills the learner's record, as the course's own pages would have. */
async function keep(page: Page, kept: Kept): Promise<void> {
  await page.goto('en/exercises/')
  // The page makes the record when it looks for it.
  await expect
    .poll(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)))
    .toContain('lockstep')
  await page.evaluate(async ({ read = [], left, passes = {}, bests = {} }) => {
    const now = Date.now()
    const note = (page: string, part: string | null, at: number, readAt: number | null) =>
      localStorage.setItem(
        `lockstep-position/${page}`,
        JSON.stringify({ page, part, fraction: readAt ? 1 : 0.5, at, readAt }),
      )
    read.forEach((id, index) => note(id, null, now - 100_000 + index, now))
    if (left) note(left[0], left[1], now, null)
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('lockstep')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error!)
    })
    const writing = database.transaction(['passes', 'bests'], 'readwrite')
    for (const [exercise, states] of Object.entries(passes))
      writing.objectStore('passes').put({ exercise, version: 1, code: '', passedAt: now - 200_000, states })
    for (const [exercise, length] of Object.entries(bests))
      writing.objectStore('bests').put({
        exercise,
        version: 1,
        actions: Array.from({ length }, () => ({ kind: 'heal' })),
        reachedAt: now - 200_000,
      })
    await new Promise((resolve) => (writing.oncomplete = resolve))
    database.close()
  }, kept)
}

/** Takes a setting out of the record, and out of its copy. */
async function forget(page: Page, name: string): Promise<void> {
  await page.evaluate(async (name) => {
    localStorage.removeItem(`lockstep-setting/${name}`)
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('lockstep')
      opening.onsuccess = () => resolve(opening.result)
    })
    const writing = database.transaction('settings', 'readwrite')
    writing.objectStore('settings').delete(name)
    await new Promise((resolve) => (writing.oncomplete = resolve))
    database.close()
  }, name)
}

test('a failing Paxos is found in the page, replayed, and mended by the other rule', async ({
  page,
  baseURL,
}) => {
  const troubles = watch(page, new URL(baseURL!).origin)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('en/')
  const found = page.locator('[data-found]')
  const built = /([\d,]+) states/.exec(await found.locator('.verdict').innerText())![1]!
  // Nothing has been loaded for it; what is pressed first is done once it has.
  await found.getByRole('button', { name: 'Try every interleaving' }).click()
  await expect(found).toHaveAttribute('data-found', 'fails')
  await expect(found.getByRole('status')).toContainText('Two values are chosen')
  await expect(found.locator('.more')).toContainText(`${built} states`)

  // The run can be walked through: what X reports has never been accepted.
  await found.getByRole('slider').fill('4')
  await expect(found.locator('.remark')).toContainText('It has never accepted that')
  await expect(found.locator('.code .wrong')).toContainText('ctx.reply')

  await found.getByRole('button', { name: 'Paxos’s rule' }).click()
  await found.getByRole('button', { name: 'Try every interleaving' }).click()
  await expect(found).toHaveAttribute('data-found', 'holds')
  await expect(found.getByRole('status')).toContainText('nothing wrong')
  await expect(found.locator('.remark')).toContainText('everybody accepts 8')
  expect(await violations(page)).toEqual([])
  expect(await tooWide(page, [320, 390])).toEqual([])
  expect(troubles).toEqual([])
})

test('the home page knows what is done and leads to where the reader left', async ({ page }) => {
  await keep(page, {
    read: TRANSACTIONS,
    left: ['paxos/prepare', 'a-later-number-overtakes'],
    passes: { outbox: 1000, 'two-phase-commit': 2000 },
    bests: { 'break-2pc/block': 5 },
  })
  await page.goto('en/')
  const main = page.getByRole('main')
  await expect(main.getByText(/You have read 5 of \d+ pages.* passed 2 of \d+ exercises/)).toBeVisible()
  await expect(main.getByRole('link', { name: /^read: Its four problems/ })).toBeVisible()
  await expect(main.getByRole('link', { name: /^begun: In doubt for ever/ })).toBeVisible()
  // One exercise is left.
  await expect(main.locator('[data-chapter=transactions]').getByText('Done')).toBeHidden()
  expect(await violations(page)).toEqual([])

  await main.getByRole('link', { name: /Continue where you left.*Paxos › Prepare/ }).click()
  await expect(page).toHaveURL(/\/en\/paxos\/prepare\/#a-later-number-overtakes$/)
  const map = page.getByRole('navigation', { name: 'The course' })
  await expect(
    map.getByRole('link', { name: /^5 of 5 pages read, 2 of 3 exercises passed 2 Transactions/ }),
  ).toBeVisible()
  await expect(page.getByText('unanswered questions: 4')).toBeVisible()
})

test('a chapter that is done is celebrated once, and has a seal', async ({ page }) => {
  const done = {
    read: TRANSACTIONS.slice(0, -1),
    passes: { outbox: 1000, 'two-phase-commit': 2000 },
    bests: { 'break-2pc/block': 5, 'break-2pc/votes': 6, 'break-2pc/split': 7 },
  }
  await keep(page, done)
  // Whoever looks at the list has reading pages know what has passed.
  await page.reload()
  await expect(page.getByText('You have passed 3 of')).toBeVisible()

  const end = page.getByRole('region', { name: 'Transactions: everybody agrees' })
  const toTheEnd = () =>
    page.getByRole('navigation', { name: 'Previous and next page' }).scrollIntoViewIfNeeded()
  const moving = () => end.evaluate((node) => node.getAnimations({ subtree: true }).length)
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await page.goto('en/transactions/instead/')
  await expect(end).toBeHidden()
  await toTheEnd()
  await expect(end).toBeVisible()
  for (const said of ['5 pages read', '3 exercises passed', '3,000 states', '18 steps'])
    await expect(end).toContainText(said)
  await end.scrollIntoViewIfNeeded()
  await expect(end).toHaveAttribute('data-play')
  await expect.poll(moving).toBeGreaterThan(0)
  expect(await violations(page)).toEqual([])

  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await page.reload()
  await expect(end).toBeVisible()
  await end.scrollIntoViewIfNeeded()
  expect(await moving()).toBe(0)

  // For whoever wants little motion it stands still the first time too.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await forget(page, 'celebrated/transactions')
  await page.reload()
  await expect(end).toBeVisible()
  await end.scrollIntoViewIfNeeded()
  await expect(end).toHaveAttribute('data-play')
  expect(await moving()).toBe(0)

  await page.goto('en/')
  await expect(page.locator('[data-chapter=transactions]').getByText('Done')).toBeVisible()
})

test('after the last exercise of a chapter its page says what is next, and that the chapter is done', async ({
  page,
}) => {
  await keep(page, {
    read: TRANSACTIONS,
    passes: { outbox: 1000, 'two-phase-commit': 2000 },
    bests: { 'break-2pc/block': 5, 'break-2pc/votes': 6, 'break-2pc/split': 7 },
  })
  await page.goto('en/exercises/break-2pc/')
  const after = page.getByRole('complementary', { name: 'Passed' })
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(after).toBeHidden()
  // What the record says once it has kept a run that met its target.
  await page.evaluate(() => dispatchEvent(new CustomEvent('lockstep-passed', { detail: 'break-2pc/split' })))
  await expect(after.getByRole('link', { name: 'On to “What people do instead”' })).toBeVisible()
  await expect(after.getByRole('region', { name: 'Transactions: everybody agrees' })).toBeVisible()
  expect(await violations(page)).toEqual([])
  await after.getByRole('button', { name: 'Close' }).click()
  await expect(after).toBeHidden()
})
