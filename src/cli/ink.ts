import { styleText } from 'node:util'

export type Ink = { [style in 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan']: (text: string) => string }

/** Styles for a terminal; none for a file, a pipe, or where `NO_COLOR` says so. */
export function ink(stream: NodeJS.WriteStream): Ink {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  const styled = FORCE_COLOR ? FORCE_COLOR !== '0' : stream.isTTY && !NO_COLOR && TERM !== 'dumb'
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    styled ? styleText(format, text, { validateStream: false }) : text
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    yellow: style('yellow'),
    green: style('green'),
    cyan: style('cyan'),
  }
}
