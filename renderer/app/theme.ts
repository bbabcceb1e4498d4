import { createTheme } from '@mantine/core'

/** Mantine takes sizes and colours from style/base.css; here only what is not a matter of looks. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  defaultRadius: 'md',
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
})
