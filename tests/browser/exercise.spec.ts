/** The exercise page in use: from the starter's failing run to the solution that passes, in both editors. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { inRoot } from '../../scripts/toolchain.mjs'
import { authorFault, failure, keep, loop, lostFromTheStart, undecided } from './kept-report.ts'
import { onOnePage } from './one-page.ts'
import { expect, test } from './sites.ts'
import { axeOn, violations } from './whole-page.ts'

const EXERCISE = 'en/exercises/paxos-acceptor/'
/** The script of the editor. */
const MONACO = /\/monaco\.[^/]*\.js/
const fileOf = (name: string) => readFileSync(inRoot('exercises/paxos-acceptor', `${name}.ts`), 'utf8')
const STARTER = fileOf('starter')
const SOLUTION = fileOf('solution')

const verdict = (page: Page) => page.locator('.verdict')
const obstacle = (page: Page) => page.locator('.obstacle[role=alert]')
const runButton = (page: Page) =>
  page.getByRole('button', { name: 'Run', exact: true }).and(page.locator('.primary'))
const codeOf = (page: Page) => page.getByRole('textbox', { name: /^Your code/ })

const WINDOW = {
  viewport: { width: 1440, height: 900 },
  permissions: ['clipboard-read', 'clipboard-write'],
}
test.use(WINDOW)

/** With the editor, which is loaded once. */
const inTurn = onOnePage(WINDOW)
/** Without it: what is shown of a report does not need it. */
const withoutEditor = onOnePage(WINDOW, (page) => page.route(MONACO, (route) => route.abort()))

async function open(page: Page, editor: 'monaco' | 'plain' = 'monaco') {
  await page.goto(EXERCISE)
  await loaded(page, editor)
}

async function loaded(page: Page, editor: 'monaco' | 'plain' = 'monaco') {
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

test.describe('with the editor', () => {
  inTurn.describe.configure({ mode: 'serial' })

  inTurn(
    'the starter fails, and stepping moves the line, the sentence and the cells together',
    async ({ page }) => {
      await open(page)
      await expect(page.getByText('Nothing has run yet')).toBeVisible()
      await runButton(page).click()
      await expect(verdict(page)).toContainText(/fails/, { timeout: 30_000 })
      await expect(verdict(page)).toContainText(/shortest run, \d+ steps/)
      await expect(verdict(page)).not.toContainText(/[{}]/)
      expect(await violations(page)).toEqual([])
      await page.emulateMedia({ colorScheme: null, reducedMotion: null })

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
    },
  )

  inTurn('hints open one at a time, and a solution is shown only after asking', async ({ page }) => {
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

  inTurn(
    'type errors are shown and the learner decides; running once more is an answer',
    async ({ page }) => {
      await paste(page, STARTER.replace('state.promised > n', 'state.promised > ctx.nothing'))
      await runButton(page).click()
      await expect(obstacle(page)).toContainText("Property 'nothing' does not exist", { timeout: 30_000 })
      await expect(obstacle(page).getByRole('button', { name: /line \d+/ })).toBeVisible()
      await expect(page.locator('.monaco .squiggly-error').first()).toBeVisible({ timeout: 20_000 })
      await page.getByRole('button', { name: 'Run anyway' }).click()
      await expect(verdict(page)).not.toContainText('has changed', { timeout: 30_000 })
    },
  )

  inTurn(
    'a syntax error is named with its line, nothing is lost, and the next run works',
    async ({ page }) => {
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
      await expect(verdict(page)).not.toContainText('has changed', { timeout: 30_000 })
      await expect(verdict(page)).toContainText('fails')
    },
  )

  inTurn('an exception is shown at its line in the editor', async ({ page }) => {
    await paste(
      page,
      STARTER.replace('const previous = state.last', 'const previous = state.last!.n as never'),
    )
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(verdict(page)).toContainText('could not be run to the end', { timeout: 30_000 })
    await expect(verdict(page)).toContainText('TypeError')
    await expect(page.locator('.monaco .mark-error').first()).toBeVisible()
  })

  inTurn('a run can be cancelled, and the next one works', async ({ page }) => {
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

  inTurn('completion knows the course’s API', async ({ page }) => {
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

  inTurn(
    'a hover tells what the course’s API says, with the types of the exercise’s messages',
    async ({ page }) => {
      await paste(page, STARTER)
      const name = page
        .locator('.monaco .view-line', { hasText: 'ctx.reply' })
        .getByText('reply', { exact: true })
        .first()
      const hover = page.locator('.monaco-hover')
      await expect(async () => {
        const { x, y } = (await name.boundingBox())!
        await page.mouse.move(x + 8, y + 8)
        await page.mouse.move(x + 12, y + 9)
        await expect(hover.filter({ hasText: 'Sends one message to the sender' })).toBeVisible({
          timeout: 4_000,
        })
      }).toPass({ timeout: 30_000 })
      await expect(hover.filter({ hasText: 'accepted: Proposal | null' })).toBeVisible()
    },
  )

  inTurn('Tab indents; after Escape it leaves the editor, and that is said', async ({ page }) => {
    await paste(page, STARTER)
    await codeOf(page).focus()
    await page.keyboard.press('Tab')
    await expect(codeOf(page)).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('status').filter({ hasText: 'Tab now leaves the editor.' })).toBeAttached()
    await page.keyboard.press('Tab')
    await expect(codeOf(page)).not.toBeFocused()
  })

  inTurn('what handlers write to the console stands at the step in which they wrote it', async ({ page }) => {
    await paste(
      page,
      STARTER.replace(
        'const previous = state.last',
        `console.warn('asked', n)\n      const previous = state.last`,
      ),
    )
    await page.keyboard.press('ControlOrMeta+Enter')
    // What was tried first may stand there before, and makes way for the report.
    await expect(verdict(page)).not.toContainText('has changed', { timeout: 30_000 })
    await expect(verdict(page)).toContainText(/shortest run, \d+ steps/, { timeout: 30_000 })
    await expect(runButton(page)).toBeEnabled()
    const lines = page.getByRole('list', { name: 'Console' }).getByRole('listitem')
    await expect(lines.first()).toContainText('warningasked', { timeout: 30_000 })
    await lines
      .first()
      .getByRole('button', { name: /Go to step/ })
      .click()
    await expect(page.locator('.foot')).toContainText('Step 1 of')
    await expect(lines.first()).toHaveAttribute('aria-current', 'step')
    await lines
      .first()
      .getByRole('button', { name: /^Go to line/ })
      .click()
    await expect(codeOf(page)).toBeFocused()
    expect(await violations(page)).toEqual([])
    await page.emulateMedia({ colorScheme: null, reducedMotion: null })
  })

  inTurn('the run that broke the code is tried first; code that has changed runs anew', async ({ page }) => {
    // It goes to its bounds, so that there is time to look before the rest is tried.
    await paste(
      page,
      STARTER.replace('promised: number\n', 'promised: number\n  handled?: number\n').replace(
        'const previous = state.last',
        'state.handled = (state.handled ?? 0) + 1\n      const previous = state.last',
      ),
    )
    await page.keyboard.press('ControlOrMeta+Enter')
    const tried = page.getByRole('list', { name: 'Tried first' })
    await expect(tried).toContainText(/still fails: .*, at step \d+/, { timeout: 30_000 })
    await paste(page, STARTER)
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(verdict(page)).toContainText(/shortest run, \d+ steps/, { timeout: 30_000 })
  })

  inTurn('what is tried can be chosen, and some of it is no pass', async ({ page }) => {
    const boxes = page.locator('#checks').getByRole('checkbox')
    for (const box of (await boxes.all()).slice(1)) await box.uncheck()
    await expect(page.getByText(/^1 of \d+ are tried/)).toBeVisible()
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(verdict(page)).toContainText('Nothing found in what was chosen', { timeout: 30_000 })
    await expect(page.locator('#checks').getByText('left out').first()).toBeAttached()
    await expect(page.locator('#checks').getByText('holds', { exact: true })).toHaveCount(0)
    await boxes.first().uncheck()
    await expect(page.getByText('Nothing is chosen, so there is nothing to try.')).toBeVisible()
    await expect(runButton(page)).toBeDisabled()
    await page.getByRole('button', { name: 'Try all' }).click()
    await expect(boxes.first()).toBeChecked()
  })

  inTurn('the code is driven by hand, judged at each step, and the run is kept', async ({ page }) => {
    await page.getByRole('button', { name: 'By hand', exact: true }).click()
    const next = page.locator('.acts .next')
    await next.getByRole('button').first().click()
    await expect(page.locator('.foot')).toContainText('Step 1 of 1')
    await expect(page.getByText('So far nothing is broken.')).toBeVisible()
    await next.getByRole('button').last().click()
    await expect(page.locator('.foot')).toContainText('Step 2 of 2')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect(page.locator('.foot')).toContainText('Step 1 of 1')
    expect(await violations(page)).toEqual([])
    await page.emulateMedia({ colorScheme: null, reducedMotion: null })
    await page.getByRole('button', { name: 'Save this run' }).click()
    await page.getByRole('textbox', { name: 'What is it called?' }).fill('one step')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Close', exact: true }).click()

    const kept = page.locator('details.kept')
    await kept.locator('summary').click()
    await kept.getByRole('button', { name: 'Take one step by hand' }).click()
    await expect(page.locator('.foot')).toContainText('Step 1 of 1')
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await kept.getByRole('button', { name: 'Forget one step' }).click()
    await expect(kept.getByText('one step')).toHaveCount(0)
  })

  inTurn('keys of Vim, which leave Run and Tab to the page', async ({ page }) => {
    const keys = page.getByRole('combobox', { name: 'Keys' })
    await keys.selectOption('vim')
    await expect(page.locator('.status')).toContainText('NORMAL', { timeout: 20_000 })
    await codeOf(page).focus()
    await page.keyboard.type('ggO// vim')
    await expect(page.locator('.status')).toContainText('INSERT')
    await expect(page.locator('.monaco .view-lines')).toContainText('// vim')
    await page.keyboard.press('Escape')
    await page.keyboard.type('dd')
    await expect(page.locator('.monaco .view-lines')).not.toContainText('// vim')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await expect(codeOf(page)).not.toBeFocused()
    await keys.selectOption('plain')
    await expect(page.locator('.status')).toBeEmpty()
    // And always, where the learner wants it so.
    await page.getByRole('button', { name: 'Tab indents' }).click()
    await codeOf(page).focus()
    await page.keyboard.press('Tab')
    await expect(codeOf(page)).not.toBeFocused()
    await page.getByRole('button', { name: 'Tab leaves' }).click()
  })

  inTurn(
    'the solution passes, and says within which bounds; draft and verdict survive a reload',
    async ({ page }) => {
      await paste(page, SOLUTION)
      await page.keyboard.press('ControlOrMeta+Enter')
      await expect(verdict(page)).toContainText('Passed', { timeout: 30_000 })
      await expect(verdict(page)).toContainText(/Every interleaving: [\d,]+ states/)
      const numbers = page.locator('section.bounds details')
      await expect(numbers.getByText(/bound: [\d,]+ states/).first()).toBeHidden()
      await numbers.locator('summary').press('Enter')
      await expect(numbers.getByText(/bound: [\d,]+ states/).first()).toBeVisible()
      await expect(numbers).toContainText('X, Y and Z are interchangeable: ')
      const { scroll, client } = await page
        .locator('section.bounds')
        .evaluate((section) => ({ scroll: section.scrollWidth, client: section.clientWidth }))
      expect(scroll).toBe(client)
      await expect(page.locator('.bounds').last()).toContainText(
        /3 acceptors, 3 ballots; any message may be late, lost or repeated; .*: every interleaving, [\d,]+ states/,
      )
      // Who has passed may compare, without being asked.
      await verdict(page).getByRole('button', { name: 'Compare with a solution' }).click()
      const dialog = page.getByRole('dialog', { name: 'Your code beside a right answer' })
      await dialog.getByRole('combobox').selectOption('tells-again')
      await expect(dialog).toContainText('Tells the learner again')
      await expect(dialog.locator('.monaco .view-line').first()).toBeVisible({ timeout: 20_000 })
      await page.keyboard.press('Escape')
      await expect(dialog).toHaveCount(0)
      await expect(page.locator('#draft-state')).toHaveText(/draft saved \d\d:\d\d/)
      await expect(page.locator('.checks').getByText('holds').first()).toBeAttached()

      await page.reload()
      await expect(verdict(page)).toContainText('Passed')
      await expect(verdict(page)).not.toContainText('changed')
      await expect(page.locator('[data-editor="monaco"]')).toBeVisible({ timeout: 30_000 })
      await expect(page.locator('.monaco .view-lines')).toContainText('Phase 1b')
    },
  )

  inTurn('what was typed just before the page is left is kept', async ({ page }) => {
    await codeOf(page).focus()
    await page.keyboard.press('ControlOrMeta+Home')
    await page.keyboard.type('// a thought\n')
    await page.reload()
    await expect(page.locator('.editor')).toContainText('// a thought')
  })

  inTurn('the code is reset after asking, and what was there can be had back', async ({ page }) => {
    await loaded(page)
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

  inTurn('panes are resized with the keyboard, and stay so', async ({ page }) => {
    await loaded(page)
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
})

test.describe('the explanation of a failure', () => {
  withoutEditor.describe.configure({ mode: 'serial' })

  /** Shows the page with a report in the record, as if it had been run before. */
  async function openWith(page: Page, report: Parameters<typeof keep>[1]) {
    // The record is there once the page has been opened.
    if (page.url() === 'about:blank') await open(page, 'plain')
    await keep(page, report)
    await page.reload()
    await loaded(page, 'plain')
  }

  withoutEditor(
    'says what played no part and from where on it was lost, in words and by the keyboard',
    async ({ page }) => {
      await openWith(page, failure())
      await expect(verdict(page)).toContainText('Steps 13 and 14 played no part.')
      await verdict(page)
        .getByRole('button', { name: 'From step 9 on only a fault could save it.' })
        .press('Enter')
      await expect(page.locator('.foot')).toContainText('Step 9 of 15')
      await expect(page.locator('.time .note.doomed')).toContainText('lost from here')

      const words = page.locator('details', { hasText: 'The run in words' })
      await words.locator('summary').press('Enter')
      const lines = words.locator('li')
      await expect(lines.filter({ hasText: 'played no part' })).toHaveCount(2)
      await expect(lines.nth(9)).toContainText('from here on only a fault could save it')
      await words.getByRole('checkbox', { name: 'Only what led to it' }).press('Space')
      await expect(lines.nth(13)).toBeHidden()
      await expect(lines.nth(12)).toBeVisible()

      // Also where the step stands alone.
      await page.getByRole('group', { name: 'Move through the run' }).getByRole('slider').fill('13')
      await expect(page.locator('.foot')).toContainText('played no part')
      await page.getByRole('group', { name: 'Move through the run' }).getByRole('slider').fill('12')
      await expect(page.locator('.foot')).not.toContainText('played no part')
      expect((await axeOn(page).analyze()).violations).toEqual([])
    },
  )

  withoutEditor(
    'shows the loop of a run that goes round for ever, in words, as a bracket and in playing',
    async ({ page }) => {
      await openWith(page, loop())
      await expect(verdict(page)).toContainText('No dead end fails a run that goes round for ever')
      await expect(verdict(page)).toContainText('Steps 4 to 9 repeat for ever.')
      await expect(page.locator('.time .loop')).toHaveText('and so on from step 4')
      await expect(page.locator('.foot')).toContainText('And so on from step 4, for ever.')
      const words = page.locator('details', { hasText: 'The run in words' })
      await words.locator('summary').press('Enter')
      await expect(words.locator('li').last()).toContainText('And so on from step 4, for ever.')

      const controls = page.getByRole('group', { name: 'Move through the run' })
      await controls.getByRole('slider').fill('8')
      while ((await controls.getByRole('button', { name: /^Speed/ }).textContent()) !== '4×')
        await controls.getByRole('button', { name: /^Speed/ }).click()
      await controls.getByRole('button', { name: 'Play' }).click()
      await expect(page.locator('.foot')).toContainText('Step 9 of 9')
      await expect(page.locator('.foot')).toContainText('Step 4 of 9')
      await controls.getByRole('button', { name: 'Pause' }).click()
      expect((await axeOn(page).analyze()).violations).toEqual([])
    },
  )

  withoutEditor(
    'has words and no button where only a fault could save it from the start',
    async ({ page }) => {
      await openWith(page, lostFromTheStart())
      await expect(verdict(page)).toContainText('From the start only a fault could save it.')
      await expect(verdict(page).getByRole('button')).toHaveCount(0)
      await expect(page.locator('.time .note')).toHaveCount(0)
    },
  )

  withoutEditor('offers the comparison only after the last hint', async ({ page }) => {
    await openWith(page, failure())
    await expect(page.getByRole('button', { name: /^Show hint 1 of/ })).toBeVisible()
    await expect(page.getByRole('button', { name: /^Last hint/ })).toHaveCount(0)
  })

  withoutEditor('says what grew where a search stopped at its bound', async ({ page }) => {
    await openWith(page, undecided)
    await expect(verdict(page)).toContainText('Undecided')
    await expect(verdict(page)).toContainText('The list `log` of X reached 312 entries')
    await expect(page.locator('section.bounds li').first()).toContainText('3 acceptors, 2 ballots')
    await expect(page.locator('section.bounds li').first()).not.toContainText('every interleaving')
  })

  withoutEditor('says of a fault of the exercise that it is not the learner’s', async ({ page }) => {
    await openWith(page, authorFault)
    await expect(verdict(page)).toContainText('This exercise has a fault of ours, not yours')
    await expect(verdict(page)).toContainText('`property agreement` threw TypeError: no such thing')
    await expect(verdict(page)).toContainText('paxos-acceptor, version')
    await expect(page.locator('.row')).toContainText('a fault of the exercise')
    await expect(page.locator('.mark-error')).toHaveCount(0)
    await expect(page.locator('.editor')).toContainText('An acceptor as the note describes it')
    expect((await axeOn(page).analyze()).violations).toEqual([])
  })
})

test('the explanation of a failure ends in what the solution would have done: after all hints, on demand, and not before', async ({
  page,
}) => {
  const scripts: Promise<string>[] = []
  page.on('response', (response) => {
    if (/javascript|json/.test(response.headers()['content-type'] ?? ''))
      scripts.push(response.text().catch(() => ''))
  })
  const solutionWasSent = async () => (await Promise.all(scripts)).some((text) => text.includes('Phase 2b'))
  const last = page.getByRole('button', { name: /^Last hint/ })
  const hint = page.getByRole('button', { name: /^Show hint/ })

  await open(page)
  await expect(last).toHaveCount(0)
  while ((await hint.count()) > 0) await hint.click()
  // Nothing has run, so there is nothing to compare.
  await expect(last).toHaveCount(0)
  await expect(page.getByText('One more hint is there once a run of your code has failed.')).toBeVisible()
  await runButton(page).click()
  await expect(verdict(page)).toContainText('fails', { timeout: 30_000 })
  expect(await solutionWasSent()).toBe(false)

  await last.click()
  const compared = page.getByRole('group', { name: 'Last hint' })
  await expect(compared).toBeFocused()
  // And now it was, so that the look for it before could have found it.
  await expect.poll(solutionWasSent).toBe(true)
  await expect(compared).toContainText(
    /Your handler sent promise \{n: \d, accepted: \{n: \d, v: \d\}\} to \w\./,
  )
  await expect(compared).toContainText(
    /The solution would have sent promise \{n: \d, accepted: null\} to \w\./,
  )
  await expect(compared).toContainText('Not every difference is a mistake')
  const go = compared.getByRole('button', { name: /^Go to step \d+/ })
  const step = Number(/\d+/.exec((await go.textContent())!)![0])
  await go.click()
  await expect(page.locator('.foot')).toContainText(`Step ${step} of`)
  await expect(page.locator(`.time .note.differs[data-step="${step}"]`)).toBeAttached()
  await expect.poll(() => markedLine(page)).toContain('ctx.reply')
  expect((await axeOn(page).analyze()).violations).toEqual([])

  // The code has changed: what was said of the other is gone.
  await codeOf(page).press('ControlOrMeta+Home')
  await page.keyboard.type('// changed\n')
  await expect(compared).toHaveCount(0)
  await expect(last).toHaveCount(0)
})

test.describe('where Monaco can’t be loaded', () => {
  test('the plain editor grades just as well', async ({ page }) => {
    await page.route(MONACO, (route) => route.abort())
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

test('the reference explains what the editor completes from', async ({ page }) => {
  await page.goto('en/reference/')
  await expect(page.getByRole('heading', { name: 'Context' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'persist' })).toContainText('persist(disk: Disk)')
})
