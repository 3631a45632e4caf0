/** Typed expressions and statements: what analysis leaves, plain data in which every name is looked up and every type known. */
import type { Isolation, TypeName, Wait } from './syntax.ts'
import type { Value } from './values.ts'

/** A type, or that of a text or parameter whose surroundings have not given it one yet. */
export type AnyType = TypeName | 'unknown'

export type Typed =
  | { readonly kind: 'constant'; readonly type: AnyType; readonly value: Value }
  | { readonly kind: 'parameter'; readonly type: AnyType; readonly index: number }
  /** A column of the row in hand, or of the row that was to be inserted. */
  | {
      readonly kind: 'field'
      readonly type: TypeName
      readonly source: 'row' | 'excluded'
      readonly column: number
    }
  /** When the transaction began, or this very moment. */
  | { readonly kind: 'now' | 'clock'; readonly type: TypeName }
  /** An operation that is null where an operand is; `on` is the type of its operands. */
  | {
      readonly kind: 'apply'
      readonly type: TypeName
      readonly operation: Operation
      readonly on: TypeName
      readonly operands: readonly Typed[]
    }
  /** Looks at its operands in their order, and only as far as it must. */
  | {
      readonly kind: 'and' | 'or' | 'coalesce' | 'case'
      readonly type: TypeName
      readonly operands: readonly Typed[]
    }
  /** Looks at all operands and leaves out nulls. */
  | {
      readonly kind: 'greatest' | 'least'
      readonly type: TypeName
      readonly operands: readonly Typed[]
    }
  | {
      readonly kind: 'is-null' | 'is-true' | 'is-false'
      readonly type: 'boolean'
      readonly operands: readonly [Typed]
    }
  | {
      readonly kind: 'aggregate'
      readonly type: TypeName
      readonly aggregate: Aggregate
      /** Null: `count(*)`. */
      readonly operand: Typed | null
    }

export type Comparison = '=' | '<>' | '<' | '>' | '<=' | '>='
export type Operation =
  Comparison | '+' | '-' | '*' | '/' | '%' | '||' | 'negate' | 'not' | 'cast' | 'length' | 'abs'
export type Aggregate = 'count' | 'min' | 'max' | 'sum'

export interface Column {
  readonly name: string
  readonly type: TypeName
  readonly serial: boolean
  readonly notNull: boolean
  readonly default: Typed | null
}

export interface UniqueIndex {
  readonly name: string
  readonly columns: readonly number[]
  readonly primary: boolean
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** In the order in which they were made, which is the order in which they are checked. */
  readonly indexes: readonly UniqueIndex[]
  /** In the order of their names, as they are checked. */
  readonly checks: readonly { readonly name: string; readonly condition: Typed }[]
}

export interface TypedOutput {
  readonly name: string
  readonly expression: Typed
}

/** A new value of a column; null: its default. */
export interface TypedAssignment {
  readonly column: number
  readonly value: Typed | null
}

export interface TypedSortKey {
  readonly expression: Typed
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface TypedConflict {
  readonly target: readonly number[] | { readonly index: number } | null
  readonly set: readonly TypedAssignment[] | null
  readonly where: Typed | null
}

export interface TypedSelect {
  readonly kind: 'select'
  readonly table: string | null
  readonly output: readonly TypedOutput[]
  readonly aggregated: boolean
  readonly where: Typed | null
  readonly order: readonly TypedSortKey[]
  readonly limit: Typed | null
  readonly offset: Typed | null
  readonly lock: Wait | null
}

export interface TypedInsert {
  readonly kind: 'insert'
  readonly table: string
  readonly rows: readonly (readonly TypedAssignment[])[]
  readonly conflict: TypedConflict | null
  readonly returning: readonly TypedOutput[]
}

export interface TypedUpdate {
  readonly kind: 'update'
  readonly table: string
  readonly set: readonly TypedAssignment[]
  readonly where: Typed | null
  readonly returning: readonly TypedOutput[]
}

export interface TypedDelete {
  readonly kind: 'delete'
  readonly table: string
  readonly where: Typed | null
  readonly returning: readonly TypedOutput[]
}

/** What looks at rows. */
export type RowStatement = TypedSelect | TypedInsert | TypedUpdate | TypedDelete

export type TypedStatement =
  | RowStatement
  | { readonly kind: 'begin'; readonly isolation: Isolation | null; readonly start: boolean }
  | { readonly kind: 'set-isolation'; readonly isolation: Isolation }
  | { readonly kind: 'commit' | 'rollback' | 'empty' }
