/** The figures of the chapter on locks, as a reader drives them. */
import { alive } from './alive.ts'
import { expect, test } from './sites.ts'

test('a session of ZooKeeper is ended by hand in a figure with clocks, and who waits is told', async ({
  page,
}) => {
  await page.goto('en/locks/zookeeper/')
  const widget = page.getByRole('region', { name: 'The holder is gone, and its session ends', exact: true })
  await alive(widget)
  const sentence = widget.locator('.sentence [aria-live]')
  const press = (name: RegExp) => widget.getByRole('button', { name }).first().click()
  // From where A is inside, and its session is due in seconds only.
  const slider = widget.getByRole('slider')
  for (let step = 1; step < 60; step++) {
    await slider.fill(String(step))
    if (/^Step.* A .*notes inside/s.test(await sentence.innerText())) break
  }
  await expect(sentence).toContainText(/ A .*notes inside/)
  await widget.getByRole('button', { name: 'Drive by hand' }).click()
  await widget.getByText('Break something').click()
  await press(/^expire session A\S* at zk now, as if nothing had been heard of it/)
  await expect(sentence).toContainText(/At zk the session A\S* expires, as if nothing had been heard of it/)
  await expect(widget.getByRole('button', { name: /^expire session A/ })).toHaveCount(0)
  await expect(widget.getByRole('button', { name: /^expire session B/ })).toHaveCount(1)
  // Undone, the session is there again.
  await widget.getByRole('button', { name: 'Undo' }).click()
  await expect(widget.getByRole('button', { name: /^expire session A/ })).toHaveCount(1)
})

test('what mends a fault and what does not leads to the run that shows it', async ({ page }) => {
  await page.goto('en/locks/redlock/')
  const remedies = page.getByRole('region', {
    name: 'An instance that forgets: What mends it, and what does not',
  })
  await expect(remedies.getByRole('listitem')).toHaveCount(4)
  await expect(remedies.getByRole('listitem').filter({ hasText: 'It mends it.' })).toHaveCount(2)
  const early = remedies.getByRole('listitem').filter({ hasText: 'but not for so long' })
  await expect(early).toContainText(/It does not\.\s*A run of \d+ steps/)
  const widget = page.getByRole('region', { name: 'One instance crashes, and is back', exact: true })
  const chosen = widget.getByRole('button', { pressed: true })
  const failure = widget.getByText('A and B are both inside.')
  await early.getByRole('link', { name: 'See the run' }).click()
  await expect(chosen).toHaveText('away too briefly')
  await expect(failure).toBeVisible()
  // One that mends it has no failure; and the link is good for a second time.
  await widget.getByRole('button', { name: 'away long enough' }).click()
  await expect(failure).toHaveCount(0)
  await early.getByRole('link', { name: 'See the run' }).click()
  await expect(chosen).toHaveText('away too briefly')
})
