/** Svelte for the islands; TypeScript in their scripts is stripped by the same tool that Vite uses. */
import { vitePreprocess } from '@astrojs/svelte'

// With one component that uses no rune, every page would load the runtime of the older mode.
export default { preprocess: vitePreprocess(), compilerOptions: { runes: true } }
