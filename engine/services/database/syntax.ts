/** Syntax: statements and expressions as the parser leaves them, plain data in which names are not looked up yet. */

/** The types of columns; `interval` and `double precision` occur within expressions alone. */
export type ColumnType = 'integer' | 'bigint' | 'text' | 'boolean' | 'timestamptz'
export type TypeName = ColumnType | 'interval' | 'double precision'

export type Expression =
  | { readonly kind: 'column'; readonly table: string | null; readonly name: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'parameter'; readonly index: number }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'is-null'; readonly operand: Expression; readonly negated: boolean }
  | {
      readonly kind: 'is-boolean'
      readonly operand: Expression
      readonly value: boolean
      readonly negated: boolean
    }
  | {
      readonly kind: 'in'
      readonly operand: Expression
      readonly list: readonly Expression[]
      readonly negated: boolean
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] | '*' }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: TypeName }
  | {
      readonly kind: 'case'
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]
      readonly otherwise: Expression | null
    }
  | { readonly kind: 'default' }

/** One entry of a select list or of `returning`; `*` or `table.*` has no expression. */
export type Output =
  | { readonly kind: 'all'; readonly table: string | null }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly name: string | null }

export interface SortKey {
  readonly expression: Expression
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export type Wait = 'block' | 'skip locked' | 'nowait'
export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

export interface TableName {
  readonly name: string
  readonly alias: string | null
}

export interface Assignment {
  readonly column: string
  readonly value: Expression
}

export interface OnConflict {
  /** The columns that the unique index must have, or its name; null: any. */
  readonly target: readonly string[] | { readonly constraint: string } | null
  /** Null: do nothing. */
  readonly set: readonly Assignment[] | null
  readonly where: Expression | null
}

export type Statement =
  | {
      readonly kind: 'select'
      readonly output: readonly Output[]
      readonly from: TableName | null
      readonly where: Expression | null
      readonly order: readonly SortKey[]
      readonly limit: Expression | null
      readonly offset: Expression | null
      /** Null without `for update`. */
      readonly lock: Wait | null
    }
  | {
      readonly kind: 'insert'
      readonly table: TableName
      readonly columns: readonly string[] | null
      /** Null: `default values`. */
      readonly rows: readonly (readonly Expression[])[] | null
      readonly conflict: OnConflict | null
      readonly returning: readonly Output[]
    }
  | {
      readonly kind: 'update'
      readonly table: TableName
      readonly set: readonly Assignment[]
      readonly where: Expression | null
      readonly returning: readonly Output[]
    }
  | {
      readonly kind: 'delete'
      readonly table: TableName
      readonly where: Expression | null
      readonly returning: readonly Output[]
    }
  | { readonly kind: 'begin'; readonly isolation: Isolation | null; readonly start: boolean }
  | { readonly kind: 'set-isolation'; readonly isolation: Isolation }
  | { readonly kind: 'commit' }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'empty' }
  | CreateTable
  | CreateIndex

export interface ColumnDefinition {
  readonly name: string
  readonly type: ColumnType
  readonly serial: boolean
  readonly notNull: boolean
  readonly default: Expression | null
}

export interface CreateTable {
  readonly kind: 'create-table'
  readonly name: string
  readonly columns: readonly ColumnDefinition[]
  /** In the order in which PostgreSQL makes their indexes: the primary key first. */
  readonly keys: readonly {
    readonly name: string | null
    readonly columns: readonly string[]
    readonly primary: boolean
  }[]
  readonly checks: readonly {
    readonly name: string | null
    readonly condition: Expression
    readonly column: string | null
  }[]
}

export interface CreateIndex {
  readonly kind: 'create-index'
  readonly name: string | null
  readonly table: string
  readonly columns: readonly string[]
}
