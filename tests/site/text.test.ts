/** Words are looked up by language and key, and every language has all of them. */
import { describe, expect, test } from 'vitest'
import { chapters } from '../../src/course/chapters.ts'
import english from '../../src/text/en.ts'
import { defaultLanguage, languages, t } from '../../src/text/index.ts'
import { translator } from '../../src/text/translate.ts'

const places = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(([place]) => place).sort()

describe('the dictionaries', () => {
  test('English is there, and first', () => {
    expect(languages[0]).toBe(defaultLanguage)
  })

  // `en.ts`, `en-widgets.ts`, …: each part of the site's words is a file for each language, with one export.
  const files = import.meta.glob<Record<string, Record<string, string>>>('../../src/text/??{,-*}.ts', {
    eager: true,
  })
  const dictionaries = Object.fromEntries(
    Object.entries(files).map(([file, exported]) => [file, Object.values(exported)[0]!]),
  )
  const parts = Object.keys(dictionaries).filter((file) => file.includes('/en'))

  test.each(parts)('%s has every sentence in every language, with the same places', (part) => {
    for (const language of languages) {
      const file = part.replace('/en', `/${language}`)
      const words = dictionaries[file] ?? expect.fail(`${file} is missing`)
      expect(Object.keys(words).sort()).toEqual(Object.keys(dictionaries[part]!).sort())
      for (const [key, sentence] of Object.entries(dictionaries[part]!)) {
        expect(words[key]?.trim(), key).toBeTruthy()
        expect(places(words[key]!), key).toEqual(places(sentence))
      }
    }
  })

  test('every chapter and page has its words', () => {
    const ids = chapters.flatMap(({ id, pages }) => [
      `chapter.${id}`,
      `about.${id}`,
      ...pages.map((page) => `page.${page}`),
    ])
    for (const id of ids) expect(english).toHaveProperty([id])
  })
})

describe('t', () => {
  const en = { plain: 'Run', filled: '{count} states in {seconds} s' } as const
  const words = translator<typeof en>({
    en,
    zh: { plain: '运行', filled: '{seconds} 秒内 {count} 个状态' },
  })

  test('fills places in, in the order of the language', () => {
    expect(words('en', 'filled', { count: 12, seconds: 0.5 })).toBe('12 states in 0.5 s')
    expect(words('zh', 'filled', { count: 12, seconds: 0.5 })).toBe('0.5 秒内 12 个状态')
    expect(words('zh', 'plain')).toBe('运行')
  })

  test('is checked by the compiler, and at run time', () => {
    // @ts-expect-error a place is not filled
    expect(() => words('en', 'filled', { count: 1 })).toThrow('seconds')
    // @ts-expect-error there is no such key
    expect(() => words('en', 'nothing')).toThrow("No words for 'nothing'")
    expect(() => t('xx', 'site.name')).toThrow("in 'xx'")
  })
})
