import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import classes from './drop-file.module.css'

/** Takes a file that is dropped or chosen. Says in words what it wants; the button does the same by keyboard. */
export function DropFile({
  accept,
  button,
  children,
  onFile,
}: {
  accept: string
  button: string
  children: ReactNode
  onFile: (file: File) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file !== undefined) onFile(file)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way to what the button does
    <div
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span>{children}</span>
      <button type="button" className={classes.button} onClick={() => input.current?.click()}>
        {button}
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = '' // the same file may be chosen again after it was mended
          if (file !== undefined) onFile(file)
        }}
      />
    </div>
  )
}
