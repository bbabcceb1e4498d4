import type { ReactNode } from 'react'
import type { Shape } from './sight.ts'

/** Filled shapes are for what is over (good, bad); drawn ones for what goes on. Told apart by outline alone, at 26 px and from two metres. */
const DRAWN: Record<Shape, ReactNode> = {
  dashed: <circle cx="12" cy="12" r="9" strokeDasharray="3.4 3.67" />,
  signal: (
    <>
      <path d="M3 10a13 13 0 0 1 18 0M6.5 13.8a8 8 0 0 1 11 0" />
      <circle cx="12" cy="18" r="1.9" fill="currentColor" stroke="none" />
    </>
  ),
  eye: (
    <>
      <path d="M2 12c2.4-4.4 5.8-6.6 10-6.6S19.600 7.600 22 12c-2.400 4.400-5.800 6.600-10 6.600S4.400 16.400 2 12Z" />
      <circle cx="12" cy="12" r="3" />
    </>
  ),
  sheet: (
    <>
      <path d="M6 2.500h8L19 7.500V21.500H6Z" />
      <path d="M9.500 12h6M9.500 16.500h6" />
    </>
  ),
  arrow: <path d="M12 2.500V16M5.500 10 12 16.500 18.500 10M4 21.500H20" />,
  chip: (
    <>
      <rect x="6" y="6" width="12" height="12" rx="1.500" />
      <path d="M9.500 2.500V6M14.500 2.500V6M9.500 18v3.500M14.500 18v3.500M2.500 9.500H6M2.500 14.500H6M18 9.500h3.500M18 14.500h3.500" />
    </>
  ),
  turn: <path d="M20 5.500V10.500H15M19.500 10A8 8 0 1 0 20 14" />,
  key: (
    <>
      <circle cx="7.500" cy="15.500" r="4.500" />
      <path d="M10.800 12.200 20.500 2.500M16 7l4 4" />
    </>
  ),
  check: (
    <>
      <circle cx="12" cy="12" r="10.500" fill="currentColor" stroke="none" />
      <path d="m6.800 12.500 3.600 3.600 7-7.600" stroke="var(--shape-inner)" strokeWidth="2.600" />
    </>
  ),
  cloud: (
    <>
      <path d="M7 20a5.500 5.500 0 0 1-.8-10.940A7 7 0 0 1 19.600 10.300 5 5 0 0 1 18.500 20Z" fill="currentColor" />
      <path d="m8.300 14 2.700 2.700 5-5.200" stroke="var(--shape-inner)" strokeWidth="2.400" />
    </>
  ),
  hand: (
    <path d="M8 12.500V5.200a1.600 1.600 0 0 1 3.200 0V11 M11.200 10.500V3.600a1.600 1.600 0 0 1 3.200 0V11 M14.400 11V5.200a1.600 1.600 0 0 1 3.200 0V14.500c0 4.300-2.600 7-6.300 7-3 0-4.700-1.500-6-4L3.200 14a1.600 1.600 0 0 1 2.700-1.600L8 15" />
  ),
  plug: (
    <>
      <path d="M8 2.500V7.500M16 2.500V7.500M5.500 7.500h13V11a6.500 6.500 0 0 1-13 0Z" />
      <path d="M12 17.500V21.500" />
    </>
  ),
  warning: (
    <>
      <path d="M12 2.200 23 21.300H1Z" fill="currentColor" strokeLinejoin="round" strokeWidth="1.500" />
      <path d="M12 9v5.500" stroke="var(--shape-inner)" strokeWidth="2.600" />
      <circle cx="12" cy="17.800" r="1.500" fill="var(--shape-inner)" stroke="none" />
    </>
  ),
}

/** Always beside its word, so it says nothing to a screen reader. */
export function ShapeSign({ className, shape }: { className?: string | undefined; shape: Shape }) {
  return (
    <svg
      className={className}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.200"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {DRAWN[shape]}
    </svg>
  )
}
