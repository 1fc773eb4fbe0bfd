import { guideDefinitions, guideSchema } from './schema.ts'
import { isObject } from './shape.ts'
import { type PropHint, stepProps } from './step-props.ts'

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema is of any shape
type JsonSchema = { [key: string]: any }

/**
 * The JSON Schema (draft-07) of guides, by which editors complete, explain and correct. Every guide that is accepted
 * fits it. Needs the development dependency `@valibot/to-json-schema`.
 *
 * Where one of several forms is allowed it is picked by what tells them apart, so that an editor reports what is wrong
 * with the form that was meant, once, instead of all forms that it is not. `errorMessage`, `patternErrorMessage`,
 * `deprecationMessage` and `defaultSnippets` are VS Code's; others ignore them.
 */
export async function guideJsonSchema(): Promise<object> {
  const { toJsonSchema } = await import('@valibot/to-json-schema')
  const { $schema, $defs, ...guide } = toJsonSchema(guideSchema as never, {
    target: 'draft-07',
    definitions: guideDefinitions as never,
    ignoreActions: ['check', 'raw_check'],
    overrideSchema: ({ valibotSchema, jsonSchema }) => advised(valibotSchema, jsonSchema, 'errorMessage') as never,
    overrideAction: ({ valibotAction, jsonSchema }) =>
      (valibotAction.type === 'regex'
        ? advised(valibotAction, jsonSchema, 'patternErrorMessage')
        : jsonSchema) as never,
  }) as JsonSchema
  const named = Object.entries($defs as JsonSchema).filter(([name]) => !/^\d+$/.test(name))
  const { properties, ...whole } = edited(guide, $defs)
  offerFlowIn(properties.flows.items)
  return {
    $schema,
    $id: 'https://unpkg.com/foothold/dist/guide.schema.json',
    title: 'Foothold guide',
    ...whole,
    properties: {
      $schema: { description: 'Where this schema is, for editors.' },
      ...properties,
    },
    definitions: Object.fromEntries(
      named.map(([name, { description, examples, ...definition }]) => [name, edited(definition, $defs, name)]),
    ),
  }
}

/** A patch is of a flow, so its keys are offered in it; what it makes of the flow is judged elsewhere. */
function offerFlowIn({ properties }: JsonSchema): void {
  const { patch } = properties.experiment.properties.variants.items.properties
  patch.properties.id.doNotSuggest = true
  for (const [key, { description, examples }] of Object.entries<JsonSchema>(properties))
    patch.properties[key] ??= { description, ...(examples && { examples }) }
}

/** Adds what a schema's own message tells to write. */
function advised(schema: object, jsonSchema: object, keyword: string): object {
  const { message } = schema as { message?: unknown }
  if (typeof message !== 'function') return jsonSchema
  const [, wanted] = `${message({ input: null })}`.split('; write ')
  return wanted ? { ...jsonSchema, [keyword]: `Write ${wanted}.` } : jsonSchema
}

const duration = '\\d{1,15}(ms|s|m|h|d)'

/** A generated schema as editors need it. `$defs` holds what has no name. */
function edited(node: JsonSchema, $defs: JsonSchema, name?: string): JsonSchema {
  const { $ref, anyOf, description, examples, ...rest } = node
  const about = { ...(description && { description }), ...(examples && { examples: distinct(examples) }) }
  if ($ref) {
    const target = $ref.split('/').at(-1)
    if (/^\d+$/.test(target)) return edited({ ...$defs[target], ...about }, $defs)
    return { ...about, allOf: [{ $ref: `#/definitions/${target}` }] }
  }
  if (anyOf) {
    const options = (anyOf as JsonSchema[]).map((option) => edited(option, $defs))
    if (options.every(({ type }) => type === 'string' || type === 'number'))
      return oneScalar(options, { ...about, ...rest })
    const anything = options.some((option) => Object.keys(option).length === 0)
    return { ...about, ...(anything ? operatorsOr(options[0]!) : choice(options, name)) }
  }
  const result: JsonSchema = { ...about, ...rest }
  if (result.required?.length === 0) delete result.required
  for (const key of ['items', 'additionalProperties'])
    if (isObject(result[key])) result[key] = edited(result[key], $defs)
  if (name === 'condition')
    result.patternProperties = { '^\\$(?!(and|or|nor|not)$)': refused('Write $and, $or, $nor, $not or a path here.') }
  if (result.properties) {
    result.properties = Object.fromEntries(
      Object.entries<JsonSchema>(result.properties).map(([key, member]) => [key, edited(member, $defs)]),
    )
    const known = Object.keys(result.properties)
    // Unknown keys are ignored, and yet most often a slip of the pen. A patch holds any keys of its flow or step.
    const patch = result.properties.id?.not || `${known}` === 'id'
    if (!patch) result.additionalProperties ??= unknownKey(known)
    if (known.includes('props') && known.includes('type')) result.allOf = Object.entries(stepProps).map(propsOfType)
  }
  return result
}

/** What is said of the props of a step type; all of it hints. */
function propsOfType([type, hints]: [string, { [name: string]: PropHint }]): JsonSchema {
  const members = (hints: { [name: string]: PropHint }): JsonSchema =>
    Object.fromEntries(
      Object.entries(hints).map(([name, { properties, ...hint }]) => {
        const inner = properties && { properties: members(properties) }
        return [name, { ...hint, ...inner, ...(inner && { items: inner }) }]
      }),
    )
  return {
    if: { properties: { type: { const: type } }, required: ['type'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema says so
    then: { properties: { props: { description: `What a ${type} draws.`, properties: members(hints) } } },
  }
}

/** Texts and numbers in one schema: the keywords of the one say nothing of the other. */
function oneScalar(options: JsonSchema[], { description, examples = [], errorMessage }: JsonSchema): JsonSchema {
  const words = options.flatMap((option) => option.enum ?? [])
  const texts = [...words, ...options.flatMap(({ pattern }) => (pattern ? pattern.slice(1, -1) : []))]
  const { minimum } = options.find(({ type }) => type === 'number')!
  const unit = `${minimum === undefined ? 'A number or a' : 'A'} duration such as "500ms", "20s", "3m", "24h", "7d"${minimum === undefined ? '' : ', a number of milliseconds'}${words.map((word) => `, "${word}"`).join('')}.`
  return {
    ...(description && { description: texts.includes(duration) ? `${description} ${unit}` : description }),
    ...((examples[0] ?? words[0]) !== undefined && { examples: distinct([...examples, ...words]) }),
    type: ['string', 'number'],
    pattern: `^(${texts.join('|')})$`,
    ...(minimum !== undefined && { minimum }),
    errorMessage,
    patternErrorMessage: errorMessage,
  }
}

/** Anything; what is written with operators has those of the hint. */
function operatorsOr(hint: JsonSchema): JsonSchema {
  const then = hint.properties
    ? { ...hint, additionalProperties: false, errorMessage: `Write one of ${Object.keys(hint.properties).join(' ')}.` }
    : hint
  return {
    if: { type: 'object', propertyNames: { pattern: '^\\$' }, ...(!hint.properties && { minProperties: 1 }) },
    then,
  }
}

/**
 * One of several forms, told apart by type or by the key that only one has. What refers to a definition, if anything, is
 * the form where no other is meant.
 */
function choice(options: JsonSchema[], name?: string): JsonSchema {
  const [named, shaped] = [options.find(({ allOf }) => allOf), options.filter(({ allOf }) => !allOf)]
  const objects = shaped.filter(({ type }) => type === 'object')
  const keys = named || objects.length > 1 ? objects.map(({ required }) => required[0] as string) : []
  const language = name === 'expression' || name === 'state'
  const forms = shaped.map((form): Form => {
    const key = form.type === 'object' && keys.length ? form.required[0] : undefined
    if (!key) return { means: { type: form.type }, form }
    const means = { type: 'object', required: [key] }
    if (!language) return { means, form }
    const others = keys.filter((other) => other !== key)
    const more = { anyOf: others.map((other) => ({ required: [other] })) }
    return {
      means,
      form: {
        ...form,
        patternProperties: { [`^(${others.join('|')})$`]: true },
        allOf: [refused('Write one operator here; "all" and "any" combine several.', more)],
      },
    }
  })
  if (name === 'state') {
    const moment = (operator: string) => `"${operator}" is true only for a moment. Write a state such as "count" here.`
    forms.unshift(
      { means: { type: 'string' }, form: refused(moment('on')) },
      ...['on', 'sequence'].map((key) => ({
        means: { type: 'object', required: [key] },
        form: refused(moment(key)),
      })),
    )
    const dwell = forms.find(({ means }) => means.required?.[0] === 'dwell')!.form
    dwell.properties.is = {
      ...dwell.properties.is,
      if: { anyOf: [{ required: ['$gt'] }, { required: ['$gte'] }, { maxProperties: 0 }] },
      else: refused('"dwell" is true only for a moment with "$lt" alone. Write "$gt" or "$gte" here.'),
    }
  }
  const texts = shaped.some(({ type }) => type === 'string') ? ['a text'] : []
  const lists = shaped.some(({ type }) => type === 'array') ? ['a list'] : []
  const wanted = [
    ...(language && texts[0] ? ['an activity type such as "Product Viewed"'] : texts),
    ...lists,
    ...(keys.length
      ? [`an object with ${keys.length > 1 ? 'one of ' : ''}${keys.join(', ')}`]
      : objects.map(({ required = [] }) => ['an object', ...required].join(' with '))),
  ].join(', or ')
  const otherwise = named ?? {
    ...refused(`Write ${wanted}.`),
    // To be completed while none of them is there.
    ...(keys.length && {
      properties: Object.fromEntries(objects.map(({ properties }, index) => [keys[index], properties[keys[index]!]])),
    }),
  }
  return {
    ...(language && { defaultSnippets: objects.map(snippet) }),
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema says so
    ...forms.reduceRight<JsonSchema>((other, { means, form }) => ({ if: means, then: form, else: other }), otherwise),
  }
}

interface Form {
  /** What shows that this form is meant. */
  means: JsonSchema
  form: JsonSchema
}

/** Nothing fits, or nothing like this. */
function refused(errorMessage: string, not: JsonSchema = {}): JsonSchema {
  return { not, errorMessage }
}

/** What the members that an operator needs look like. */
function snippet({ properties, required }: JsonSchema): JsonSchema {
  const body = Object.fromEntries(
    required.map((key: string) => [key, properties[key].examples?.[0] ?? properties[key].enum?.[0] ?? []]),
  )
  return {
    label: required[0],
    description: properties[required[0]].description,
    // A `$` stands for a place to fill in.
    bodyText: JSON.stringify(body, null, 1).replace(/\n\s*/g, ' ').replaceAll('$', '\\$'),
  }
}

function unknownKey(known: string[]): JsonSchema {
  return { deprecationMessage: `Foothold ignores this key. It knows ${known.join(', ')} here.` }
}

function distinct(list: unknown[]): unknown[] {
  return list.filter((each, index) => list.indexOf(each) === index)
}
