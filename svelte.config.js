/** Svelte for the islands; TypeScript in their scripts is stripped by the same tool that Vite uses. */
import { vitePreprocess } from '@astrojs/svelte'

export default { preprocess: vitePreprocess() }
