import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** Plain data, as a tree that opens. */
export function Tree({ name, value, open = false }: { name?: string; value: unknown; open?: boolean }) {
  const [opened, setOpened] = useState(open)
  const label = name !== undefined && <span class="key">{name}</span>
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
