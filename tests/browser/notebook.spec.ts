/** The cells of a chapter in use: a rule is changed in place, and the page answers with a verdict and a run. */
import type { Page } from '@playwright/test'
import { expect, test } from './sites.ts'
import { axeOn } from './whole-page.ts'

const PAGE = 'en/paxos/prepare/'
/** The acceptor's rule for a prepare; its fourth line persists. */
const CELL = 'paxos/promise-rule'

const cellOf = (page: Page) => page.locator(`[data-cell="${CELL}"]`)
const codeOf = (page: Page) => cellOf(page).getByRole('textbox', { name: /^Code: / })
const verdictOf = (page: Page) =>
  cellOf(page)
    .getByRole('status')
    .filter({ has: page.locator('.sentence') })
const button = (page: Page, name: string | RegExp) => cellOf(page).getByRole('button', { name })

/** The first answer waits for the compiler to be loaded. */
const FIRST = { timeout: 40_000 }

/** Takes away what stands in the fourth line, as a reader at the keyboard would. */
async function persistNothing(page: Page) {
  await codeOf(page).focus()
  for (const key of [
    'ControlOrMeta+Home',
    'ArrowDown',
    'ArrowDown',
    'ArrowDown',
    'Home',
    'Shift+End',
    'Delete',
  ])
    await page.keyboard.press(key)
}

async function open(page: Page) {
  await page.goto(PAGE)
  await expect(verdictOf(page)).toContainText(/As it stands/)
}

/** The cell comes alive later than a reader types. */
const delayCell = (page: Page) =>
  page.route(/_astro\/Cell\./, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await route.continue()
  })

test('by keyboard: a wrong rule gets a verdict and its run, and the original holds again', async ({
  page,
}) => {
  await open(page)
  const original = await codeOf(page).inputValue()
  await persistNothing(page)
  await expect(verdictOf(page)).toContainText(/With your change.*Two values are chosen: \d+ by/, FIRST)
  await expect(verdictOf(page)).not.toContainText(/[{}]/)

  // The run: as long as the verdict says, and the lines of the listing go with its steps.
  const controls = cellOf(page).getByRole('group', { name: 'Move through the run' })
  const length = Number(await controls.getByRole('slider').getAttribute('max'))
  await expect(verdictOf(page)).toContainText(`The shortest run that shows it takes ${length} steps.`)
  await controls.getByRole('button', { name: 'To the start' }).click()
  await expect(cellOf(page).locator('.plain .mark')).toHaveCount(0)
  const marked = new Set<string>()
  for (let step = 1; step <= length; step++) {
    await controls.getByRole('button', { name: 'Step', exact: true }).click()
    await expect(cellOf(page)).toContainText(`Step ${step} of ${length}`)
    const line = cellOf(page).locator('.plain .mark-here')
    if ((await line.count()) === 0) continue
    await expect(line.locator('.mark-note')).toContainText(`step ${step} · `)
    marked.add((await line.locator('code').textContent())!.trim())
  }
  expect([...marked]).toEqual(["ctx.reply('promise', { n, accepted: state.accepted })"])

  // Tab leaves the code; what follows is its row of buttons.
  await codeOf(page).focus()
  await page.keyboard.press('Tab')
  await expect(button(page, /^Run/)).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(button(page, 'Back to the original')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(codeOf(page)).toHaveValue(original)
  await expect(verdictOf(page)).toContainText(/As it stands.*Holds in every interleaving: [\d,]+ states/)
  await expect(controls).toHaveCount(0)

  await button(page, 'My change again').click()
  await expect(codeOf(page)).not.toHaveValue(original)
  await expect(verdictOf(page)).toContainText('Two values are chosen', FIRST)
})

test('another rule that is right holds, and nothing on the page moves', async ({ page }) => {
  await open(page)
  const before = await cellOf(page).boundingBox()
  await codeOf(page).fill((await codeOf(page).inputValue()).replace('<=', '<'))
  await expect(verdictOf(page)).toContainText(/With your change.*Holds in every interleaving/, FIRST)
  expect((await cellOf(page).boundingBox())!.height).toBe(before!.height)
})

test('Control and Enter run it at once, also as it stands', async ({ page }) => {
  await open(page)
  // What it says on the way may be gone before one can look: all of it is kept.
  await verdictOf(page).evaluate((verdict) => {
    const said: string[] = []
    new MutationObserver(() => said.push(verdict.textContent ?? '')).observe(verdict, {
      characterData: true,
      childList: true,
      subtree: true,
    })
    Object.assign(window, { said })
  })
  await codeOf(page).focus()
  await page.keyboard.press('ControlOrMeta+Enter')
  const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said.join('\n'))
  await expect.poll(said, FIRST).toMatch(/Reading your code|Trying every interleaving/)
  await expect(verdictOf(page)).toContainText(/As it stands.*Holds in every interleaving/, FIRST)
})

test('what is pressed before the cell is alive is pressed once it is', async ({ page }) => {
  await delayCell(page)
  await open(page)
  await button(page, 'Whole file').click()
  await expect(cellOf(page)).not.toContainText('restart(disk)')
  await expect(cellOf(page)).toContainText('restart(disk)')
})

test('types that don’t fit are told at their line, and can be run all the same', async ({ page }) => {
  await open(page)
  const code = await codeOf(page).inputValue()
  await codeOf(page).fill(code.replace('state.promised = n', "state.promised = 'n'"))
  await expect(verdictOf(page)).toContainText('The types don’t fit', FIRST)
  await expect(verdictOf(page)).toContainText(/Type 'string' is not assignable to type 'number'/)
  await expect(cellOf(page).locator('.plain .mark-error code')).toHaveText(/state\.promised = 'n'/)
  // The number at the line is the one in the message, and a press leads there.
  const place = verdictOf(page).getByRole('button', { name: /^line \d+$/ })
  await place.click()
  await expect(codeOf(page)).toBeFocused()
  const caret = await codeOf(page).evaluate((area: HTMLTextAreaElement) => area.selectionStart)
  expect(caret).toBe(code.indexOf('state.promised = n'))
  await button(page, 'Run it all the same').click()
  await expect(verdictOf(page)).toContainText(
    /Holds|values are chosen|no value is chosen|could not be run/,
    FIRST,
  )
})

test('a bracket that is missing, and a loop without end, are told at their line', async ({ page }) => {
  await open(page)
  const code = await codeOf(page).inputValue()
  await codeOf(page).fill(code.replace('if (n', 'if n'))
  await expect(verdictOf(page)).toContainText('This can’t be read as TypeScript.', FIRST)
  await codeOf(page).fill(code.replace('state.promised = n', 'while (true) {}'))
  await expect(verdictOf(page)).toContainText('It could not be run to its end.', FIRST)
  await expect(verdictOf(page)).toContainText(/line \d+.*1,000,000 times/)
  await expect(cellOf(page).locator('.plain .mark-error code')).toHaveText(/while/)
})

test('the whole file unfolds around the part, and its lines are numbered through', async ({ page }) => {
  await open(page)
  await codeOf(page).focus()
  await button(page, 'Whole file').click()
  await expect(cellOf(page)).toContainText("import { node } from 'lockstep'")
  await expect(cellOf(page)).toContainText('restart(disk)')
  const counters = await cellOf(page).evaluate((cell) =>
    [...cell.querySelectorAll('ol')].map((list) => [
      Number(/\d+/.exec(list.style.counterReset)![0]),
      list.children.length,
    ]),
  )
  const [before, part, after] = counters as [number[], number[], number[]]
  expect(part[0]).toBe(before[0]! + before[1]!)
  expect(after[0]).toBe(part[0]! + part[1]!)
  // All three look like one listing.
  const looks = await cellOf(page).evaluate((cell) =>
    [...cell.querySelectorAll('ol > li:first-child')].map((line) => {
      const { font, margin, listStyleType, whiteSpaceCollapse } = getComputedStyle(line)
      return JSON.stringify({ font, margin, listStyleType, whiteSpaceCollapse })
    }),
  )
  expect(new Set(looks).size).toBe(1)
  await button(page, 'This part alone').click()
  await expect(cellOf(page)).not.toContainText('restart(disk)')
})

test('what was written and what came of it are there after a reload, before anything is touched', async ({
  page,
}) => {
  await open(page)
  await persistNothing(page)
  await expect(verdictOf(page)).toContainText('Two values are chosen', FIRST)
  const written = await codeOf(page).inputValue()
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(request.url()))
  await page.reload()
  await expect(codeOf(page)).toHaveValue(written)
  await expect(verdictOf(page)).toContainText('Two values are chosen')
  await expect(cellOf(page).getByRole('slider')).toBeVisible()
  expect(loaded.filter((url) => /typescript\.worker|\/sandbox\//.test(url))).toEqual([])
})

test('what is typed before the cell is alive is not lost', async ({ page }) => {
  await delayCell(page)
  await open(page)
  await codeOf(page).focus()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type(' // mine')
  await expect(page.locator(`.alive[data-cell="${CELL}"]`)).toHaveCount(0)
  await expect(page.locator(`.alive[data-cell="${CELL}"]`)).toHaveCount(1)
  await expect(codeOf(page)).toHaveValue(/\/\/ mine$/)
  // And the caret is where it was.
  await page.keyboard.type(', too')
  await expect(codeOf(page)).toHaveValue(/\/\/ mine, too$/)
  await expect(verdictOf(page)).toContainText(/With your change.*Holds in every interleaving/, FIRST)
})

test('a page with cells loads what runs code when one is touched, and never Monaco', async ({ page }) => {
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(request.url()))
  await open(page)
  await cellOf(page).scrollIntoViewIfNeeded()
  await page.waitForLoadState('networkidle')
  const heavy = /typescript\.worker|\/sandbox\/|_astro\/Cell\.[\w-]+\.js|highlighter/
  expect(loaded.filter((url) => heavy.test(url))).toEqual([])
  await codeOf(page).click()
  await expect.poll(() => loaded.filter((url) => /typescript\.worker/.test(url)).length).toBe(1)
  await expect.poll(() => loaded.filter((url) => /\/sandbox\//.test(url)).length).toBe(1)
  expect(loaded.filter((url) => /monaco|editor\.worker/.test(url))).toEqual([])
})

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false })
  test('there is the rule with its verdict, and nothing that can’t be done', async ({ page }) => {
    await page.goto(PAGE)
    await expect(cellOf(page)).toContainText('ctx.persist(state)')
    await expect(cellOf(page)).toContainText(/Holds in every interleaving: [\d,]+ states/)
    await expect(cellOf(page).getByRole('button')).toHaveCount(0)
    await expect(cellOf(page).getByRole('textbox')).toHaveCount(0)
  })
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`a failing cell is accessible and fits, ${colorScheme}, ${width} wide`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      await open(page)
      await persistNothing(page)
      await expect(verdictOf(page)).toContainText('Two values are chosen', FIRST)
      await expect(cellOf(page).getByRole('slider')).toBeVisible()
      const { violations } = await axeOn(page).include(`[data-cell="${CELL}"]`).analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBe(0)
    })
  }
}
