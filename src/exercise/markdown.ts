/** Markdown to HTML, by the same processor that the site's pages go through. For use while pages are built. */
import { satteri } from '@astrojs/markdown-satteri'
import { codeDark, codeLight } from '../styles/code-themes.ts'

let renderer: ReturnType<ReturnType<typeof satteri>['createRenderer']> | undefined

export async function markdown(text: string): Promise<string> {
  renderer ??= satteri().createRenderer({
    syntaxHighlight: { type: 'shiki' },
    shikiConfig: { themes: { light: codeLight, dark: codeDark }, defaultColor: 'light-dark()' },
  })
  return (await (await renderer).render(text)).code
}
