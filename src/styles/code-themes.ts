/**
 * The colours of code, by day and by night, for every listing on a page and for the editor. Few colours: what the
 * language says, what the learner named, what is data, and what is only said to the reader.
 */

const day = {
  paper: '#f4f1ea',
  ink: '#1f1c17',
  word: '#9a3d81',
  name: '#0a64a0',
  data: '#00704f',
  remark: '#6a645a',
}
const night = {
  paper: '#16181d',
  ink: '#e9e5db',
  word: '#dd9ac4',
  name: '#58b2e8',
  data: '#43c59e',
  remark: '#a5a093',
}

export const codeLight = theme('lockstep-light', 'light', day)
export const codeDark = theme('lockstep-dark', 'dark', night)

function theme(name: string, type: 'light' | 'dark', colour: typeof day) {
  return {
    name,
    type,
    colors: { 'editor.background': colour.paper, 'editor.foreground': colour.ink },
    settings: [
      { settings: { background: colour.paper, foreground: colour.ink } },
      rule(
        ['keyword', 'storage', 'keyword.control', 'constant.language', 'variable.language.this'],
        colour.word,
      ),
      rule(['keyword.operator', 'storage.type.function.arrow', 'punctuation'], colour.ink),
      rule(['entity.name.function', 'support.function', 'entity.name.type', 'support.type'], colour.name),
      rule(['string', 'constant.numeric', 'punctuation.definition.string'], colour.data),
      rule(['comment', 'punctuation.definition.comment'], colour.remark, 'italic'),
    ],
  }
}

function rule(scope: string[], foreground: string, fontStyle?: string) {
  return { scope, settings: { foreground, ...(fontStyle ? { fontStyle } : {}) } }
}
