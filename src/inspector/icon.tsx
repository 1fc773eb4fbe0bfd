const paths = {
  foothold: 'M3 13h4V9h4V5h3M3 13V3',
  close: 'm4 4 8 8m0-8-8 8',
  fold: 'M4 8h8',
  right: 'M2.5 3.5h11v9h-11zM10 3.5v9',
  bottom: 'M2.5 3.5h11v9h-11zM2.5 9.5h11',
  open: 'm6 4 4 4-4 4',
  pick: 'M7 3H3v10h4M9 3h4v4M8 8l6 2.2-2.6 1.1L10.200 14z',
  previous: 'm10 4-4 4 4 4',
  next: 'm6 4 4 4-4 4',
  check: 'm3.500 8.500 3 3 6-7',
  cross: 'm4.500 4.500 7 7m0-7-7 7',
  pause: 'M6 4v8m4-8v8',
  unknown: 'M8 11.500v.5M6 6a2 2 0 1 1 2.800 1.800c-.5.300-.8.700-.8 1.200v.3',
}

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
