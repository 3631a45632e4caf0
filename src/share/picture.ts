/**
 * Picture: a view of a run as an SVG file that stands by itself. The view on the page is made of HTML and SVG; a copy of it is laid out out
 * of sight, at a width and in the colours that are asked for, and what the browser makes of it is written down: boxes, lines and words
 * where they came to stand. So a picture shows what the page shows, whatever views there will be.
 */

const SVG = 'http://www.w3.org/2000/svg'
const PADDING = 24
const TITLE_HEIGHT = 40
const CAPTION_LINE = 18

export type Theme = 'light' | 'dark'

export interface PictureText {
  readonly title: string
  /** What stands under it, a line each: which step it shows, and where it comes from. */
  readonly caption: readonly string[]
  /** The run in words, for who does not see the picture. */
  readonly description: string
}

/** The picture of a view, which has to be on the page. @param width of the view in it, in CSS pixels */
export function pictureOf(view: HTMLElement, theme: Theme, text: PictureText, width: number): SVGSVGElement {
  const stage = document.createElement('div')
  stage.setAttribute('aria-hidden', 'true')
  stage.inert = true
  stage.style.cssText = `position:absolute;top:0;left:-20000px;width:${width}px;color-scheme:${theme};color:var(--ink)`
  const copy = view.cloneNode(true) as HTMLElement
  stage.append(copy)
  // Beside the view, so that what surrounds it says the same of the copy.
  view.parentElement!.append(stage)
  for (const element of [copy, ...copy.querySelectorAll<HTMLElement>('*')]) {
    element.style.animation = 'none'
    element.style.transition = 'none'
    // What stays in sight while the page scrolls belongs where it stands.
    if (getComputedStyle(element).position === 'sticky') element.style.position = 'relative'
  }
  // All of it, and not only what was in sight.
  copy.style.maxHeight = 'none'
  copy.style.overflow = 'visible'
  try {
    return drawn(copy, text)
  } finally {
    stage.remove()
  }
}

function drawn(copy: HTMLElement, text: PictureText): SVGSVGElement {
  const { width, height } = copy.getBoundingClientRect()
  const whole = {
    width: width + 2 * PADDING,
    height: height + TITLE_HEIGHT + PADDING * 2 + text.caption.length * CAPTION_LINE,
  }
  const picture = element('svg', {
    xmlns: SVG,
    width: whole.width,
    height: whole.height,
    viewBox: `0 0 ${round(whole.width)} ${round(whole.height)}`,
    role: 'img',
  }) as SVGSVGElement
  picture.append(worded('title', text.title), worded('desc', text.description))
  const colour = (name: string): string => {
    copy.style.color = `var(${name})`
    return getComputedStyle(copy).color
  }
  picture.append(element('rect', { width: '100%', height: '100%', fill: colour('--surface') }))
  const title = { x: PADDING, y: PADDING + 12, 'font-size': 16, 'font-weight': 600, fill: colour('--ink') }
  picture.append(worded('text', text.title, { ...title, 'font-family': SANS }))
  const soft = colour('--soft')
  copy.style.color = ''
  const origin = copy.getBoundingClientRect()
  const body = element('g', { transform: `translate(${PADDING} ${TITLE_HEIGHT + PADDING / 2})` })
  draw(copy, body, { x: origin.x, y: origin.y })
  picture.append(body)
  text.caption.forEach((line, index) => {
    const y = whole.height - PADDING / 2 - (text.caption.length - 1 - index) * CAPTION_LINE
    picture.append(worded('text', line, { x: PADDING, y, 'font-size': 12, fill: soft, 'font-family': SANS }))
  })
  return picture
}

const SANS = "Inter, system-ui, 'PingFang SC', 'Noto Sans CJK SC', sans-serif"
const MONO = "'JetBrains Mono', ui-monospace, Menlo, Consolas, monospace"
const SERIF = "'Source Serif 4', Georgia, 'Songti SC', serif"

/** The site’s own names of its fonts mean nothing elsewhere. */
function familyOf(family: string): string {
  return /mono/i.test(family) ? MONO : /serif/i.test(family.replace(/sans-serif/gi, '')) ? SERIF : SANS
}

interface Origin {
  readonly x: number
  readonly y: number
}

/** Draws an element of the page, and all that is in it, in the order in which it lies. */
function draw(from: Element, into: SVGElement, origin: Origin): void {
  const style = getComputedStyle(from)
  if (style.display === 'none' || style.visibility === 'hidden') return
  const box = from.getBoundingClientRect()
  // Words that are for the ear alone.
  if (style.clipPath.startsWith('inset') && box.width <= 1) return
  const opacity = Number(style.opacity)
  if (opacity === 0) return
  const group = opacity < 1 ? into.appendChild(element('g', { opacity })) : into
  if (from instanceof SVGSVGElement) {
    group.append(drawing(from, box, origin))
    return
  }
  if (from instanceof HTMLElement) drawBox(style, box, group, origin)
  const layers = [...from.childNodes].map((node) => ({
    node,
    layer: node instanceof Element ? Number(getComputedStyle(node).zIndex) || 0 : 0,
  }))
  for (const { node } of layers.sort((one, other) => one.layer - other.layer)) {
    if (node instanceof Text) drawText(node, style, group, origin)
    else if (node instanceof Element) draw(node, group, origin)
  }
}

function drawBox(style: CSSStyleDeclaration, box: DOMRect, into: SVGElement, origin: Origin): void {
  const { x, y } = { x: box.x - origin.x, y: box.y - origin.y }
  const widths = (['Top', 'Right', 'Bottom', 'Left'] as const).map((side) => ({
    width: style[`border${side}Style`] === 'none' ? 0 : parseFloat(style[`border${side}Width`]),
    stroke: style[`border${side}Color`],
    dashes: { dashed: '4 3', dotted: '1.5 3' }[style[`border${side}Style`]],
  }))
  const [top, right, bottom, left] = widths as [Edge, Edge, Edge, Edge]
  const fill = isSeen(style.backgroundColor) ? style.backgroundColor : 'none'
  const even = widths.every(({ width, stroke }) => width === top.width && stroke === top.stroke)
  const border = even && top.width > 0 && isSeen(top.stroke) ? top : null
  const inset = (border?.width ?? 0) / 2
  if (fill !== 'none' || border) {
    const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.width / 2, box.height / 2)
    into.append(
      element('rect', {
        x: x + inset,
        y: y + inset,
        width: Math.max(box.width - 2 * inset, 0),
        height: Math.max(box.height - 2 * inset, 0),
        rx: Math.max(radius - inset, 0),
        fill,
        ...(border && {
          stroke: border.stroke,
          'stroke-width': border.width,
          'stroke-dasharray': border.dashes,
        }),
      }),
    )
  }
  if (even) return
  const line = ({ width, stroke, dashes }: Edge, x1: number, y1: number, x2: number, y2: number): void => {
    if (width === 0 || !isSeen(stroke)) return
    into.append(
      element('line', { x1, y1, x2, y2, stroke, 'stroke-width': width, 'stroke-dasharray': dashes }),
    )
  }
  line(top, x, y + top.width / 2, x + box.width, y + top.width / 2)
  line(bottom, x, y + box.height - bottom.width / 2, x + box.width, y + box.height - bottom.width / 2)
  line(left, x + left.width / 2, y, x + left.width / 2, y + box.height)
  line(right, x + box.width - right.width / 2, y, x + box.width - right.width / 2, y + box.height)
}

interface Edge {
  readonly width: number
  readonly stroke: string
  readonly dashes: string | undefined
}

function isSeen(colour: string): boolean {
  return colour !== 'transparent' && !/^rgba\(.*, 0\)$|\/ 0\)$/.test(colour)
}

/** Words, a line at a time, each as wide as it is on the page, whatever font there will be. */
function drawText(node: Text, style: CSSStyleDeclaration, into: SVGElement, origin: Origin): void {
  for (const { text, box } of linesOf(node)) {
    const { ascent, descent } = measured(style)
    const baseline = box.y + (box.height - ascent - descent) / 2 + ascent
    into.append(
      worded('text', text, {
        x: box.x - origin.x,
        y: baseline - origin.y,
        fill: style.color,
        'font-family': familyOf(style.fontFamily),
        'font-size': style.fontSize,
        'font-weight': style.fontWeight,
        'text-decoration': style.textDecorationLine === 'none' ? undefined : style.textDecorationLine,
        textLength: box.width,
        lengthAdjust: 'spacingAndGlyphs',
      }),
    )
  }
}

function linesOf(node: Text): { text: string; box: DOMRect }[] {
  const { data } = node
  if (data.trim() === '') return []
  const range = document.createRange()
  const boxOf = (from: number, to: number): DOMRect => {
    range.setStart(node, from)
    range.setEnd(node, to)
    return range.getBoundingClientRect()
  }
  const lines: { from: number; to: number; top: number }[] = []
  for (let at = 0; at < data.length; at++) {
    const { top, width } = boxOf(at, at + 1)
    if (width === 0) continue
    const line = lines.at(-1)
    if (line && Math.abs(line.top - top) < 2) line.to = at + 1
    else lines.push({ from: at, to: at + 1, top })
  }
  return lines.flatMap(({ from, to }) => {
    const text = data.slice(from, to).trim()
    if (text === '') return []
    const start = from + data.slice(from, to).search(/\S/)
    return [{ text, box: boxOf(start, start + text.length) }]
  })
}

let pen: CanvasRenderingContext2D | null | undefined

function measured({ fontWeight, fontSize, fontFamily }: CSSStyleDeclaration): {
  ascent: number
  descent: number
} {
  pen ??= document.createElement('canvas').getContext('2d')
  if (!pen) return { ascent: parseFloat(fontSize), descent: parseFloat(fontSize) / 4 }
  pen.font = `${fontWeight} ${fontSize} ${fontFamily}`
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = pen.measureText('x')
  return { ascent, descent }
}

/** What a style sheet says of the parts of a drawing, which a file has to say itself. */
const SAID = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'paint-order',
  'opacity',
  'marker-end',
  'font-size',
  'font-weight',
  'text-anchor',
  'text-decoration-line',
  'visibility',
  'display',
]

/** A drawing within the page, with all that its style sheet says of it. */
function drawing(from: SVGSVGElement, box: DOMRect, origin: Origin): SVGElement {
  const copy = from.cloneNode(true) as SVGSVGElement
  const parts = [from, ...from.querySelectorAll('*')]
  const copies = [copy, ...copy.querySelectorAll('*')]
  parts.forEach((part, index) => {
    const style = getComputedStyle(part)
    const into = copies[index]!
    for (const name of ['style', 'class', 'aria-hidden']) into.removeAttribute(name)
    for (const name of SAID) {
      const value = style.getPropertyValue(name)
      if (value === '' || value === INITIAL[name]) continue
      // The address of this page stands in front of a part of the drawing itself.
      into.setAttribute(
        name === 'text-decoration-line' ? 'text-decoration' : name,
        value.replace(/url\("?[^#"]*#/, 'url(#').replace('")', ')'),
      )
    }
    // Within a file a drawing in a drawing is cut off, unless it says otherwise.
    if (part instanceof SVGSVGElement) into.setAttribute('overflow', style.overflowX)
    if (part instanceof SVGTextElement) {
      into.setAttribute('font-family', familyOf(style.fontFamily))
      into.setAttribute('textLength', String(round(part.getComputedTextLength())))
      into.setAttribute('lengthAdjust', 'spacingAndGlyphs')
    }
  })
  for (const [name, value] of Object.entries({
    x: box.x - origin.x,
    y: box.y - origin.y,
    width: box.width,
    height: box.height,
  }))
    copy.setAttribute(name, String(round(value)))
  return copy
}

const INITIAL: Readonly<Record<string, string>> = {
  opacity: '1',
  'stroke-dasharray': 'none',
  'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter',
  'paint-order': 'normal',
  'marker-end': 'none',
  'text-anchor': 'start',
  'text-decoration-line': 'none',
  visibility: 'visible',
  display: 'inline',
}

type Attributes = Readonly<Record<string, string | number | undefined>>

function element(name: string, attributes: Attributes = {}): SVGElement {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(key, typeof value === 'number' ? String(round(value)) : value)
  return made
}

/** Words are set as text, never as markup: they may be a stranger’s. */
function worded(name: string, text: string, attributes: Attributes = {}): SVGElement {
  const made = element(name, attributes)
  made.textContent = text
  return made
}

const round = (value: number): number => Math.round(value * 100) / 100

/** The text of the file. */
export function svgText(picture: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`
}

/** The same as pixels, two for each of the picture’s, with the fonts of the page. @throws Error where the browser refuses */
export async function pngOf(picture: SVGSVGElement): Promise<Blob> {
  const copy = picture.cloneNode(true) as SVGSVGElement
  copy.prepend(worded('style', await fontFaces()))
  const url = URL.createObjectURL(new Blob([svgText(copy)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth * 2
    canvas.height = image.naturalHeight * 2
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture')))),
    )
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** A picture is drawn without the page around it: it needs the fonts in itself. */
async function fontFaces(): Promise<string> {
  const rules = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule): rule is CSSFontFaceRule => rule instanceof CSSFontFaceRule)
  const faces = await Promise.all(
    rules.map(async ({ style }) => {
      const address = /url\("?([^")]+\.woff2)/.exec(style.getPropertyValue('src'))?.[1]
      const name = /mono|inter/i.exec(style.getPropertyValue('font-family'))?.[0].toLowerCase()
      if (address === undefined || name === undefined) return ''
      const blob = await (await fetch(address)).blob()
      const family = name === 'mono' ? 'JetBrains Mono' : 'Inter'
      return `@font-face{font-family:'${family}';font-weight:100 900;src:url(${await dataOf(blob)})}`
    }),
  )
  return faces.join('')
}

function dataOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'))
    reader.readAsDataURL(blob)
  })
}
