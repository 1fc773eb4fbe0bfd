export const check = (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </svg>
)

export const sheets = (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M9 9h11v11H9zM15 9V4H4v11h5" />
  </svg>
)

export const star = (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="m12 3.2 2.7 5.6 6.1.8-4.5 4.3 1.1 6.1L12 17l-5.4 3 1.1-6.1-4.5-4.3 6.1-.8z" />
  </svg>
)

/** From 1, unhappy, to 5. */
export function face(mood: number) {
  const bend = (mood - 3) * 1.75
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="9.25" />
      <path d={`M9 9.5v.5M15 9.5v.5M8 ${15.5 - bend / 2}q4 ${2 * bend} 8 0`} />
    </svg>
  )
}
