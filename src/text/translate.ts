/**
 * Words by language and key. A dictionary is a flat record of sentences with `{name}` for what is filled in; the
 * English one is the authority: its keys and its places are what the compiler checks every use against.
 */

/** The places `{name}` in a sentence. */
type Places<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never

type Parameters<Sentence extends string> = [Places<Sentence>] extends [never]
  ? []
  : [parameters: Record<Places<Sentence>, string | number>]

/** What a dictionary in another language must have. */
export type Words<English> = { readonly [Key in keyof English]: string }

export type Translate<English extends Record<string, string>> = <Key extends keyof English & string>(
  language: string,
  key: Key,
  ...parameters: Parameters<English[Key]>
) => string

/**
 * Makes the function that looks words up: `translator<typeof english>(dictionaries)`.
 * @param dictionaries by language; each must be complete
 * @returns a function that throws when the language or the key is unknown, or a place is not filled
 */
export function translator<English extends Record<string, string>>(
  dictionaries: Readonly<Record<string, Words<English>>>,
): Translate<English> {
  return (language, key, ...parameters) => {
    const sentence = dictionaries[language]?.[key]
    if (sentence === undefined) throw new Error(`No words for '${key}' in '${language}'`)
    return fill(sentence, parameters[0] ?? {})
  }
}

function fill(sentence: string, parameters: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name]
    if (value === undefined) throw new Error(`No value for {${name}} in '${sentence}'`)
    return String(value)
  })
}
