/**
 * The Paxos chapter read from its first page to its last by keyboard alone: each page's figure is stepped, looked at
 * otherwise, run by the other rule, driven by hand and given back; a question is answered wrongly; a word is looked up; and
 * the page leads on to the next. What holds at rest on every page is in pages.spec.ts; here it must hold in use.
 */
import type { Locator, Page } from '@playwright/test'
import { type PageId, chapters } from '../../src/course/chapters.ts'
import { expect, test } from './sites.ts'
import { tooWide, violations, watch } from './whole-page.ts'

type PaxosPage = Extract<PageId, 'paxos' | `paxos/${string}`>

interface Visit {
  /** The title of the figure that is used. */
  readonly figure: string
  /** Where it has a second rule: a step, and what its sentence says by one rule and by the other. */
  readonly rules?: { readonly step: number; readonly first: string; readonly second: string }
  /** A question, and an answer to it that is wrong. */
  readonly question: RegExp
  readonly wrong: string
}

const VISITS: Readonly<Record<PaxosPage, Visit>> = {
  paxos: {
    figure: 'One proposer, three acceptors, one learner',
    question: /Can A’s value still be chosen/,
    wrong: 'No: it waits for Z.',
  },
  'paxos/prepare': {
    figure: 'A smaller number is dropped, a larger one answered',
    rules: { step: 10, first: 'sends accept 4 8', second: 'sends accept 4 5' },
    question: /What does the acceptor of this chapter do/,
    wrong: 'It answers with a promise for 2.',
  },
  'paxos/accept': {
    figure: 'A comes too late, B goes on',
    rules: { step: 16, first: 'receives accept 4 8 from B', second: 'receives accept 4 5 from B' },
    question: /What does X do\?/,
    wrong: 'It accepts [2, 8].',
  },
  'paxos/learn': {
    figure: 'The acceptors tell, the learner counts',
    question: /What does L conclude/,
    wrong: 'That 8 is chosen.',
  },
  'paxos/two-constraints': {
    figure: 'A duel',
    question: /Can A’s next ballot be chosen/,
    wrong: 'No: the duel has ruined it.',
  },
  'paxos/what-the-note-gets-wrong': {
    figure: 'The note’s acceptor chooses two values',
    question: /What does C propose\?/,
    wrong: 'For 8.',
  },
  'paxos/multi-paxos': {
    figure: 'A stable leader',
    question: /What does it propose in place 2/,
    wrong: 'A no-op.',
  },
}

/** More than the things that a page has to stop at. */
const PRESSES_MAX = 150

/** Moves the focus on, or back, until it is on what is looked for. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const focused = target.and(page.locator(':focus'))
  for (let presses = 0; presses < PRESSES_MAX; presses++) {
    await page.keyboard.press(key)
    if ((await focused.count()) > 0) return
  }
  throw new Error(`${PRESSES_MAX} presses of ${key} do not lead to ${target}`)
}

const sentence = (figure: Locator): Locator => figure.locator('.sentence [aria-live]')
const button = (within: Locator, name: string | RegExp): Locator => within.getByRole('button', { name })

/** From the top of the page past everything that all pages have, to its text. */
async function skipToText(page: Page): Promise<void> {
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the text' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
}

async function lookUpWord(page: Page): Promise<void> {
  const here = page.url()
  const word = page.getByRole('main').locator('a.term').first()
  await tabTo(page, word)
  const definition = page.locator(`#${await word.getAttribute('aria-describedby')}`)
  await expect(definition).toBeVisible()
  const entry = new URL((await word.getAttribute('href'))!, here)
  await page.keyboard.press('Enter')
  await page.waitForURL(entry.href)
  await expect(page.locator(entry.hash)).toBeInViewport()
  await page.goBack()
  await page.waitForURL((url) => url.pathname === new URL(here).pathname)
}

/** Goes to the figure’s views, by which it comes alive. */
async function reachFigure(page: Page, title: string): Promise<Locator> {
  const figure = page.getByRole('region', { name: title, exact: true })
  await tabTo(page, figure.getByRole('tab', { selected: true }))
  return figure
}

async function switchViews(page: Page, figure: Locator): Promise<void> {
  const first = figure.getByRole('tab').first()
  await page.keyboard.press('End')
  await expect(figure.getByRole('tab', { name: 'Transcript' })).toBeFocused()
  await expect(
    figure.getByRole('tabpanel', { name: 'Transcript' }).getByRole('listitem').first(),
  ).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await expect(figure.getByRole('tab', { name: 'State' })).toBeFocused()
  await expect(figure.getByRole('tabpanel', { name: 'State' })).toContainText(/promised|leads/)
  await page.keyboard.press('Home')
  await expect(first).toBeFocused()
  await expect(first).toHaveAttribute('aria-selected', 'true')
}

async function step(page: Page, figure: Locator): Promise<number> {
  await tabTo(page, figure.getByRole('button', { name: 'Step', exact: true }))
  await page.keyboard.press('End')
  const length = Number(await figure.getByRole('slider').getAttribute('max'))
  await expect(sentence(figure)).toContainText(`Step ${length} of ${length}`)
  await page.keyboard.press('ArrowLeft')
  await expect(sentence(figure)).toContainText(`Step ${length - 1} of ${length}`)
  await page.keyboard.press('Home')
  await expect(sentence(figure)).toContainText('Start')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(sentence(figure)).toContainText(`Step 2 of ${length}`)
  return length
}

async function switchRules(page: Page, figure: Locator, rules: NonNullable<Visit['rules']>): Promise<void> {
  const [first, second] = await figure.getByRole('group', { name: 'Rule' }).getByRole('button').all()
  await page.keyboard.press('Home')
  for (let at = 0; at < rules.step; at++) await page.keyboard.press('ArrowRight')
  await expect(sentence(figure)).toContainText(rules.first)
  await tabTo(page, second!, 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(second!).toHaveAttribute('aria-pressed', 'true')
  await expect(sentence(figure)).toContainText(rules.second)
  await tabTo(page, first!, 'Shift+Tab')
  await page.keyboard.press('Space')
  await expect(sentence(figure)).toContainText(rules.first)
}

/** Takes over after step 2, delivers what can arrive next, and gives the run back. */
async function driveByHand(page: Page, figure: Locator): Promise<void> {
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await tabTo(page, button(figure, 'Drive by hand'))
  await page.keyboard.press('Enter')
  const hand = figure.getByRole('group', { name: 'Drive by hand' })
  await expect(hand).toBeFocused()
  const delivery = button(hand, /: deliver/).first()
  const said = (await delivery.getAttribute('aria-label'))!
  const [, message, from, to] = /: deliver (.+) from (\w+) to (\w+)$/.exec(said)!
  await tabTo(page, delivery)
  await page.keyboard.press('Enter')
  await expect(sentence(figure)).toContainText('Step 3 of 3')
  await expect(sentence(figure)).toContainText(`${to} receives ${message} from ${from}`)
  // The keys still belong to the figure.
  await page.keyboard.press('ArrowLeft')
  await expect(sentence(figure)).toContainText('Step 2 of 3')
  await page.keyboard.press('ArrowRight')
  await tabTo(page, button(figure, 'Back to the script'))
}

/** Goes back to the script, where it was left. */
async function giveBack(page: Page, figure: Locator, length: number): Promise<void> {
  await page.keyboard.press('Enter')
  await expect(button(figure, 'Drive by hand')).toBeFocused()
  await expect(sentence(figure)).toContainText(`Step 2 of ${length}`)
}

async function answerWrongly(page: Page, words: RegExp, wrong: string): Promise<void> {
  const question = page.getByRole('group', { name: words })
  await tabTo(page, question.getByRole('radio').first())
  await expect(question.locator('astro-island[ssr]')).toHaveCount(0)
  await page.keyboard.press('Space')
  const option = question.getByLabel(wrong, { exact: true })
  for (let presses = 0; !(await option.isChecked()) && presses < 10; presses++)
    await page.keyboard.press('ArrowDown')
  await expect(option).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(question.getByRole('status')).toContainText('No.')
  const run = question.getByRole('group', { name: 'The run that decides it' })
  await expect(run).toBeVisible()
  await tabTo(page, run.getByRole('slider', { name: 'Step' }))
  await page.keyboard.press('Home')
  await expect(run.getByRole('slider', { name: 'Step' })).toHaveValue('0')
}

const pages: readonly PaxosPage[] = chapters.find((chapter) => chapter.id === 'paxos')!.pages

const inOrder: readonly string[] = chapters.flatMap((chapter) => chapter.pages)

for (const id of pages) {
  const { figure: title, rules, question, wrong } = VISITS[id]
  test(`${id} is walked by keyboard`, async ({ page, baseURL }) => {
    // A long walk, for a machine that does other things too.
    test.slow()
    const troubles = watch(page, new URL(baseURL!).origin)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(`en/${id}/`)
    await skipToText(page)
    await lookUpWord(page)

    await page.reload()
    await skipToText(page)
    const figure = await reachFigure(page, title)
    await switchViews(page, figure)
    const length = await step(page, figure)
    if (rules) await switchRules(page, figure, rules)
    await driveByHand(page, figure)
    expect.soft(await violations(page), 'driven by hand').toEqual([])
    expect.soft(await tooWide(page, [390]), 'driven by hand').toEqual([])
    await page.setViewportSize({ width: 1440, height: 900 })
    await giveBack(page, figure, length)
    await answerWrongly(page, question, wrong)
    expect.soft(await tooWide(page, [390]), 'with a run that decides a question').toEqual([])

    // The last page leads on to the next chapter.
    const next = inOrder[inOrder.indexOf(id) + 1]!
    await tabTo(page, page.locator('a[rel=next]'))
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/en/${next}/`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(troubles).toEqual([])
  })
}

/** Looks for a piece of code in the editor, by its keys; it is then selected. */
async function find(page: Page, code: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+F')
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
}

test('an exercise of the chapter is found on its page and finished by typing', async ({ page }) => {
  test.slow()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('en/paxos/learn/')
  await tabTo(page, page.locator('a[data-exercise="paxos-learner"]'))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/en/exercises/paxos-learner/')
  await expect(page.locator('[data-editor="monaco"]')).toBeAttached({ timeout: 30_000 })
  await tabTo(page, page.getByRole('textbox', { name: /^Your code/ }))
  await page.keyboard.press('ControlOrMeta+Enter')
  const verdict = page.locator('.verdict')
  await expect(verdict).toContainText(/fails/, { timeout: 30_000 })

  // The votes are counted for each number, and no longer for each value.
  await find(page, '{ v }, ctx')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('n, ')
  await find(page, 'votes[v]')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Backspace')
  await page.keyboard.type('n')
  await page.keyboard.press('ArrowRight')
  const lines = page.locator('.monaco .view-lines')
  // The spaces of the editor are other characters than those that were typed.
  await expect(lines).toContainText(/accepted\(state,\s\{\sn,\sv\s\},\sctx\)/)
  await expect(lines).toContainText('state.votes[n]')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict).toContainText('Passed', { timeout: 60_000 })
})
