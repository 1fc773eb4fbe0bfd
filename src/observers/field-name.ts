/**
 * What a form or a field is called: its `data-foothold`, else `name`, else `id`. Nothing in a masked part of the page. Read
 * from attributes, not properties: a form may have a field called `name`.
 */
export function fieldName(element: Element): string | undefined {
  if (element.closest('[data-foothold-mask],[data-private]')) return
  const name = ['data-foothold', 'name', 'id'].map((attribute) => element.getAttribute(attribute)).find(Boolean)
  return name?.slice(0, 80)
}
