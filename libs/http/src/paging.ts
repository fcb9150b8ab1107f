import { type Static, type TSchema, Type } from 'typebox'

/** The query of every list. */
export const PageQuery = Type.Object({
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1, description: 'The first page is 1.' }),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 20, description: 'Items a page.' }),
})
export type PageQuery = Static<typeof PageQuery>

/** What every list answers. */
export interface Page<T> {
  items: T[]
  page: number
  limit: number
  total: number
}

/** The schema of a list of `item`. */
export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), page: Type.Integer(), limit: Type.Integer(), total: Type.Integer() })

/** One page of everything there is. */
export function pageFrom<T>(all: readonly T[], { page, limit }: PageQuery): Page<T> {
  return { items: all.slice((page - 1) * limit, page * limit), page, limit, total: all.length }
}

/** Where a page begins, for stores that page by themselves. */
export const offsetOf = ({ page, limit }: PageQuery): number => (page - 1) * limit
