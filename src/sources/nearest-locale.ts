/**
 * Of the locales that there are, the one to ask for: the visitor's, else a wider one, else any of the same language.
 *
 * @example nearestLocale('de-AT', ['en-US', 'de']) // 'de'
 */
export function nearestLocale(wanted: string, locales: readonly string[]): string | undefined {
  const parts = wanted.toLowerCase().split('-')
  for (let length = parts.length; length > 0; length--) {
    const tag = parts.slice(0, length).join('-')
    const found = locales.find((locale) => locale.toLowerCase() === tag)
    if (found !== undefined) return found
  }
  return locales.find((locale) => locale.toLowerCase().startsWith(`${parts[0]}-`))
}
