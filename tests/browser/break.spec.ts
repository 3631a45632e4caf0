/** An exercise to break something, in use: a system is driven by hand, and judged, undone, kept and hinted at. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { Attempt, judge } from '../../engine/break/judge.ts'
import { outlook, shortest } from '../../engine/break/outlook.ts'
import { readRun } from '../../engine/break/run-file.ts'
import type { Action } from '../../engine/model.ts'
import { en } from '../../engine/text/en.ts'
import { describeAction } from '../../engine/trace/transcript.ts'
import exercise from '../../exercises/break-the-notes/exercise.ts'
import duel from '../../exercises/duel/exercise.ts'
import { runText } from '../../src/break/run-file.ts'
import { expect, test } from './sites.ts'
import { violations } from './whole-page.ts'

const PAGE = `en/exercises/${exercise.id}/`

/** What a generator of the engine comes to. */
function last<Value>(search: Generator<unknown, Value>): Value {
  for (;;) {
    const next = search.next()
    if (next.done) return next.value
  }
}
const SHORTEST = last(shortest(exercise))!.trace.actions

/** What is said of the run; beside it stands, unseen, what keeps its room. */
const standing = (page: Page) => page.locator('.standing .words')
const moves = (page: Page) => page.locator('.moves')
const sentence = (page: Page) => page.locator('.foot')
const guide = (page: Page) => page.locator('.guide')
const slider = (page: Page) => page.getByRole('slider')
/** A row of the scores: its name and its number. */
const score = (page: Page, name: string) => page.locator('.goal dl > div', { hasText: name }).locator('dd')

async function open(page: Page, path = PAGE) {
  await page.goto(path)
  await expect(page.locator('[data-ready]')).toBeAttached({ timeout: 30_000 })
}

/** The button that takes an action, among those of the moves. */
const move = (page: Page, action: Action) =>
  moves(page).getByRole('button', { name: new RegExp(`: ${escaped(describeAction(action, en))}$`, 'i') })

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

async function drive(page: Page, actions: readonly Action[]) {
  for (const action of actions) await move(page, action).press('Enter')
}

/** Puts a run into the page, as from a file. */
async function load(page: Page, text: string) {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer: Buffer.from(text) })
}

async function expectNoViolations(page: Page) {
  expect(await violations(page)).toEqual([])
}

test('driven to its end by the keyboard, it is judged at every step and scored against the shortest run', async ({
  page,
}) => {
  await open(page)
  await expect(standing(page)).toContainText('Not yet')
  await expect(score(page, 'shortest possible')).toHaveText(String(SHORTEST.length))

  for (const [index, action] of SHORTEST.entries()) {
    await expect(standing(page)).toContainText('Not yet')
    await move(page, action).press('Enter')
    await expect(sentence(page)).toContainText(`Step ${index + 1} of ${index + 1}`)
    await expect(score(page, 'your run')).toHaveText(String(index + 1))
    // The keys stay where they were: the next one is pressed from there.
    expect(await page.evaluate(() => document.activeElement?.closest('.moves') !== null)).toBe(true)
  }

  const said = standing(page)
  await expect(said).toContainText(`Done in ${SHORTEST.length} steps`)
  await expect(said).toContainText('the shortest possible')
  await expect(said).toContainText('Two values are chosen: 8 by')
  await expect(said).not.toContainText(/[{}]/)
  await expect(score(page, 'your best')).toHaveText(String(SHORTEST.length))
  await expect(moves(page)).toContainText('It is done, and it can’t be done in fewer steps.')

  // The step that did it is lit, over time and in words.
  await expect(page.locator('.fill .note')).toHaveText('here it happens')
  await page.getByRole('tab', { name: 'In words' }).press('Enter')
  await expect(page.locator('li.failed')).toHaveCount(1)
  await expect(page.locator('li.failed')).toHaveText(new RegExp(`^\\s*here it happens\\s*${SHORTEST.length}`))
  await page.getByRole('tab', { name: 'In words' }).press('ArrowLeft')
  await expect(page.getByRole('tab', { name: 'State' })).toBeFocused()
  await expect(page.getByRole('tabpanel')).toContainText('promised')
})

test('nothing is in the way of assistive technology, at the start and at the end, by day and by night', async ({
  page,
}) => {
  test.slow()
  await open(page)
  await expectNoViolations(page)
  await load(page, runText(exercise.id, SHORTEST))
  await page.getByText('The run as a file').click()
  for (const view of ['Over time', 'State', 'In words']) {
    await page.getByRole('tab', { name: view }).click()
    await expectNoViolations(page)
  }
})

test('a longer run is right too, and is told how long the shortest is; the best of them is kept', async ({
  page,
}) => {
  await open(page)
  // One message more is delivered than the run needs.
  const more: Action = {
    kind: 'deliver',
    to: 'Z',
    message: { from: 'A', type: 'prepare', fields: { n: 2, v: 8 } },
  }
  const longer = [more, ...SHORTEST]
  expect(judge(exercise, longer).brokenAt).toBe(longer.length)
  await load(page, runText(exercise.id, longer))
  await expect(standing(page)).toContainText(`Done in ${longer.length} steps`)
  await expect(standing(page)).toContainText(`the shortest possible takes ${SHORTEST.length} steps`)
  await expect(score(page, 'your best')).toHaveText(String(longer.length))

  await page.getByRole('button', { name: 'Start over' }).click()
  await expect(standing(page)).toContainText('Not yet')
  await drive(page, SHORTEST)
  await expect(score(page, 'your best')).toHaveText(String(SHORTEST.length))
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(standing(page)).toContainText('Not yet')
  await expect(score(page, 'your best')).toHaveText(String(SHORTEST.length))

  // What is done after the target was met does not count.
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  const after = new Attempt(exercise)
  for (const action of SHORTEST) after.take(action)
  await drive(page, [after.moves().find(({ kind }) => kind === 'deliver')!])
  await expect(standing(page)).toContainText(`Done at step ${SHORTEST.length}`)
})

test('every change is undone and done again, and a fork brings back what it replaced', async ({ page }) => {
  await open(page)
  await drive(page, SHORTEST.slice(0, 6))
  await page.keyboard.press('ControlOrMeta+Z')
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(sentence(page)).toContainText('Step 4 of 4')
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  await expect(sentence(page)).toContainText('Step 5 of 5')
  await page.getByRole('button', { name: 'Redo' }).press('Enter')
  await expect(sentence(page)).toContainText('Step 6 of 6')
  await expect(page.getByRole('button', { name: 'Redo' })).toHaveAttribute('aria-disabled', 'true')

  // From the transcript to an earlier step: what acting there replaces is told before.
  await page.getByRole('tab', { name: 'In words' }).click()
  await page.locator('.scrolls li').nth(2).getByRole('button').press('Enter')
  await expect(moves(page).getByRole('status')).toHaveText(
    'This is step 2 of 6. What you do here replaces the 4 steps after it; undoing brings them back.',
  )
  // Going along the run replaces nothing.
  await drive(page, [SHORTEST[2]!])
  await expect(sentence(page)).toContainText('Step 3 of 6')
  const other: Action = {
    kind: 'deliver',
    to: 'Z',
    message: { from: 'A', type: 'prepare', fields: { n: 2, v: 8 } },
  }
  await drive(page, [other])
  await expect(sentence(page)).toContainText('Step 4 of 4')
  await expect(page.locator('.scrolls li').last()).toContainText('Z receives')
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(sentence(page)).toContainText('Step 6 of 6')
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  await expect(sentence(page)).toContainText('Step 4 of 4')

  // Undoing up to a step, all at once.
  await slider(page).fill('1')
  await moves(page).getByRole('button', { name: 'Undo to here' }).press('Enter')
  await expect(sentence(page)).toContainText('Step 1 of 1')
  await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter')
  await expect(sentence(page)).toContainText('Step 4 of 4')
  await page.getByRole('button', { name: 'Start over' }).press('Enter')
  await expect(sentence(page)).toContainText('Start')
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(sentence(page)).toContainText('Step 4 of 4')
})

test('the run, what it replaced and the best score survive a reload, and the last step before it does', async ({
  page,
}) => {
  await open(page)
  await drive(page, SHORTEST)
  await expect(page.locator('#draft-state')).toHaveText(/run saved \d\d:\d\d/)
  await page.getByRole('button', { name: 'Start over' }).click()
  const aside: Action = {
    kind: 'deliver',
    to: 'Z',
    message: { from: 'A', type: 'prepare', fields: { n: 2, v: 8 } },
  }
  await drive(page, [aside, ...SHORTEST.slice(0, 2)])
  // At once: the record is written later than this.
  await page.reload()
  await expect(page.locator('[data-ready]')).toBeAttached()
  await expect(sentence(page)).toContainText('Step 3 of 3')
  await expect(score(page, 'your best')).toHaveText(String(SHORTEST.length))
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(sentence(page)).toContainText('Step 2 of 2')
  for (let step = 0; step < 2; step++) await page.keyboard.press('ControlOrMeta+Z')
  await expect(standing(page)).toContainText(`Done in ${SHORTEST.length} steps`)
})

test('a wrong turn is told, with the step that was the mistake', async ({ page }) => {
  test.slow()
  // Messages are lost until there is no way left.
  const attempt = new Attempt(exercise)
  let lost = last(outlook(exercise, attempt.actions))
  while (lost.reachable === 'yes' && attempt.actions.length < 40) {
    const drop = attempt.moves().find(({ kind }) => kind === 'drop')
    attempt.take(drop ?? attempt.moves()[0]!)
    lost = last(outlook(exercise, attempt.actions))
  }
  expect(lost.reachable).toBe('no')
  const hope = lost.lastHope!
  expect(hope).toBe(attempt.actions.length - 1)

  await open(page)
  await load(page, runText(exercise.id, attempt.actions))
  await guide(page).getByRole('button', { name: 'Can it still be done from here?' }).press('Enter')
  await expect(guide(page)).toContainText('From here it can’t be done any more.', { timeout: 30_000 })
  await expect(guide(page)).toContainText(
    `After step ${hope} it still could: step ${hope + 1} was the mistake.`,
  )
  await expect(page.getByRole('group', { name: 'Ask the engine' })).toBeFocused()
  await expectNoViolations(page)
  await guide(page)
    .getByRole('button', { name: `Go to step ${hope}` })
    .press('Enter')
  await expect(sentence(page)).toContainText(`Step ${hope} of ${hope + 1}`)
  // Of another step it has said nothing yet, and says it anew.
  await expect(guide(page)).not.toContainText('any more')
  await guide(page).getByRole('button', { name: 'Can it still be done from here?' }).press('Enter')
  await expect(guide(page)).toContainText('From here it can still be done.', { timeout: 30_000 })
})

test('hints narrow: the text’s one by one, then the engine’s, down to the next step, which leads to the end', async ({
  page,
}) => {
  await open(page)
  await page.getByRole('button', { name: /^Show hint 1 of/ }).press('Enter')
  await expect(page.getByRole('group', { name: 'Hint 1' })).toBeFocused()
  await expect(page.getByRole('group', { name: 'Hint 2' })).toHaveCount(0)

  const start = 9
  await load(page, runText(exercise.id, SHORTEST.slice(0, start)))
  const ask = async (question: string) =>
    guide(page).getByRole('button', { name: question }).press('Enter', { timeout: 30_000 })
  await ask('Can it still be done')
  await expect(guide(page)).toContainText('From here it can still be done.', { timeout: 30_000 })
  await expect(guide(page)).not.toContainText('shortest way')
  await ask('How many steps')
  await expect(guide(page)).toContainText(`The shortest way takes ${SHORTEST.length - start} steps more.`)
  await ask('Where does')
  const { next } = last(outlook(exercise, SHORTEST.slice(0, start)))
  await expect(guide(page)).toContainText(
    `Its next step happens at ${'to' in next! ? next.to : 'node' in next! ? next.node : ''}.`,
  )
  await expect(guide(page)).not.toContainText('Next:')
  await ask('What is the next step?')
  await expect(guide(page)).toContainText(`Next: ${describeAction(next!, en)}.`)

  // Whoever follows it to the end is as fast as can be.
  const run = SHORTEST.slice(0, start)
  for (let step = start; step < SHORTEST.length; step++) {
    const way = last(outlook(exercise, run)).next!
    await drive(page, [way])
    run.push(way)
  }
  await expect(standing(page)).toContainText('the shortest possible')
  await ask('Can it still be done')
  await expect(guide(page)).toContainText('At this step it is done already.', { timeout: 30_000 })
})

test('asking never holds the page up, and a new step or Cancel stops the search', async ({ page }) => {
  test.slow()
  await open(page, `en/exercises/${duel.id}/`)
  const ask = () => guide(page).getByRole('button', { name: 'Can it still be done' }).press('Enter')
  await ask()
  await expect(guide(page)).toContainText('Trying what can follow')
  expect(page.workers()).toHaveLength(1)
  // The page goes on at once, although the engine has not come to an end.
  const [first] = new Attempt(duel).moves()
  await drive(page, [first!])
  await expect(sentence(page)).toContainText('Step 1 of 1', { timeout: 1_000 })
  await expect(guide(page)).not.toContainText('Trying what can follow')
  await expect(guide(page)).not.toContainText('From here')
  await expect.poll(() => page.workers().length).toBe(0)

  await ask()
  await guide(page).getByRole('button', { name: 'Cancel' }).press('Enter')
  await expect(guide(page).getByRole('button', { name: 'Can it still be done' })).toBeVisible()
  await expect.poll(() => page.workers().length).toBe(0)
  await ask()
  await expect(guide(page)).toContainText('From here it can still be done.', { timeout: 60_000 })
})

test('the run is saved as the command line reads it; a file that is no run is refused, and nothing is lost', async ({
  page,
}) => {
  await open(page)
  await drive(page, SHORTEST.slice(0, 5))
  await page.getByText('The run as a file').click()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const file = await saving
  expect(file.suggestedFilename()).toBe('run.json')
  const text = readFileSync(await file.path(), 'utf8')
  expect(readRun(exercise, text).actions).toEqual(SHORTEST.slice(0, 5))
  await expect(page.locator('.file')).toContainText(`grade -- ${exercise.id} run.json`)

  await load(page, text.replace('"version": 1', '"version": 99'))
  await expect(page.locator('.file [role=status]')).toContainText('version 99')
  await load(page, '{ "version": 1, }')
  await expect(page.locator('.file [role=status]')).toContainText('JSON')
  // One that reads well and can't happen: the same message twice.
  await load(page, runText(exercise.id, [SHORTEST[1]!, SHORTEST[1]!]))
  await expect(page.locator('.file [role=status]')).toContainText('Step 2')
  await expect(sentence(page)).toContainText('Step 5 of 5')

  await load(page, runText(exercise.id, SHORTEST))
  await expect(standing(page)).toContainText('Done in')
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(sentence(page)).toContainText('Step 5 of 5')
})

test('the picture is driven like the list: a press delivers, Delete loses, the menu has both and no cuts', async ({
  page,
}) => {
  await open(page)
  const network = page.getByRole('group', { name: /^The network/ })
  const label = /Deliver prepare 2 8 from A to X$/
  await network.getByRole('button', { name: label }).press('Delete')
  await expect(sentence(page)).toContainText('is lost')
  await page.keyboard.press('ControlOrMeta+Z')
  await network.getByRole('button', { name: label }).press('Enter')
  await expect(sentence(page)).toContainText('X receives prepare 2 8 from A')
  await network.getByRole('button', { name: 'A, proposer' }).press('Enter')
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitem')).toHaveText(['Let retry fire'])
  await menu.getByRole('menuitem').press('Enter')
  await expect(sentence(page)).toContainText('The timer retry of A fires')
})

test('what must hold meanwhile is told when it breaks, and nothing leads on from there', async ({ page }) => {
  test.slow()
  await open(page, `en/exercises/${duel.id}/`)
  const attempt = new Attempt(duel)
  while (attempt.standing.lostAt === null && attempt.actions.length < 30) {
    const deliver = attempt.moves().find((action) => action.kind === 'deliver')
    attempt.take(deliver!)
  }
  expect(attempt.standing.lostAt).not.toBeNull()
  await load(page, runText(duel.id, attempt.actions))
  await expect(standing(page)).toContainText('This run can’t get there any more')
  await expect(page.locator('.fill .note')).toHaveText('lost from here')
  await expectNoViolations(page)
  await guide(page).getByRole('button', { name: 'Can it still be done' }).press('Enter')
  await expect(guide(page)).toContainText('was the mistake', { timeout: 45_000 })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('task and system take turns, nothing scrolls sideways, and a tap delivers', async ({ page }) => {
    test.slow()
    await open(page)
    const sideways = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(await sideways()).toBe(0)
    await expectNoViolations(page)
    await page.getByRole('button', { name: 'Drive the system' }).tap()
    await expect(page.getByRole('tab', { name: 'Network' })).toHaveAttribute('aria-selected', 'true')
    await page
      .getByRole('group', { name: /^The network/ })
      .getByRole('button', { name: /Deliver prepare 2 8 from A to X$/ })
      .tap()
    await expect(sentence(page)).toContainText('Step 1 of 1')
    for (const tab of ['Network', 'Over time', 'State', 'In words']) {
      await page.getByRole('tab', { name: tab }).tap()
      await expect(page.getByRole('tabpanel')).toBeVisible()
      expect(await sideways(), tab).toBe(0)
    }
    await expectNoViolations(page)
    await page.getByRole('button', { name: 'Undo', exact: true }).tap()
    await expect(sentence(page)).toContainText('Start')
  })

  test('nothing moves in the moment in which the target is met', async ({ page }) => {
    await open(page)
    await page.getByRole('button', { name: 'Drive the system' }).tap()
    await load(page, runText(exercise.id, SHORTEST.slice(0, -1)))
    await expect(standing(page)).toContainText('Not yet')
    const views = page.locator('.system .body')
    const before = { said: await standing(page).boundingBox(), views: (await views.boundingBox())!.y }
    await move(page, SHORTEST.at(-1)!).press('Enter')
    await expect(standing(page)).toContainText('Two values are chosen')
    const after = { said: await standing(page).boundingBox(), views: (await views.boundingBox())!.y }
    expect(after).toEqual(before)
    // The sentence has grown into the room that was kept for it: else this would be no test.
    const lines = (text: string) =>
      standing(page)
        .locator('p', { hasText: text })
        .evaluate((element) => Math.round(element.getBoundingClientRect().height))
    const long = await lines('Two values are chosen')
    await page.getByRole('button', { name: 'Undo', exact: true }).tap()
    expect(await lines('No two values')).toBeLessThan(long)
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the text and the system’s start are there, and what is missing is said', async ({ page }) => {
    await page.goto(PAGE)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    const without = page.locator('.system .without')
    await expect(without).toBeVisible()
    await expect(without).toContainText('that needs JavaScript')
    const network = page.getByRole('img', { name: /^The network/ })
    await expect(network).toBeVisible()
    await expect(network).toContainText('prepare 2 8')
    await expect(page.getByRole('slider')).toBeHidden()
    await expect(moves(page)).toBeHidden()
  })
})

test('the way to it from the chapter says what kind it is, and so does its own page', async ({ page }) => {
  await open(page)
  await expect(page.locator('.kicker')).toHaveText('Exercise · break')
  const back = page.getByRole('navigation', { name: 'You are here' }).getByRole('link').last()
  await back.click()
  const way = page.locator(`.exercise[data-exercise="${exercise.id}"]`)
  await expect(way).toContainText('Exercise · break')
  await way.click()
  await expect(page.locator('[data-ready]')).toBeAttached({ timeout: 30_000 })
})
