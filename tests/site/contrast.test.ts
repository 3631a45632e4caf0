/** Every pair of colours that carries words reaches 4.5:1, and every shape 3:1, by day and by night. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { codeDark, codeLight } from '../../src/styles/code-themes.ts'

const source = readFileSync(new URL('../../src/styles/tokens.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...source.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, day, night]) => [
    name!,
    { day: day!, night: night! },
  ]),
)

const meanings = ['blue', 'orange', 'green', 'red', 'purple']
const papers = ['background', 'surface', 'sunk']

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(first: string, second: string): number {
  const [dark, light] = [luminance(first), luminance(second)].sort((a, b) => a - b)
  return (light! + 0.05) / (dark! + 0.05)
}

function pairs(foregrounds: string[], backgrounds: string[]) {
  return foregrounds.flatMap((foreground) =>
    backgrounds.map((background) => [foreground, background] as const),
  )
}

const words = [
  ...pairs(['ink', 'soft', 'accent', 'accent-hover'], [...papers, 'accent-tint']),
  ...pairs(
    meanings.map((name) => `${name}-ink`),
    papers,
  ),
  ...meanings.flatMap((name) => pairs(['ink', 'soft', `${name}-ink`], [`${name}-tint`])),
  ...pairs(['on-accent'], ['accent', 'accent-hover']),
]
const shapes = pairs([...meanings, 'edge', 'accent'], papers)

describe.each(['day', 'night'] as const)('by %s', (theme) => {
  const colour = (name: string) => tokens.get(name)?.[theme] ?? expect.fail(`no colour token --${name}`)

  test.each(words)('words in %s on %s reach 4.5:1', (foreground, background) => {
    expect(contrast(colour(foreground), colour(background))).toBeGreaterThanOrEqual(4.5)
  })
  test.each(shapes)('shapes in %s on %s reach 3:1', (foreground, background) => {
    expect(contrast(colour(foreground), colour(background))).toBeGreaterThanOrEqual(3)
  })
})

test.each([codeLight, codeDark])('code in $name reaches 4.5:1', ({ colors, settings }) => {
  for (const { settings: style } of settings) {
    expect(contrast(style.foreground, colors['editor.background'])).toBeGreaterThanOrEqual(4.5)
  }
})
