/** Questions: a wrong answer plays the run that shows it; a right one has it on request; motion is the reader's choice. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './sites.ts'

/** A question by its words, alive. */
async function ask(page: Page, words: RegExp, path = 'en/paxos/prepare/'): Promise<Locator> {
  await page.goto(path)
  const question = page.getByRole('group', { name: words })
  await question.scrollIntoViewIfNeeded()
  await expect(async () => {
    await question.getByRole('radio').first().check()
    await expect(question.getByRole('button', { name: 'Check' })).toBeEnabled({ timeout: 500 })
  }).toPass()
  return question
}

async function answer(question: Locator, option: string): Promise<void> {
  await question.getByLabel(option).check()
  await question.getByRole('button', { name: 'Check' }).click()
}

const runOf = (question: Locator): Locator => question.getByRole('group', { name: 'The run that decides it' })

/** A question whose run has several steps, answered wrongly. */
async function wrongly(page: Page): Promise<{ run: Locator; scrubber: Locator; length: number }> {
  const question = await ask(page, /Can A’s value still be chosen/, 'en/paxos/')
  await answer(question, 'No: it waits for Z.')
  const run = runOf(question)
  const scrubber = run.getByRole('slider', { name: 'Step' })
  return { run, scrubber, length: Number(await scrubber.getAttribute('max')) }
}

test('a wrong answer plays the run from where the question was asked', async ({ page }) => {
  const { run, scrubber, length } = await wrongly(page)
  // Z has stopped before the first message: that is step 1.
  await expect(run.getByRole('button', { name: 'Pause' })).toBeVisible({ timeout: 1_000 })
  await expect(run.getByText(/Step 2 of/).first()).toBeVisible()
  await expect(scrubber).toHaveValue(String(length), { timeout: 20_000 })
  await expect(run.getByText(/Y receives accept 2 8 from A and sends/).first()).toBeVisible()
  await expect(run.getByRole('button', { name: 'Play' })).toBeVisible()
})

test('another choice takes the run away, and a right answer has it on request', async ({ page }) => {
  const question = await ask(page, /Which value does B propose/)
  await answer(question, 'For 5, its own value.')
  await expect(runOf(question)).toBeVisible()
  await expect(question.getByRole('status')).toContainText('sends accept 4 8 to X, Y, Z')
  await question.getByLabel('For 8.').check()
  await expect(runOf(question)).toBeHidden()
  await question.getByRole('button', { name: 'Check' }).click()
  await expect(question.getByRole('status')).toContainText('Yes.')
  await expect(runOf(question)).toBeHidden()
  await question.getByRole('button', { name: 'Show the run' }).press('Enter')
  await expect(runOf(question)).toBeVisible()
})

test('by keyboard alone', async ({ page }) => {
  const question = await ask(page, /What does the acceptor of this/)
  await question.getByRole('radio').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const run = runOf(question)
  await expect(run).toBeVisible()
  await run.getByRole('slider', { name: 'Step' }).focus()
  await page.keyboard.press('Home')
  await expect(run.getByRole('slider', { name: 'Step' })).toHaveValue('0')
})

test.describe('without motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } })

  test('the run stands at its end and does not play', async ({ page }) => {
    const { run, scrubber, length } = await wrongly(page)
    await expect(scrubber).toHaveValue(String(length), { timeout: 1_000 })
    await expect(run.getByRole('button', { name: 'Pause' })).toHaveCount(0)
  })
})
