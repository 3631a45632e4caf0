/** Links, pictures and frames: what is shared arrives as it was, and nothing that arrives runs by itself or replaces what is the reader’s. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Download, Page } from '@playwright/test'
import { linkHash } from '../../src/share/link.ts'
import type { Shared } from '../../src/share/shared.ts'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'
import { axeOn } from './whole-page.ts'

const FIGURE = 'en/paxos/prepare/'

async function bytesOf(download: Promise<Download>): Promise<Buffer> {
  return readFileSync(await (await download).path())
}

test('a figure’s run goes into a link, a picture and words, and comes back out of the link', async ({
  page,
}) => {
  await page.goto(FIGURE)
  const figure = await alive(page.locator('section.figure').first())
  await figure.getByRole('button', { name: 'Drive by hand' }).click()
  await figure
    .locator('.acts')
    .getByRole('button', { name: /prepare 4 5/ })
    .first()
    .click()
  await expect(figure.locator('.count')).toHaveText('1 / 1')
  await figure.getByRole('button', { name: 'Share' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share' })
  const link = dialog.getByRole('textbox', { name: 'The link' })
  await expect(link).toHaveValue(/#1\.[\w-]+\.figure-/)
  const address = await link.inputValue()
  await expect(dialog.getByRole('img')).toBeVisible()
  const axe = await axeOn(page).include('dialog').analyze()
  expect(axe.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])

  const svg = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'SVG' }).click()
  const text = (await bytesOf(svg)).toString('utf8')
  expect(text).toMatch(/^<\?xml/)
  for (const part of ['prepare 4 5</text>', '<title>', 'B starts and sends']) expect(text).toContain(part)
  expect(text).not.toMatch(/<script|<foreignObject|var\(--|class=/)
  const png = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'PNG' }).click()
  const picture = await bytesOf(png)
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  expect(picture.readUInt32BE(16)).toBe(2 * Number(/width="(\d+)/.exec(text)![1]))
  await page.keyboard.press('Escape')
  await expect(figure.getByRole('button', { name: 'Share' })).toBeFocused()

  await page.goto('about:blank')
  await page.goto(address)
  await expect(
    page.locator('[role=status]', { hasText: 'A run of 1 steps came with the link' }),
  ).toBeInViewport()
  const again = page.locator('section.figure').first()
  await expect(again.locator('.count')).toHaveText('1 / 1')
  await expect(again.getByRole('button', { name: 'Back to the script' })).toBeVisible()
})

test('a link whose run can’t be replayed any more shows as much as can be, and says why not all', async ({
  page,
}) => {
  const run = {
    configuration: 'note',
    actions: [
      { kind: 'deliver' as const, to: 'X', message: { from: 'B', type: 'prepare', fields: { n: 4, v: 5 } } },
      { kind: 'crash' as const, node: '<img src=x onerror=alert(1)>' },
    ],
  }
  const shared: Shared = {
    kind: 'figure',
    of: 'paxos/first-questions',
    version: 0,
    model: 'old',
    run,
    step: 2,
  }
  const anchor = 'figure-paxos-first-questions'
  await page.goto(FIGURE + (await linkHash(shared, anchor)))
  const note = page.locator('[role=status]', { hasText: 'came with a link' })
  await expect(note).toContainText('The system has changed since the link was made.')
  await expect(note).toContainText('From step 2 on it can’t be replayed here')
  await expect(page.locator('section.figure').first().locator('.count')).toHaveText('1 / 1')

  await page.goto('about:blank')
  await page.goto(`${FIGURE}#2.abc.${anchor}`)
  await expect(note).toContainText('made by a newer version of the course')
})

const CODE = `// <img src=x onerror="globalThis.slippedIn=1">\n${readFileSync('exercises/paxos-acceptor/starter.ts', 'utf8')}`
const RUN = {
  configuration: 'two-ballots',
  actions: [
    { kind: 'deliver' as const, to: 'X', message: { from: 'A', type: 'prepare', fields: { n: 2, v: 8 } } },
    { kind: 'deliver' as const, to: 'Y', message: { from: 'A', type: 'prepare', fields: { n: 2, v: 8 } } },
  ],
}

async function openExercise(page: Page, shared: Partial<Shared> = {}): Promise<void> {
  const whole: Shared = {
    kind: 'exercise',
    of: 'paxos-acceptor',
    version: 1,
    model: 'other',
    code: CODE,
    run: RUN,
    step: 1,
    ...shared,
  }
  await page.goto(`en/exercises/paxos-acceptor/${await linkHash(whole)}`)
}

test('code that comes with a link is shown, runs when the reader says so, and takes the place of hers only then', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL: baseURL!, viewport: { width: 1440, height: 900 } })
  await context.addInitScript(() => localStorage.setItem('lockstep-plain-editor', 'yes'))
  const page = await context.newPage()
  await page.goto('en/exercises/paxos-acceptor/')
  const editor = page.locator('#code textarea')
  await editor.fill('// mine\n')
  await expect(page.locator('#draft-state')).toContainText('saved')

  await openExercise(page)
  await page.reload()
  const notice = page.getByRole('region', { name: 'This came with a link' })
  await expect(notice).toContainText('Nothing of it has run')
  await expect(notice.locator('pre')).toContainText('<img src=x onerror="globalThis.slippedIn=1">')
  await expect(editor).toHaveValue('// mine\n')
  expect(await page.evaluate('typeof slippedIn')).toBe('undefined')
  // Nobody has asked for a worker to run it in.
  expect(
    page
      .frames()
      .flatMap((frame) => frame.url())
      .filter((url) => url.endsWith('runner.html')).length,
  ).toBeLessThan(2)
  await expect(page.locator('.outcome')).toHaveCount(0)

  await notice.getByRole('button', { name: 'Replay its run' }).click()
  const hand = page.locator('#run')
  await expect(hand.locator('.count')).toHaveText('1 / 2', { timeout: 20_000 })
  await expect(hand).toContainText('X receives prepare 2 8 from A')
  await expect(editor).toHaveValue('// mine\n')

  await notice.getByRole('button', { name: 'Run it' }).click()
  await expect(notice).toContainText('It fails: One value', { timeout: 30_000 })
  await expect(editor).toHaveValue('// mine\n')

  await notice.getByRole('button', { name: 'Make it mine' }).click()
  await expect(editor).toHaveValue(CODE)
  expect(new URL(page.url()).hash).toBe('')
  await page.getByRole('button', { name: 'History' }).click()
  await expect(page.getByRole('dialog')).toContainText('// mine')
  await context.close()
})

test('a link of an older version, of another exercise, or damaged says what can be done', async ({
  page,
}) => {
  const notice = page.getByRole('region', { name: 'This came with a link' })
  const says: readonly (readonly [Partial<Shared>, string])[] = [
    [{ version: 0 }, 'made with version 0 of this exercise'],
    [{ version: 99 }, 'Reload the page for the newer one'],
    [{ of: 'paxos-learner' }, 'belongs to another page: paxos-learner'],
    [{ run: { ...RUN, configuration: 'gone' } }, 'made in a part that this exercise does not have: gone'],
  ]
  for (const [shared, text] of says) {
    await page.goto('about:blank')
    await openExercise(page, shared)
    await expect(notice).toContainText(text)
  }
  await page.goto('about:blank')
  await page.goto('en/exercises/paxos-acceptor/#1.AAAA')
  await expect(notice).toContainText('a part of it is missing or changed')
  await notice.getByRole('button', { name: 'Leave it' }).click()
  await expect(notice).toHaveCount(0)
  expect(new URL(page.url()).hash).toBe('')
})

test('code for a cell is put into it when the reader says so', async ({ page }) => {
  const shared: Shared = {
    kind: 'cell',
    of: 'paxos/promise-rule',
    version: 1,
    model: 'x',
    code: '// theirs\n',
  }
  await page.goto(FIGURE + (await linkHash(shared, 'cell-paxos-promise-rule')))
  const cell = page.locator('[data-cell="paxos/promise-rule"]')
  const notice = cell.getByRole('region', { name: 'This came with a link' })
  await expect(notice.locator('pre')).toContainText('// theirs')
  await expect(cell.locator('textarea')).not.toHaveValue(/theirs/)
  await notice.getByRole('button', { name: 'Put it into the cell' }).click()
  await expect(cell.locator('textarea')).toHaveValue('// theirs\n')
  await expect(notice).toHaveCount(0)
})

test('a figure stands in a frame of another page, as tall as it says, in the theme that is asked for', async ({
  page,
  baseURL,
}) => {
  const src = new URL('en/embed/paxos/first-questions/?theme=dark', baseURL).href
  const around = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Elsewhere</title>
      <iframe width="700" height="300" src="${src}"></iframe>
      <script>addEventListener('message', ({ data }) => {
        if (data?.kind === 'lockstep:height') document.querySelector('iframe').height = data.height
      })</script>`),
  ).listen(0)
  await page.goto(`http://localhost:${(around.address() as AddressInfo).port}/`)
  const frame = page.frameLocator('iframe')
  await expect(frame.locator('section.figure')).toHaveCount(1)
  await expect(frame.getByRole('heading')).toHaveCount(1)
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark')
  const content = await frame
    .locator('body')
    .evaluate((body) => Math.ceil(body.getBoundingClientRect().height))
  await expect(page.locator('iframe')).toHaveAttribute('height', String(content))
  await (
    await alive(frame.locator('section.figure'))
  )
    .getByRole('button', { name: 'Step', exact: true })
    .click()
  await expect(frame.locator('.count')).toHaveText(/^1 \//)
  await expect(frame.getByRole('link', { name: 'Prepare · Paxos · Lockstep' })).toHaveAttribute(
    'href',
    /paxos\/prepare\/#/,
  )
  await expect(frame.locator('meta[name=robots]')).toHaveAttribute('content', 'noindex')
  around.close()
})
