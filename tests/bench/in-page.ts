/** The explorer's measurements in a worker of a real browser, for `npm run bench -- --page`. */
import { type Browser, chromium } from '@playwright/test'
import { build } from 'vite'
import { browserFlags, ensureChromium, inRoot } from '../../scripts/toolchain.mjs'
import type { Timed } from './subjects.ts'

/** Measures the subjects with these names, each with and without reductions. */
export async function measureInPage(
  names: readonly string[],
): Promise<Record<string, { whole: Timed; reduced: Timed }>> {
  const code = await bundled()
  const browser: Browser = await chromium.launch({ executablePath: ensureChromium(), args: browserFlags })
  try {
    const page = await browser.newPage()
    return await page.evaluate(
      ([source, subjects]) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
          worker.onerror = ({ message }) => reject(new Error(message))
          worker.onmessage = ({ data }) => resolve(data)
          worker.postMessage(subjects)
        }),
      [code, names] as const,
    )
  } finally {
    await browser.close()
  }
}

/** The worker as one script: what a sandboxed frame can run, as it runs answers. */
async function bundled(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: inRoot('tests', 'bench', 'page-worker.ts'), formats: ['iife'], name: 'bench' },
    },
  })
  const outputs = Array.isArray(result) ? result : [result]
  for (const output of outputs) {
    if (!('output' in output)) continue
    const chunk = output.output.find((file) => file.type === 'chunk')
    if (chunk?.type === 'chunk') return chunk.code
  }
  throw new Error('the benchmark was not bundled')
}
