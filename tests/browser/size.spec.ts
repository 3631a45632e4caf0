/** What a reading page costs the reader: little JavaScript, and no editor. */
import { gzipSync } from 'node:zlib'
import { pageSizes } from '../../scripts/page-size.mjs'
import { inRoot } from '../../scripts/toolchain.mjs'
import { expect, sites, test } from './sites.ts'
import { seeAll } from './whole-page.ts'

/** Of compressed JavaScript, until something is used. */
const KILOBYTES_MAX = 45

/** Pages on which one works rather than reads. */
const WORKED_ON = /^en\/(exercises\/.|history\/)/

test('no reading page loads more than 45 kB of compressed JavaScript', () => {
  const sizes = pageSizes(inRoot(sites.root.folder)).filter(({ page }) => !WORKED_ON.test(page))
  expect(sizes.length).toBeGreaterThan(30)
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
  test.info().annotations.push({ type: 'size', description: `${kilobytes(sizes[0]!.loaded)} at most` })
  const tooHeavy = sizes.filter(({ loaded }) => loaded > KILOBYTES_MAX * 1000)
  expect(tooHeavy.map(({ page, loaded }) => `${page}: ${kilobytes(loaded)}`)).toEqual([])
})

test('a chapter that is read to its end loads no more than that, and no editor; its first figure comes with the first press', async ({
  page,
}) => {
  const scripts = new Map<string, Promise<Buffer>>()
  page.on('response', (response) => {
    const isScript = /javascript/.test(response.headers()['content-type'] ?? '')
    if (isScript) scripts.set(response.url(), response.body())
  })
  await page.goto('en/paxos/prepare/')
  await seeAll(page)

  let bytes = 0
  for (const [url, body] of scripts) {
    const source = await body
    bytes += gzipSync(source, { level: 9 }).length
    expect(source.includes('MonacoEnvironment'), `${url} is the editor`).toBe(false)
  }
  const inline = await page.evaluate(() =>
    [...document.querySelectorAll('script:not([src])')].map((script) => script.textContent ?? '').join('\n'),
  )
  bytes += gzipSync(inline, { level: 9 }).length
  test.info().annotations.push({ type: 'size', description: `${(bytes / 1000).toFixed(1)} kB` })
  expect(bytes / 1000).toBeLessThanOrEqual(KILOBYTES_MAX)

  // Neither a press nor a key that comes before the code does is lost.
  const title = 'A smaller number is dropped, a larger one answered'
  const figure = page.getByRole('region', { name: title, exact: true })
  const island = page.locator('astro-island[ssr]').filter({ has: figure })
  await expect(island).toHaveCount(1)
  await figure.getByRole('button', { name: 'Step', exact: true }).evaluate((button: HTMLElement) => {
    button.focus()
    button.click()
    button.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
  })
  await expect(figure.locator('.sentence')).toContainText('Step 6 of 10')
  await expect(island).toHaveCount(0)
})
