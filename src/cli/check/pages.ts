import { compilePages } from '../../core/condition.ts'

/** Whether path patterns leave no page: each that is wanted is excluded word for word, or everything is. */
export function excludesAll(pages: string[]): boolean {
  const unwanted = pages.filter((page) => page.startsWith('!')).map((page) => page.slice(1))
  const wanted = pages.filter((page) => !page.startsWith('!'))
  if (unwanted.some((page) => page === '*' || page === '/*')) return true
  const excluded = unwanted[0] !== undefined && compilePages(unwanted)
  return (
    excluded &&
    wanted.length > 0 &&
    wanted.every((page) => unwanted.includes(page) || (!/[*:]/.test(page) && excluded(page)))
  )
}
