import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** The entries of an object, each as a tree. */
export function Fields({ of }: { of: object }) {
  const entries = Object.entries(of).filter(([, each]) => each !== undefined)
  if (!entries.length) return <p class="fine">Nothing.</p>
  return (
    <div class="fields">
      {entries.map(([key, each]) => (
        <Tree key={key} name={key} value={each} />
      ))}
    </div>
  )
}

/** Plain data, as a tree that opens. */
export function Tree({ name, value }: { name: string; value: unknown }) {
  const [opened, setOpened] = useState(false)
  const label = <span class="key">{name}</span>
  if (typeof value !== 'object' || value === null)
    return (
      <div class="node">
        {label}
        <span class={`value ${value === null ? 'null' : typeof value}`}>
          {typeof value === 'string' ? `"${value}"` : String(value)}
        </span>
      </div>
    )
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  const [start, end] = Array.isArray(value) ? '[]' : '{}'
  if (!entries.length)
    return (
      <div class="node">
        {label}
        <span class="value">
          {start}
          {end}
        </span>
      </div>
    )
  return (
    <div class="node">
      <button type="button" class="twist" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Icon name="open" />
        {label}
        {!opened && <span class="value brief">{brief(value)}</span>}
      </button>
      {opened && (
        <div class="inner">
          {entries.map(([key, each]) => (
            <Tree key={key} name={key} value={each} />
          ))}
        </div>
      )}
    </div>
  )
}

/** The beginning of it, in one line. */
export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
