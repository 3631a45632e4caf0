/** The exercise page in use: from the starter's failing run to the solution that passes, in both editors. */
import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { inRoot } from '../../scripts/toolchain.mjs'
import { expect, test } from './sites.ts'

const EXERCISE = 'en/exercises/paxos-acceptor/'
const fileOf = (name: string) => readFileSync(inRoot('exercises/paxos-acceptor', `${name}.ts`), 'utf8')
const STARTER = fileOf('starter')
const SOLUTION = fileOf('solution')

const verdict = (page: Page) => page.locator('.verdict')
const obstacle = (page: Page) => page.locator('.obstacle[role=alert]')
const runButton = (page: Page) =>
  page.getByRole('button', { name: 'Run', exact: true }).and(page.locator('.primary'))
const codeOf = (page: Page) => page.getByRole('textbox', { name: /^Your code/ })

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

async function open(page: Page, editor: 'monaco' | 'plain' = 'monaco') {
  await page.goto(EXERCISE)
  await expect(page.locator('[data-ready]')).toBeAttached()
  // On a phone the editor is there before it is in sight.
  await expect(page.locator(`[data-editor="${editor}"]`)).toBeAttached({ timeout: 30_000 })
}

/** Replaces the code in Monaco, as a learner would. */
async function paste(page: Page, code: string) {
  await page.evaluate((text) => navigator.clipboard.writeText(text), code)
  await codeOf(page).focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('ControlOrMeta+V')
}

/** The line that is marked in Monaco, as Monaco shows it. */
const markedLine = (page: Page) =>
  page.evaluate(() => {
    const mark = document.querySelector<HTMLElement>('.monaco .mark-here, .monaco .mark-failure')
    const lines = [...document.querySelectorAll<HTMLElement>('.monaco .view-line')]
    const top = mark?.getBoundingClientRect().top
    return (
      lines.find((line) => Math.abs(line.getBoundingClientRect().top - (top ?? -99)) < 4)?.textContent ?? null
    )
  })

test('the starter fails, and stepping moves the line, the sentence and the cells together', async ({
  page,
}) => {
  await open(page)
  await expect(page.getByText('Nothing has run yet')).toBeVisible()
  await runButton(page).click()
  await expect(verdict(page)).toContainText(/fails/, { timeout: 30_000 })
  await expect(verdict(page)).toContainText(/shortest run, \d+ steps/)
  await expect(verdict(page)).not.toContainText(/[{}]/)

  const controls = page.getByRole('group', { name: 'Move through the run' })
  const sentence = page.locator('.foot')
  await controls.getByRole('button', { name: 'To the start' }).click()
  await expect(sentence).toContainText('Start')
  expect(await markedLine(page)).toBeNull()

  const seen = new Set<string>()
  const length = Number(await controls.getByRole('slider').getAttribute('max'))
  for (let step = 1; step <= length; step++) {
    await controls.getByRole('button', { name: 'Step', exact: true }).click()
    await expect(sentence).toContainText(`Step ${step} of ${length}`)
    const source = await page
      .locator('.source code')
      .textContent({ timeout: 100 })
      .catch(() => null)
    if (source === null) continue
    await expect
      .poll(async () => (await markedLine(page))?.replace(/\s+/g, ' ').trim())
      .toBe(source.replace(/\s+/g, ' ').trim())
    await expect(page.locator('.monaco .mark-note')).toContainText(`step ${step}`)
    seen.add(source)
  }
  expect(seen.size).toBeGreaterThan(1)

  // The keys of the views do the same.
  await page.getByRole('group', { name: 'The run', exact: true }).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(sentence).toContainText(`Step ${length - 1} of ${length}`)
})

test('the solution passes, and says within which bounds; draft and verdict survive a reload', async ({
  page,
}) => {
  await open(page)
  await paste(page, SOLUTION)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict(page)).toContainText('Passed', { timeout: 30_000 })
  await expect(verdict(page)).toContainText(/Every interleaving: [\d,]+ states/)
  await expect(page.getByText(/bound: [\d,]+ states/).first()).toBeVisible()
  await expect(page.locator('#draft-state')).toHaveText(/draft saved \d\d:\d\d/)
  await expect(page.locator('.checks').getByText('holds').first()).toBeAttached()

  await page.reload()
  await expect(verdict(page)).toContainText('Passed')
  await expect(verdict(page)).not.toContainText('changed')
  await expect(page.locator('[data-editor="monaco"]')).toBeVisible({ timeout: 30_000 })
  await expect(page.locator('.monaco .view-lines')).toContainText('Phase 1b')
})

test('what was typed just before the page is left is kept', async ({ page }) => {
  await open(page)
  await codeOf(page).focus()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.type('// a thought\n')
  await page.reload()
  await expect(page.locator('.editor')).toContainText('// a thought')
})

test('type errors are shown and the learner decides; running once more is an answer', async ({ page }) => {
  await open(page)
  await paste(page, STARTER.replace('state.promised > n', 'state.promised > ctx.nothing'))
  await runButton(page).click()
  await expect(obstacle(page)).toContainText("Property 'nothing' does not exist", { timeout: 30_000 })
  await expect(obstacle(page).getByRole('button', { name: /line \d+/ })).toBeVisible()
  await expect(page.locator('.monaco .squiggly-error').first()).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Run anyway' }).click()
  await expect(verdict(page)).toBeVisible({ timeout: 30_000 })
})

test('a syntax error is named with its line, nothing is lost, and the next run works', async ({ page }) => {
  await open(page)
  await paste(page, STARTER.replace('on: {', 'on: {{'))
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(obstacle(page)).toContainText('This can’t be run yet', { timeout: 30_000 })
  await obstacle(page)
    .getByRole('button', { name: /^line \d+/ })
    .first()
    .click()
  await expect(codeOf(page)).toBeFocused()
  await expect(page.locator('.monaco .view-lines')).toContainText('on: {{')
  await paste(page, STARTER)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict(page)).toContainText('fails', { timeout: 30_000 })
})

test('an exception is shown at its line in the editor', async ({ page }) => {
  await open(page)
  await paste(page, STARTER.replace('const previous = state.last', 'const previous = state.last!.n as never'))
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict(page)).toContainText('could not be run to the end', { timeout: 30_000 })
  await expect(verdict(page)).toContainText('TypeError')
  await expect(page.locator('.monaco .mark-error').first()).toBeVisible()
})

test('a run can be cancelled, and the next one works', async ({ page }) => {
  await open(page)
  // It counts what it handles, so that each search goes to its bound and there is time to cancel.
  await paste(
    page,
    SOLUTION.replace('promised: number\n', 'promised: number\n  handled?: number\n').replace(
      'if (n <= state.promised) return',
      'state.handled = (state.handled ?? 0) + 1\n      if (n <= state.promised) return',
    ),
  )
  await page.keyboard.press('ControlOrMeta+Enter')
  const cancel = page.getByRole('button', { name: 'Cancel' })
  await cancel.click({ timeout: 20_000 })
  await expect(runButton(page)).toBeVisible({ timeout: 2_000 })
  await expect(page.locator('.row')).toContainText('cancelled')
  await paste(page, STARTER)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict(page)).toContainText('fails', { timeout: 30_000 })
})

test('the code is reset after asking, and what was there can be had back', async ({ page }) => {
  await open(page)
  await paste(page, '// my own\n')
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  const question = page.getByRole('alertdialog')
  await expect(question.getByRole('button', { name: 'Reset to the starter' })).toBeFocused()
  await question.getByRole('button', { name: 'Keep my draft' }).click()
  await expect(page.locator('.monaco .view-lines')).toContainText('// my own')

  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByRole('button', { name: 'Reset to the starter' }).click()
  await expect(page.locator('.monaco .view-lines')).not.toContainText('// my own')
  await page.reload()
  await page.getByRole('button', { name: 'Restore' }).first().click()
  await expect(page.locator('.editor')).toContainText('// my own')
})

test('hints open one at a time, and a solution is shown only after asking', async ({ page }) => {
  await open(page)
  const more = page.getByRole('button', { name: /^Show hint 1 of/ })
  await more.click()
  await expect(page.getByRole('group', { name: 'Hint 1' })).toBeFocused()
  await expect(page.getByRole('group', { name: 'Hint 2' })).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'One solution' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Show a solution' }).click()
  await page.getByRole('button', { name: 'Not yet' }).click()
  await page.getByRole('button', { name: 'Show a solution' }).click()
  await page.getByRole('button', { name: 'Yes, show it' }).click()
  await expect(page.getByRole('region', { name: 'One solution' }).first()).toContainText('Phase 2b')
  // The learner's own code stays as it is.
  await expect(page.locator('.monaco .view-lines')).toContainText('TODO')
})

test('completion knows the course’s API', async ({ page }) => {
  await open(page)
  await paste(page, STARTER.replace('ctx.persist(state)', 'ctx.persist(state)\n      ctx.'))
  await page.evaluate(() => navigator.clipboard.writeText(''))
  await page.keyboard.press('ControlOrMeta+F')
  await page.keyboard.type('ctx.\n')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ControlOrMeta+Space')
  const list = page.locator('.suggest-widget')
  await expect(list).toContainText('broadcast', { timeout: 20_000 })
  await expect(list).toContainText('setTimer')
})

test('a hover tells what the course’s API says, with the types of the exercise’s messages', async ({
  page,
}) => {
  await open(page)
  const name = page
    .locator('.monaco .view-line', { hasText: 'ctx.reply' })
    .getByText('reply', { exact: true })
    .first()
  const hover = page.locator('.monaco-hover')
  await expect(async () => {
    const { x, y } = (await name.boundingBox())!
    await page.mouse.move(x + 8, y + 8)
    await page.mouse.move(x + 12, y + 9)
    await expect(hover.filter({ hasText: 'Sends one message to the sender' })).toBeVisible({ timeout: 4_000 })
  }).toPass({ timeout: 30_000 })
  await expect(hover.filter({ hasText: 'accepted: Proposal | null' })).toBeVisible()
})

test('Tab indents; after Escape it leaves the editor, and that is said', async ({ page }) => {
  await open(page)
  await codeOf(page).focus()
  await page.keyboard.press('Tab')
  await expect(codeOf(page)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('status').filter({ hasText: 'Tab now leaves the editor.' })).toBeAttached()
  await page.keyboard.press('Tab')
  await expect(codeOf(page)).not.toBeFocused()
})

test('panes are resized with the keyboard, and stay so', async ({ page }) => {
  await open(page)
  const line = page.getByRole('separator', { name: 'Width of the task' })
  const width = async () => (await page.locator('#task').boundingBox())!.width
  const before = await width()
  await line.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(width).toBeGreaterThan(before)
  const after = await width()
  await page.reload()
  await expect.poll(width).toBe(after)
})

test.describe('where Monaco can’t be loaded', () => {
  test('the plain editor grades just as well', async ({ page }) => {
    await page.route(/\/monaco\.[^/]*\.js/, (route) => route.abort())
    await open(page, 'plain')
    await expect(page.getByText('The full editor could not be loaded')).toBeVisible()
    await runButton(page).click()
    await expect(verdict(page)).toContainText('fails', { timeout: 30_000 })
    await expect(
      page.locator('.plain .mark-failure .mark-note, .plain .mark-here .mark-note').first(),
    ).toContainText(/step \d+/)
    await codeOf(page).fill(SOLUTION)
    await runButton(page).click()
    await expect(verdict(page)).toContainText('Passed', { timeout: 30_000 })
  })
})

test.describe('where nothing may be stored', () => {
  test('the page works, and says that nothing will be kept', async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', {
        get: () => {
          throw new DOMException('refused', 'SecurityError')
        },
      })
    })
    await open(page)
    await expect(page.locator('#draft-state')).toContainText('keeps nothing')
    await runButton(page).click()
    await expect(verdict(page)).toContainText('fails', { timeout: 30_000 })
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('one pane at a time, a plain editor, and the same verdict', async ({ page }) => {
    await open(page, 'plain')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    const views = page.getByRole('group', { name: 'What is shown' })
    await views.getByRole('button', { name: 'Code' }).click()
    await expect(page.locator('.monaco')).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1 })).toBeHidden()
    await runButton(page).click()
    await expect(verdict(page)).toContainText('fails', { timeout: 30_000 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBe(390)
    // The source line of the step leads to the code, with the line marked.
    await page.locator('.source button').click()
    await expect(page.locator('.plain .mark-failure, .plain .mark-here').first()).toBeInViewport()
    await codeOf(page).fill(SOLUTION)
    await runButton(page).click()
    await expect(verdict(page)).toContainText('Passed', { timeout: 30_000 })
  })
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing to hold against it, in the ${colorScheme}, at rest and after a run`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await open(page)
    const violations = async () =>
      (await new AxeBuilder({ page }).analyze()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
      )
    expect(await violations()).toEqual([])
    await runButton(page).click()
    await expect(verdict(page)).toContainText('fails', { timeout: 30_000 })
    expect(await violations()).toEqual([])
  })
}

test('the reference explains what the editor completes from', async ({ page }) => {
  await page.goto('en/reference/')
  await expect(page.getByRole('heading', { name: 'Context' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'persist' })).toContainText('persist(disk: Disk)')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
})
