import classes from './network.module.css'
import type { NetworkForm } from './use-network.ts'

/** What is allowed at these fields and should be known. */
export function Warnings({ fields, form }: { form: NetworkForm; fields: readonly string[] }) {
  const found = (form.tried?.warnings ?? []).filter(({ field }) => fields.some((one) => field === one || field.startsWith(`${one}.`)))
  return (
    <>
      {found.map(({ field, text }) => (
        <p key={`${field} ${text}`} className={classes.known}>
          {text}
        </p>
      ))}
    </>
  )
}
