/** In names of properties, word by word. */
const privateName =
  /(^|_)(e_?mail|phone|mobile|tel|card|cvc|cvv|iban|ssn|password|passwd|token|secret|auth|authorization)(_|$)/

/** Whether a property of that name may say who somebody is, or open something. */
export function isPrivateName(name: string): boolean {
  return privateName.test(snakeCase(name))
}

/** `firstName` and `first-name` as `first_name`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .toLowerCase()
}
