import { stripVTControlCharacters } from 'node:util'

/** Columns under each other: texts to the left, numbers (`>` before the name) to the right. */
export function table(columns: string[], rows: string[][], style: (head: string) => string): string {
  const right = columns.map((name) => name.startsWith('>'))
  const heads = columns.map((name) => name.replace(/^>/, ''))
  const widths = heads.map((head, index) => Math.max(...[head, ...rows.map((row) => row[index] ?? '')].map(widthOf)))
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => {
        const gap = ' '.repeat(widths[index]! - widthOf(cell))
        return right[index] ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [style(line(heads)), ...rows.map(line)].map((text) => `  ${text}\n`).join('')
}

function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length
}
