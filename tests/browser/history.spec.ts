/** A history of one's own: pasted, opened or dropped, judged in the page, and drawn; what can't be read is named, and stays. */
import { expect, test } from './sites.ts'

const event = (process: string, type: string, f: string, value?: unknown): string =>
  JSON.stringify({ process, type, f, value })

/** Writes and reads one after the other, of which one read is stale. */
function long(operations: number, stale: number): string {
  return Array.from({ length: operations }, (_, number) => {
    const last = number - (number % 3)
    const [f, value] = number % 3 === 0 ? ['write', number] : ['read', number === stale ? last - 3 : last]
    return `${event('K', 'invoke', f, f === 'write' ? value : undefined)}\n${event('K', 'ok', f, value)}`
  }).join('\n')
}

test.beforeEach(async ({ page }) => {
  await page.goto('en/history/')
  await expect(page.locator('.own[data-ready]')).toBeVisible()
})

test('an example is judged at once, and a stale read is shown with what rules it out', async ({ page }) => {
  const result = page.getByRole('region', { name: 'The verdict' })
  await page.getByRole('button', { name: 'a stale read' }).click()
  await expect(result.locator('strong')).toContainText('Not linearizable')
  await expect(page.locator('.field .bar')).toHaveCount(4)
  await expect(page.locator('.field .bar.claim')).toHaveText('read → 1')
  await page.getByRole('button', { name: '1 to 5' }).click()
  await expect(page.locator('.field .bar')).toHaveCount(5)

  await page.getByRole('button', { name: 'a write nobody knows of' }).click()
  await expect(result.locator('strong')).toContainText('Linearizable')
  await expect(page.locator('.field .bar.open')).toHaveText('write 1 ?')
})

test('what can’t be read is named with its line, which can be shown, and the text stays', async ({
  page,
}) => {
  const text = `${event('A', 'invoke', 'read')}\n${event('A', 'okay', 'read')}`
  const area = page.getByRole('textbox', { name: 'The history' })
  await area.fill(text)
  await area.press('Control+Enter')
  await expect(page.locator('.said')).toContainText('Line 2')
  await expect(area).toHaveValue(text)
  await page.getByRole('button', { name: 'Show line 2' }).click()
  await expect(area).toBeFocused()
  const marked = await area.evaluate((one: HTMLTextAreaElement) =>
    one.value.slice(one.selectionStart, one.selectionEnd),
  )
  expect(marked).toBe(text.split('\n')[1])
})

test('a long history from a file is judged and paged through', async ({ page }) => {
  test.slow()
  await page.locator('input[type=file]').setInputFiles({
    name: 'long.jsonl',
    mimeType: 'application/jsonl',
    buffer: Buffer.from(long(10_000, 8_000)),
  })
  await expect(page.locator('.said strong')).toContainText('Not linearizable', { timeout: 60_000 })
  await expect(page.locator('.field .bar')).toHaveCount(3)
  await page.locator('.parts button').nth(1).click()
  await page.getByRole('button', { name: 'Earlier' }).click()
  await expect(page.locator('.field .bar')).toHaveCount(30)
})

test('a file that is dropped is read', async ({ page }) => {
  const data = await page.evaluateHandle(
    (text) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'dropped.jsonl'))
      return transfer
    },
    `${event('A', 'invoke', 'write', 7)}\n${event('A', 'ok', 'write', 7)}`,
  )
  await page.locator('.paper').dispatchEvent('drop', { dataTransfer: data })
  await expect(page.locator('.said strong')).toContainText('Linearizable')
  await expect(page.locator('.field .bar')).toHaveText(['write 7'])
})
