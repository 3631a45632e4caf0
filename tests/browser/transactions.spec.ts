/** Figures of the chapter on transactions as a reader uses them: a coordinator that is crashed by hand, and an outbox driven on. */
import type { Locator, Page } from '@playwright/test'
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'

async function figure(page: Page, title: string): Promise<Locator> {
  const found = page.getByRole('region', { name: title, exact: true })
  return alive(found)
}

const sentence = (within: Locator) => within.locator('.sentence [aria-live]')

test('a coordinator stands above its participants; crashed by hand it leaves them locked, and back it decides', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('en/transactions/two-phase-commit/')
  const widget = await figure(page, 'Prepare')
  await widget.getByRole('button', { name: 'Drive by hand' }).click()
  const node = (name: string) => widget.getByRole('button', { name: new RegExp(`^${name}, `) })
  const [above, left, right] = await Promise.all(
    ['C', 'orders', 'stock'].map(async (name) => (await node(name).boundingBox())!),
  )
  expect(above!.y + above!.height).toBeLessThan(Math.min(left!.y, right!.y))
  expect(left!.x).toBeLessThan(above!.x)
  expect(above!.x).toBeLessThan(right!.x)

  await node('C').click()
  await page.getByRole('menuitem', { name: 'Crash' }).click()
  await expect(sentence(widget)).toContainText('C crashes.')
  await expect(widget.locator('.topology')).toContainText('lock book 10 ms')
  await widget.getByRole('button', { name: /^Let \d+ ms pass/ }).click()
  await expect(widget.locator('.topology')).toContainText('lock book 100 ms')

  await node('C').click()
  await page.getByRole('menuitem', { name: 'Restart' }).click()
  await expect(sentence(widget)).toContainText('C restarts; its disk is empty.')
  await expect(widget.locator('.topology')).toContainText('decision abort')
})

test('an outbox: a relay that crashes once the queue has the message publishes it again', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('en/transactions/local-message-table/')
  const widget = await figure(page, 'An order, its message, and its stock')
  const queue = widget.getByRole('group', { name: 'What queue holds' })
  const outbox = widget.getByRole('group', { name: 'What orders holds' })
  // The queue has it, and the relay has not heard so.
  await widget.getByRole('slider').fill('35')
  await expect(queue.getByText('order-1')).toHaveCount(1)
  await expect(outbox.getByRole('cell', { name: 'order-1' })).toHaveCount(2)
  await widget.getByRole('button', { name: 'Drive by hand' }).click()
  await widget.getByText('Break something').click()
  await widget.getByRole('button', { name: /^crash relay/ }).click()
  await widget.getByRole('button', { name: /restart relay$/ }).click()
  const next = widget.locator('.next button')
  for (let step = 0; step < 60 && (await queue.getByText('order-1').count()) < 2; step++)
    await next.first().click()
  await expect(queue.getByText('order-1')).toHaveCount(2)
})
