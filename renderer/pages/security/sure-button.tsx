import { useState } from 'react'
import page from '../../parts/page.module.css'

/** Asks once more in place: the second press is the act. */
export function SureButton({ act, onSure, sure }: { act: string; sure: string; onSure: () => void }) {
  const [isAsked, setAsked] = useState(false)
  return (
    <button type="button" className={page.button} onClick={() => (isAsked ? onSure() : setAsked(true))} onBlur={() => setAsked(false)}>
      {isAsked ? sure : act}
    </button>
  )
}
