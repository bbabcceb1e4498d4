import classes from './field-row.module.css'

/** Always beside words that say the same. */
export function LockSign() {
  return (
    <svg className={classes.lockSign} viewBox="0 0 24 24" aria-hidden="true">
      <rect x="5" y="11" width="14" height="9" rx="2" fill="currentColor" />
      <path d="M8 11V8a4 4 0 0 1 8 0v3" fill="none" stroke="currentColor" strokeWidth="2.200" />
    </svg>
  )
}
