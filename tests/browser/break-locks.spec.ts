/** Locks that are broken by hand, in use: processes and servers are driven, and an exercise in parts is done part by part. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { Action } from '../../engine/model.ts'
import { en } from '../../engine/text/en.ts'
import { describeAction } from '../../engine/trace/transcript.ts'
import { expect, test } from './sites.ts'
import { violations } from './whole-page.ts'

const SETNX = 'break-setnx-expire'
const REDLOCK = 'break-redlock'

/** A run of an exercise's folder: programs can't be compiled here, so no exercise is loaded. */
const actionsOf = (exercise: string, file: string): readonly Action[] =>
  (JSON.parse(readFileSync(`exercises/${exercise}/${file}.json`, 'utf8')) as { actions: Action[] }).actions

const standing = (page: Page) => page.locator('.standing .words')
const moves = (page: Page) => page.locator('.moves')
const sentence = (page: Page) => page.locator('.foot')
const guide = (page: Page) => page.locator('.guide')
const partButton = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Parts of the exercise' }).getByRole('button', { name })
const chips = (page: Page, line: string) => page.locator('.listing li', { hasText: line }).locator('.who')

async function open(page: Page, exercise: string, part?: string) {
  await page.goto(`en/exercises/${exercise}/${part === undefined ? '' : `?part=${part}`}`)
  await expect(page.locator('[data-ready]')).toBeAttached({ timeout: 30_000 })
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const move = (page: Page, action: Action) =>
  moves(page).getByRole('button', { name: new RegExp(`: ${escaped(describeAction(action, en))}$`, 'i') })

async function load(page: Page, exercise: string, file: string) {
  await page.locator('input[type=file]').setInputFiles(`exercises/${exercise}/${file}.json`)
}

test('the lock of the source is stranded in the fewest steps, in sight of its code and its key', async ({
  page,
}) => {
  const shortest = actionsOf(SETNX, 'breaks/before-the-answer')
  await open(page, SETNX)
  await expect(standing(page)).toContainText('Not yet')
  // Both have asked and stand at their SETNX.
  await expect(chips(page, 'redis.setNX')).toHaveText(['A', 'B'])
  const redis = page.getByRole('group', { name: /redis/ })
  await expect(redis).toContainText('There are no keys.')

  for (const [index, action] of shortest.entries()) {
    await expect(standing(page)).toContainText('Not yet')
    await move(page, action).click()
    await expect(sentence(page)).toContainText(`Step ${index + 1} of ${index + 1}`)
    if (index === 0) await expect(redis.getByRole('row').last()).toHaveText(/lock\s*A\s*–/)
  }
  await expect(standing(page)).toContainText(`Done in ${shortest.length} steps`)
  await expect(standing(page)).toContainText('the shortest possible')
  await expect(standing(page)).toContainText('A is gone, its key has no deadline, and B waits for it')
  await expect(chips(page, 'sleep(100)')).toHaveText(['B'])
  await page.getByRole('tab', { name: 'In words' }).click()
  await expect(page.locator('li.failed')).toContainText('B receives 0 from redis and sleeps 100 ms.')
})

test('the engine says from where on the lock can’t be stranded any more', async ({ page }) => {
  await open(page, SETNX)
  await load(page, SETNX, 'misses/crash-at-work')
  await expect(standing(page)).toContainText('Not yet')
  await expect(page.locator('.legend')).toContainText('holds the lock, as the server sees it')
  await guide(page).getByRole('button', { name: 'Can it still be done' }).click()
  // With the deadline at the server nobody is left to wait: the other one alone can strand the lock now.
  await expect(guide(page)).toContainText('After step 2 it still could: step 3 was the mistake.', {
    timeout: 30_000,
  })
  await guide(page).getByRole('button', { name: 'Go to step 2' }).click()
  await expect(moves(page).getByRole('button', { name: /^EXPIRE lock 10/ })).toBeVisible()
})

test('RedLock is broken by a pause: time passes, what is due happens, and the part is kept as done', async ({
  page,
}) => {
  test.slow()
  await open(page, REDLOCK)
  await expect(standing(page)).toContainText('A long pause · Not yet')
  const on = moves(page).locator('.on')
  // Time passes, and what has come due happens, until A is inside.
  for (const [step, name] of [
    [1, 'Let 10 ms pass'],
    [4, 'Let what is due happen'],
    [5, 'Let 10 ms pass'],
    [8, 'Let what is due happen'],
  ] as const) {
    await expect(on).toHaveText(name)
    await on.click()
    await expect(sentence(page)).toContainText(`Step ${step} of ${step}`)
  }
  await expect(chips(page, 'the work')).toHaveText(['A'])
  await expect(page.locator('.instances .token')).toHaveText(['A-1', 'A-1', 'A-1'])
  // All that was due is one change.
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(sentence(page)).toContainText('Step 5 of 5')
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  await expect(sentence(page)).toContainText('Step 8 of 8')

  await moves(page)
    .getByRole('group', { name: 'Or break something:' })
    .getByRole('button', { name: /pause A for 1,100 ms/ })
    .click()
  for (let press = 0; press < 8; press++) await on.click()
  await expect(standing(page)).toContainText('Done in 23 steps')
  await expect(standing(page)).toContainText('A and B are inside at once.')
  await expect(chips(page, 'the work')).toHaveText(['A', 'B'])
  await expect(partButton(page, 'A long pause')).toContainText('done in 23 steps')
  await expect(page.locator('.legend')).toContainText('paused')

  // The next part is another system, with another fault; going back shows the run again.
  await moves(page).getByRole('button', { name: 'Go on with: A clock that jumps' }).press('Enter')
  await expect(page).toHaveURL(/part=jump/)
  await expect(partButton(page, 'A clock that jumps')).toBeFocused()
  await expect(standing(page)).toContainText('A clock that jumps · Not yet')
  await expect(sentence(page)).toContainText('Start')
  await expect(moves(page)).toContainText('Set the clock forward by 1,000 ms')
  await expect(moves(page)).not.toContainText('Pause for')
  await page.reload()
  await expect(page.locator('[data-ready]')).toBeAttached({ timeout: 30_000 })
  await expect(standing(page)).toContainText('A clock that jumps')
  await partButton(page, 'A long pause').click()
  await expect(standing(page)).toContainText('Done in 23 steps')
})

test('all parts are done by their runs, and a run of another part is refused', async ({ page }) => {
  test.slow()
  await open(page, REDLOCK, 'jump')
  await page.getByText('The run as a file').click()
  await load(page, REDLOCK, 'breaks/restart-one-of-two')
  await expect(page.locator('.file [role=status]')).toContainText('another part: this one is jump')
  await load(page, REDLOCK, 'breaks/jump-at-one-of-two')
  await expect(standing(page)).toContainText('Done in 23 steps')
  await expect(standing(page)).toContainText('the shortest possible takes 21 steps')

  await partButton(page, 'A server that forgets').click()
  await load(page, REDLOCK, 'misses/restart-late')
  await expect(standing(page)).toContainText('This run can’t get there any more')
  await expect(standing(page)).toContainText('A has been inside and has left.')
  await load(page, REDLOCK, 'breaks/restart-one-of-two')
  await page.getByRole('tab', { name: 'In words' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('R1 restarts, and has no keys.')
  await partButton(page, 'A long pause').click()
  await load(page, REDLOCK, 'breaks/pause-inside')
  await expect(moves(page)).toContainText('All of them are done.')
})

test('the hints are those of the part, and the engine finds the next step where there are clocks', async ({
  page,
}) => {
  test.slow()
  await open(page, REDLOCK, 'pause')
  for (let number = 1; number <= 5; number++)
    await page.getByRole('button', { name: new RegExp(`^Show hint ${number} of 5`) }).press('Enter')
  await expect(page.locator('.hints')).toContainText('Let A be inside before you pause it.')
  const ask = (question: string) => guide(page).getByRole('button', { name: question }).press('Enter')
  await ask('Can it still be done')
  await expect(guide(page)).toContainText('From here it can still be done.', { timeout: 45_000 })
  await ask('How many steps')
  await expect(guide(page)).toContainText('The shortest way takes 23 steps more.')
  await ask('Where does')
  await expect(guide(page)).toContainText('Its next step concerns the whole system.')
  await ask('What is the next step?')
  await expect(guide(page)).toContainText('Next: let 10 ms pass.')
  // Each part has its own.
  await partButton(page, 'A clock that jumps').click()
  await expect(guide(page)).not.toContainText('Next:')
})

test('nothing is in the way of assistive technology', async ({ page }) => {
  test.slow()
  await open(page, SETNX)
  await load(page, SETNX, 'breaks/expire-lost')
  await expect(standing(page)).toContainText('Done in')
  expect(await violations(page)).toEqual([])
  await open(page, REDLOCK, 'pause')
  expect(await violations(page)).toEqual([])
  await load(page, REDLOCK, 'breaks/pause-inside')
  await expect(standing(page)).toContainText('Done in')
  for (const view of ['Network', 'State', 'In words']) {
    await page.getByRole('tab', { name: view }).click()
    expect(await violations(page), view).toEqual([])
  }
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('the moves come first, the code is a view, and nothing scrolls sideways', async ({ page }) => {
    test.slow()
    await open(page, REDLOCK, 'jump')
    await page.getByRole('button', { name: 'Drive the system' }).tap()
    const sideways = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await moves(page)
      .getByRole('button', { name: /^Let 10 ms pass/ })
      .tap()
    await expect(sentence(page)).toContainText('Step 1 of 1')
    for (const tab of ['Code', 'Network', 'Over time', 'State', 'In words']) {
      await page.getByRole('tab', { name: tab }).tap()
      expect(await sideways(), tab).toBe(0)
    }
    await partButton(page, 'A server that forgets').tap()
    await expect(standing(page)).toContainText('A server that forgets · Not yet')
    expect(await violations(page)).toEqual([])
  })
})
