/** Brings figures to life, which wait until they are touched. */
import { expect, type Locator } from '@playwright/test'

/** The same part of the page, once the island that it is in, or that is in it, is alive. */
export async function alive(part: Locator): Promise<Locator> {
  await part.scrollIntoViewIfNeeded()
  const island = part.locator('xpath=(ancestor-or-self::astro-island | descendant::astro-island)[last()]')
  await island.dispatchEvent('pointerover')
  await expect(island).not.toHaveAttribute('ssr')
  return part
}
