/** Browser tests: the built site in a real Chromium, served from `/` and from `/course/`. */
import { defineConfig } from '@playwright/test'
import { browserFlags, findChromium } from './scripts/toolchain.mjs'

export default defineConfig({
  testDir: 'tests/browser',
  testMatch: '**/*.spec.ts',
  globalSetup: './tests/browser/serve-site.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  // A shared machine may stall for seconds; what fails twice has failed.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: findChromium() ?? '',
      args: browserFlags,
    },
    screenshot: 'only-on-failure',
    // It keeps whole chapters in the background; offline.spec.ts lets it.
    serviceWorkers: 'block',
  },
})
