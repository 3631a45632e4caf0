/** The pages under what readers bring along: a browser that translates them, colours of the system's own, and large letters. */
import type { Page } from '@playwright/test'
import { alive } from './alive.ts'
import { watch } from './whole-page.ts'
import { expect, test } from './sites.ts'

/**
 * Does to a page what a translating browser does: every text that may be translated is replaced by elements with another text, and what
 * comes later is translated, too. The translation of a text is the text in guillemets.
 */
async function translate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const LEFT = 'script, style, noscript, template, svg, textarea, input, code, pre'
    const done = new WeakSet<Node>()
    const mayBe = (element: Element | null): boolean =>
      element !== null &&
      element.closest('[translate]')?.getAttribute('translate') !== 'no' &&
      element.closest(LEFT) === null
    const walk = (root: Node): void => {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      const found: Text[] = []
      for (let node = texts.nextNode(); node; node = texts.nextNode()) found.push(node as Text)
      if (root instanceof Text) found.push(root)
      for (const text of found) {
        if (done.has(text) || text.data.trim() === '' || !mayBe(text.parentElement)) continue
        const outer = document.createElement('font')
        const inner = document.createElement('font')
        const said = document.createTextNode(`«${text.data.trim()}»`)
        done.add(said)
        inner.append(said)
        outer.append(inner)
        text.replaceWith(outer)
      }
    }
    document.documentElement.classList.add('translated-ltr')
    walk(document.body)
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) addedNodes.forEach((node) => node.isConnected && walk(node))
    }).observe(document.body, { childList: true, subtree: true })
  })
}

test('a chapter that a browser translates goes on: figures step, questions answer, and it is translated', async ({
  page,
  baseURL,
}) => {
  const troubles = watch(page, new URL(baseURL!).origin)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('en/paxos/prepare/')
  const early = page.locator('section.figure').first()
  await alive(early)
  await translate(page)
  await expect(page.locator('h1')).toHaveText(/^«Prepare/)
  await expect(early.locator('.names')).toContainText('«')

  // One that was alive before, and one that comes alive on a page that is translated.
  for (const figure of [early, page.locator('section.figure').nth(1)]) {
    await alive(figure)
    const sentence = figure.locator('.sentence')
    await figure.getByRole('slider').focus()
    await page.keyboard.press('Home')
    for (const step of [1, 2, 3]) {
      await page.keyboard.press('ArrowRight')
      await expect(sentence).toContainText(`Step ${step} of`)
      await expect(sentence).not.toContainText(`Step ${step - 1} of`)
      await expect(sentence.locator('font')).not.toHaveCount(0)
      // What is no sentence is left as it is.
      await expect(figure.locator('.controls .count')).toHaveText(new RegExp(`^${step} / `))
    }
    await figure.getByRole('tab', { name: 'Transcript' }).click()
    await expect(
      figure.getByRole('tabpanel', { name: 'Transcript' }).locator('[aria-current=step]'),
    ).toContainText('3')
    await figure.getByRole('button', { name: 'Drive by hand' }).click()
    await figure
      .getByRole('button', { name: /: deliver/ })
      .first()
      .click()
    await expect(sentence).toContainText('Step 4 of 4')
  }

  const question = page.locator('.predict').nth(1)
  await question.scrollIntoViewIfNeeded()
  await expect(question.locator('astro-island[ssr]')).toHaveCount(0)
  const status = question.getByRole('status')
  for (const option of [0, 1, 0]) {
    await question.getByRole('radio').nth(option).check({ force: true })
    await question.locator('button[type=submit]').click()
    // One verdict at a time, in words of the translator's.
    await expect(status.locator('strong')).toHaveCount(1)
    await expect(status.locator('strong font')).not.toHaveCount(0)
  }
  expect(troubles).toEqual([])
})

test('an exercise that a browser translates is graded, and says the new verdict alone', async ({
  page,
  baseURL,
}) => {
  const troubles = watch(page, new URL(baseURL!).origin)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('en/exercises/paxos-acceptor/')
  await expect(page.locator('[data-ready]')).toBeAttached()
  await translate(page)
  await page.keyboard.press('ControlOrMeta+Enter')
  const verdict = page.locator('.verdict')
  await expect(verdict).toContainText(/fails/, { timeout: 30_000 })
  await expect(verdict.locator('h2 font')).not.toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(verdict.locator('h2')).toHaveCount(1)
  expect(troubles).toEqual([])
})

test('in colours of the system’s own, what is pressed, chosen or has the focus can still be seen', async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  await page.goto('en/paxos/prepare/')
  const figure = page.locator('section.figure').first()
  await alive(figure)
  /** What of a control's looks is left in these colours. */
  const looks = (selector: string) =>
    figure
      .locator(selector)
      .first()
      .evaluate((control) => {
        const { borderTopColor, borderTopWidth, backgroundColor, outlineStyle, color } =
          getComputedStyle(control)
        return { border: `${borderTopWidth} ${borderTopColor}`, backgroundColor, outlineStyle, color }
      })
  const [chosen, other] = [await looks('[aria-selected=true]'), await looks('[aria-selected=false]')]
  expect(chosen.backgroundColor, 'the view that is chosen differs from the others').not.toBe(
    other.backgroundColor,
  )
  await figure.getByRole('slider').focus()
  await page.keyboard.press('Tab')
  const focused = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
  expect(focused).toBe('solid')
})

test('at 200% nothing is lost: the width of half a screen has all that a whole one has', async ({ page }) => {
  await page.setViewportSize({ width: 720, height: 450 })
  for (const path of [
    'en/paxos/prepare/',
    'en/exercises/paxos-acceptor/',
    'en/exercises/break-the-notes/',
    'en/',
  ]) {
    await page.goto(path)
    const { sideways, header } = await page.evaluate(() => ({
      sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      header: document.querySelector('header')!.getBoundingClientRect().height / innerHeight,
    }))
    expect(sideways, path).toBe(0)
    // What stays at the top leaves room for what is read.
    expect(header, path).toBeLessThan(0.2)
    await expect(page.getByRole('heading', { level: 1 }).first(), path).toBeVisible()
  }
})

test('at no width of a window do the two pictures of a figure lie on each other', async ({ page }) => {
  await page.goto('en/paxos/prepare/')
  for (const width of [320, 700, 768, 900, 950, 1000, 1100, 1230, 1280, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    const gap = await page
      .locator('section.figure')
      .first()
      .evaluate((figure) => {
        const time = figure.querySelector('.time')!.getBoundingClientRect()
        const shapes = [...figure.querySelectorAll('.network *')].map((shape) =>
          shape.getBoundingClientRect(),
        )
        const right = Math.max(...shapes.map((shape) => shape.right))
        const bottom = Math.max(...shapes.map((shape) => shape.bottom))
        return Math.max(time.left - right, time.top - bottom)
      })
    expect(gap, `at ${width}`).toBeGreaterThanOrEqual(0)
  }
})
