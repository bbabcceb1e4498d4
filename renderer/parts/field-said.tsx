import type { ReactNode } from 'react'
import type { Refused } from '../client/refused.ts'

/** A refusal said at the field it is about: what is wrong and what to do. null for the other fields, which stay as they are. */
export function saidAt(field: string, refused: Refused | null): ReactNode {
  if (refused === null || refused.field !== field) return null
  return (
    <span role="alert">
      {refused.message}. {refused.hint}
    </span>
  )
}

/** Whether one of the form's fields says it; what belongs to none of them is said below the button. */
export function isSaidAtField(refused: Refused, fields: readonly string[]): boolean {
  return refused.field !== null && fields.includes(refused.field)
}
