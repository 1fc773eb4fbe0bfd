import * as v from 'valibot'
import { patchFlow } from './experiment.ts'
import { documentProblems, type Flow, type Guide, problemsOf, refusal } from './guide.ts'
import { at, conditionOperators, misfit as found, isObject, type Problem } from './shape.ts'
import { tasksOf } from './task.ts'

type Schema = v.GenericSchema<unknown, unknown>
type Issue = v.BaseIssue<unknown>

/** Reads a document and returns it as a guide. The error lists everything that is wrong with it. */
export function parseGuide(value: unknown): Guide {
  const problems = guideProblems(value)
  if (problems[0]) throw refusal(value, problems.map(({ path, message }) => `\n${path || 'It'} ${message}.`).join(''))
  return value as Guide
}

/** Everything that is wrong with a document, each with its place and with what to write instead; empty for a guide. */
export function guideProblems(value: unknown): Problem[] {
  const unusable = documentProblems(value)
  if (unusable[0]) return unusable
  const { issues = [] } = v.safeParse(guideSchema, value)
  // Names that stand for nothing are looked up once all of them can be read.
  return issues[0] ? issues.map(problemOf) : problemsOf(value).map((problem) => advised(problem, value as Guide))
}

/** What the lean reader finds in a patched flow has no advice; the schema has it. */
function advised({ path, message }: Problem, { flows }: Guide): Problem {
  const [here, flowAt, variantAt] = /^flows\[(\d+)\]\.experiment\.variants\[(\d+)\]\.patch\./.exec(path) ?? []
  if (!here) return { path, message }
  const original = flows[Number(flowAt)] as Flow
  const { issues = [] } = v.safeParse(flow, patchFlow(original, original.experiment?.variants[Number(variantAt)]?.id))
  const advice = issues.map(problemOf).find((issue) => here + issue.path === path)
  return { path, message: advice?.message ?? message }
}

function problemOf({ path, message }: Issue): Problem {
  return { path: (path ?? []).reduce<string>((parent, { key }) => at(parent, key as string | number), ''), message }
}

/** What was found, and what to write. */
function misfit(value: unknown, wanted: string): string {
  return `${found(value)}; write ${wanted}`
}

/** The message of a leaf: what was found, and what to write. */
function write(wanted: string) {
  return ({ input }: Issue) => misfit(input, wanted)
}

/** Refuses whatever comes; the problem stands where the value stands. */
function refuse(wanted: string): Schema {
  return v.custom<unknown>(() => false, write(wanted))
}

/** A schema with the explanation that editors show. */
function about<S extends Schema>(description: string, schema: S, ...examples: unknown[]) {
  return v.pipe(schema, v.metadata({ description, ...(examples[0] !== undefined && { examples }) }))
}

/** A member that may be left out. */
function maybe(description: string, schema: Schema, ...examples: unknown[]) {
  return v.optional(about(description, schema, ...examples))
}

function object(entries: v.ObjectEntries): Schema {
  return noList(
    v.object(entries, (issue) => {
      const key = issue.path?.at(-1)?.key as string | undefined
      if (key === undefined) return misfit(issue.input, 'an object')
      return `is missing; write it: ${v.getDescription(entries[key] as Schema) ?? 'a value'}`
    }),
  )
}

/** Valibot takes a list for an object; a guide does not. */
function noList(schema: Schema): Schema {
  return {
    ...schema,
    '~run': (dataset, config) => (Array.isArray(dataset.value) ? refuse('an object') : schema)['~run'](dataset, config),
  }
}

function list(item: Schema, least = 0): Schema {
  const wanted = write(least ? 'a list of one or more' : 'a list')
  return v.pipe(v.array(item, wanted), v.minLength(least, wanted))
}

function oneOf(...words: string[]): Schema {
  return v.picklist(words, write(words.join(' or ')))
}

function text(pattern: RegExp, wanted: string): Schema {
  return v.pipe(v.string(write(wanted)), v.regex(pattern, write(wanted)))
}

function between(least: number, most: number): Schema {
  const wanted = write(`a number from ${least} to ${most}`)
  return v.pipe(v.number(wanted), v.minValue(least, wanted), v.maxValue(most, wanted))
}

interface Lazy {
  /** All that is allowed, for the JSON Schema. */
  documented: Schema
  schema: Schema
}

/** One schema to be told of and another, picked by the value, to check it. */
function lazy(documented: Schema, pick: (input: unknown) => Schema): Lazy {
  return { documented, schema: v.lazy((input) => (input === undefined ? documented : pick(input))) }
}

/** An object whose members have a schema by their name, checked in the order of the document. */
function keyed(documented: Schema, pick: (key: string) => Schema): Lazy {
  return lazy(documented, (input) =>
    isObject(input)
      ? v.object(Object.fromEntries(Object.keys(input).map((key) => [key, pick(key)])))
      : refuse('an object'),
  )
}

function record(value: Schema, key: Schema = v.string()): Schema {
  return keyed(v.record(key as never, value), (name) => {
    const { issues } = v.safeParse(key, name)
    return issues ? v.custom<unknown>(() => false, issues[0].message) : value
  }).schema
}

const idPattern = '[a-z0-9][a-z0-9-]{0,63}$'
const id = text(new RegExp(`^${idPattern}`), 'an id: up to 64 of a-z, 0-9 and "-", a letter or digit first')
const stepId = text(
  new RegExp(`^(?!(completed|dismissed|ended|snoozed)$)${idPattern}`),
  'an id: up to 64 of a-z, 0-9 and "-", and not completed, dismissed, ended or snoozed, which are the ends of a flow',
)
const variantId = text(
  new RegExp(`^(?!holdout$)${idPattern}`),
  'an id: up to 64 of a-z, 0-9 and "-", and not holdout, which is who sees nothing',
)
const string = v.pipe(v.string(write('a text')), v.minLength(1, write('a text that is not empty')))
const boolean = v.boolean(write('true or false'))
const number = v.number(write('a number'))
const times = between(1, 1e9)
const plainObject = noList(v.record(v.string(), v.unknown(), write('an object')))
const durationText = text(/^\d{1,15}(ms|s|m|h|d)$/, 'a duration such as "500ms", "20s", "3m", "24h" or "7d"')
const durationWanted = 'a duration such as "500ms", "20s", "3m", "24h", "7d", or a number of milliseconds'
const milliseconds = v.pipe(v.number(write(durationWanted)), v.minValue(0, write(durationWanted)))
const duration = v.union([durationText, milliseconds], write(durationWanted))
const window = v.union(
  [v.picklist(['page', 'session', 'ever']), durationText, milliseconds],
  write(`"page", "session", "ever" or ${durationWanted}`),
)
const comparand = v.union([durationText, v.number()], write('a number or a duration such as "3m"'))
const pattern = text(/^!?[/*]/, 'a path pattern such as "/products/:id", "/help/*" or "!/checkout/*" to exclude')
const path = about('A dotted path into the properties of the activity.', string)
const typeWanted = 'an activity type such as "Product Viewed"; a star stands for nothing'
const activityType = text(/^(?!([\s\S]*\.)?\*$)[\s\S]/, typeWanted)
const machineType = text(
  /^(?!(([\s\S]*\.)?\*|next|back|skip|dismiss|snooze|answer|draft|go|found|lost|missing|failed|complete|end|rest|TIME)$)[\s\S]/,
  `${typeWanted}, and next, back, skip, dismiss, snooze, answer, draft, go, found, lost, failed, end and TIME are the flow's own`,
)
const selector = v.pipe(
  string,
  v.maxLength(512, write('"@anchor" for data-foothold="anchor", or a selector of at most 512 characters')),
)
const date = v.pipe(
  text(/^\d{4}-\d\d/, 'a date such as "2026-11-27" or "2026-11-27T09:00"'),
  v.check((value) => !Number.isNaN(Date.parse(value as string)), write('a date that exists')),
)

const comparisons = {
  $eq: maybe('Equal to.', comparand),
  $ne: maybe('Not equal to.', comparand),
  $gt: maybe('Greater than.', comparand, 3, '60s'),
  $gte: maybe('Greater than or equal to.', comparand),
  $lt: maybe('Less than.', comparand),
  $lte: maybe('Less than or equal to.', comparand),
}
const rangeWanted = 'a range such as { "$gt": 3 } or { "$gte": "20s", "$lt": "3m" }'
const rangeMembers = keyed(v.pipe(v.strictObject(comparisons, write(rangeWanted)), v.minEntries(1)), (key) =>
  Object.hasOwn(comparisons, key) ? comparand : refuse(`one of ${Object.keys(comparisons).join(' ')}`),
)
const range = lazy(
  about('Comparisons with a number or a duration; all of them hold.', rangeMembers.documented, { $gt: 3 }),
  (input) => (isObject(input) && Object.keys(input)[0] !== undefined ? rangeMembers.schema : refuse(rangeWanted)),
)

/** What each operator of a condition asks of a property. */
const meanings: Record<string, string> = {
  $eq: 'Is equal to this.',
  $ne: 'Is not equal to this.',
  $gt: 'Is greater than this; a missing value is not.',
  $gte: 'Is greater than or equal to this; a missing value is not.',
  $lt: 'Is less than this; a missing value is not.',
  $lte: 'Is less than or equal to this; a missing value is not.',
  $in: 'Is one of these, or a list that has one of them.',
  $nin: 'Is none of these.',
  $ini: 'Is one of these, in any case of letters.',
  $nini: 'Is none of these, in any case of letters.',
  $regex: 'Matches this regular expression.',
  $regexi: 'Matches this regular expression, in any case of letters.',
  $notRegex: 'Does not match this regular expression.',
  $notRegexi: 'Does not match this regular expression, in any case of letters.',
  $exists: 'Is there (true), or not (false).',
  $type: 'Is of this type: string, number, boolean, array, object or null.',
  $size: 'Is a list of this length; a number or operators.',
  $elemMatch: 'Is a list with an element like this.',
  $all: 'Is a list that has all of these.',
  $alli: 'Is a list that has all of these, in any case of letters.',
  $not: 'Is not like this.',
  $veq: 'Is this version.',
  $vne: 'Is another version.',
  $vgt: 'Is a later version.',
  $vgte: 'Is this version or a later one.',
  $vlt: 'Is an earlier version.',
  $vlte: 'Is this version or an earlier one.',
}

/** Operators that take a list. */
const lists = /^\$(n?in|all)i?$/

/** What a condition says of one property: a value to be equal to, or operators. */
const operand: Lazy = lazy(
  about(
    'A value to be equal to, or operators.',
    v.union([
      v.object(
        Object.fromEntries(
          conditionOperators.map((name) => [
            name,
            maybe(
              meanings[name]!,
              lists.test(name)
                ? list(v.unknown())
                : /^\$(not|size|elemMatch)$/.test(name)
                  ? later(() => operand)
                  : v.unknown(),
            ),
          ]),
        ),
      ),
      v.unknown(),
    ]),
    'DE',
    { $gte: 20, $lt: 50 },
  ),
  (input) =>
    isOperators(input)
      ? keyed(plainObject, (key) => {
          if (!conditionOperators.includes(key)) return refuse(`one of the operators ${conditionOperators.join(' ')}`)
          if (lists.test(key)) return list(v.unknown())
          if (key === '$elemMatch')
            return v.lazy((inner) => (isOperators(inner) ? operand.schema : condition.schema)) as Schema
          return operand.schema
        }).schema
      : v.unknown(),
)
const condition: Lazy = keyed(
  about(
    'A filter as in MongoDB: dotted paths, each with a value or operators.',
    v.objectWithRest(
      {
        $and: maybe('All of these hold.', v.array(later(() => condition))),
        $or: maybe('At least one of these holds.', v.array(later(() => condition))),
        $nor: maybe('None of these holds.', v.array(later(() => condition))),
        $not: maybe(
          'This does not hold.',
          later(() => condition),
        ),
      },
      later(() => operand),
    ),
    { price: { $gt: 20 }, category: 'shoes' },
  ),
  (key) => {
    if (key === '$not') return condition.schema
    if (/^\$(and|n?or)$/.test(key)) return list(condition.schema)
    return key.startsWith('$') ? refuse('$and, $or, $nor, $not or the path of a property here') : operand.schema
  },
)

const anyMatch = matchOf(activityType)
const machineMatch = matchOf(machineType)
const match = anyMatch.schema

const pulses = new Set(['on', 'sequence'])
const stateExpression: Lazy = language(true)
const anyExpression: Lazy = language(false)

const step = withTasks({
  id: about('The id of the step, unique in its flow.', stepId, 'welcome'),
  type: about(
    'What is inside: `message`, `survey`, `offer`, `checklist`, `send`, `wait`, or a type that you define. One that the page does not know is skipped.',
    string,
    'message',
    'survey',
    'offer',
    'checklist',
    'send',
    'wait',
  ),
  surface: maybe('The frame on screen. Default: a tooltip with a target, a modal without.', surface()),
  target: maybe(
    'The element that it points at: "@name" for data-foothold="name", or a selector; ">>>" crosses open shadow roots and frames of the same origin.',
    lazy(v.union([selector, target()]), (input) => (isObject(input) ? target() : selector)).schema,
    '@invite.button',
  ),
  placement: maybe(
    'The side of the target.',
    oneOf(...['top', 'right', 'bottom', 'left'].flatMap((side) => [side, `${side}-start`, `${side}-end`])),
  ),
  spotlight: maybe('Dims the page around every element that the target matches.', boolean),
  mode: maybe(
    'Of the surface `inline`: instead of the target, inside at its end (default), or behind it in the line.',
    oneOf('replace', 'append', 'annotate'),
  ),
  wait: maybe('How long to wait for a target that is not there yet. Default 5s.', duration, '5s'),
  onMissing: maybe(
    'When the target does not come: pass the step over, show it in the middle, or end the flow. Default skip.',
    oneOf('skip', 'center', 'end'),
  ),
  timeout: maybe('The step is shown at most so long.', duration, '30s'),
  when: maybe('A state; where it is not true the step is passed over.', stateExpression.schema),
  advance: maybe('The activity that moves on: the real thing done.', machineMatch.schema, 'Project Created'),
  branch: maybe(
    'Where an answer or an activity leads to; the first that fits counts.',
    list(
      lazy(v.union([branch('answer'), branch('on')]), (input) =>
        isObject(input) && 'on' in input ? branch('on') : branch('answer'),
      ).schema,
    ),
    [{ answer: { $lte: 6 }, to: 'why' }],
  ),
  content: maybe(
    'Content that the source brings when the step is shown.',
    object({ ref: about('The name of the content.', string, 'welcome-text') }),
  ),
  props: maybe('What the step type draws. Texts are Markdown with {{templates}}.', plainObject, {
    title: 'Hello {{visitor.name}}',
  }),
  destination: maybe('Of a `send`: where to, one of the destinations of the relay.', string, 'hubspot'),
  activity: maybe('Of a `send`: the type of the activity that is sent.', activityType, 'Cart Abandoned'),
  properties: maybe('Of a `send`: the properties of that activity.', plainObject),
  for: maybe('Of a `wait`: how long.', duration, '24h'),
})

/** A patch of steps as a list. */
const patchedSteps = list(object({ id: about('The id of the step.', id) }))

const flow = object({
  id: about('The id of the flow, unique in the guide. Its history hangs on it.', id, 'welcome'),
  version: about('Counted up by you with each change; a new version starts with fresh trigger state.', number, 1),
  name: maybe('What people call it.', string, 'Welcome tour'),
  enabled: maybe('`false` switches this flow off.', boolean),
  runs: maybe('Where it runs: in the page, or on the relay. Default page.', oneOf('page', 'relay')),
  trigger: about('When the flow starts.', anyExpression.schema, 'Project Created', { idle: '60s' }),
  audience: maybe('Who may see it: a state.', stateExpression.schema, { segment: 'new' }),
  pages: maybe('On which pages it may show; "!/checkout/*" excludes.', list(pattern, 1), ['/products/*']),
  schedule: maybe(
    'From when until when.',
    object({
      from: maybe('The first moment.', date, '2026-11-27T09:00'),
      until: maybe('The moment from which on no more.', date, '2026-12-01'),
      timezone: maybe("The time zone of both. Default: the visitor's.", string, 'Europe/Berlin'),
    }),
  ),
  frequency: maybe(
    'How often at most. Default: once ever.',
    object({
      times: about('How many times.', times, 1),
      every: maybe(
        'In which period. Default: ever.',
        v.union(
          [v.picklist(['session', 'day', 'week']), durationText, milliseconds],
          write(`"session", "day", "week" or ${durationWanted}`),
        ),
        '30d',
      ),
    }),
  ),
  priority: maybe('Who wins a slot. Default normal.', oneOf('lowest', 'low', 'normal', 'high', 'highest')),
  group: maybe('Flows of one group exclude each other.', id, 'onboarding'),
  urgent: maybe('Exempt from the limits of the guide.', boolean),
  purpose: maybe('The consent that it needs. Default functional.', oneOf('functional', 'analytics', 'marketing')),
  delay: maybe('How long to wait after the trigger.', duration, '2s'),
  cancelOn: maybe('Activities that end the flow.', list(machineMatch.schema), ['Order Completed']),
  onLeave: maybe('When the page was left in the middle. Default resume.', oneOf('resume', 'restart', 'end')),
  goal: maybe(
    'What the flow is for.',
    object({
      on: about('The activity that reaches the goal.', match, 'Order Completed'),
      within: about('How long after.', duration, '3d'),
    }),
  ),
  experiment: maybe(
    'Variants of the flow, of which each visitor gets one.',
    object({
      id: about('The id of the experiment; visitors are assigned by it.', id, 'discount-size'),
      holdout: maybe('The share of visitors who see nothing, from 0 to 1.', between(0, 1), 0.1),
      variants: about(
        'The arms.',
        list(
          object({
            id: about('The id of the variant, unique in the experiment.', variantId, 'control'),
            weight: about('Its share, in relation to the other weights.', between(1e-9, 1e9), 1),
            patch: maybe(
              'A JSON merge patch (RFC 7386) on the flow; `steps` is patched by step id.',
              object({
                id: maybe('Cannot be patched.', v.never(write('nothing here: the id of a flow stays'))),
                steps: maybe(
                  'What changes, by step id; null takes a step away.',
                  lazy(v.union([plainObject, patchedSteps]), (input) =>
                    Array.isArray(input) ? patchedSteps : plainObject,
                  ).schema,
                ),
              }),
              { trigger: { is: { $gt: 5 } } },
            ),
          }),
          1,
        ),
      ),
    }),
  ),
  backfill: maybe('A changed flow keeps its trigger state. Default false.', boolean),
  steps: about(
    'The steps in their order, or a reference by which the source brings them when the flow fires.',
    lazy(v.union([list(step, 1), stepsReference()]), (input) => (isObject(input) ? stepsReference() : list(step, 1)))
      .schema,
  ),
})

const caps = {
  perSession: maybe('How many in a session.', between(0, 1e9), 2),
  perDay: maybe('How many on a day.', between(0, 1e9), 5),
}

/**
 * The guide's format as a Valibot schema: for `foothold check`, the relay and the JSON Schema. The agent carries the
 * lean reader of `guide.ts` instead; one table of cases ties the two together. Unknown keys are ignored everywhere.
 *
 * Recursive places and unions are lazy: told a value, they pick the one schema that it means to follow, so that each
 * problem is named where it is; told nothing, they give all that is allowed, for the JSON Schema.
 */
export const guideSchema = about(
  'What Foothold shows, to whom and when.',
  object({
    format: about('The version of this format.', v.literal(1, write('1'))),
    enabled: maybe('`false` stops everything: the kill switch.', boolean),
    segments: maybe('Named states, to be used as { "segment": name }.', record(stateExpression.schema, id), {
      new: { active: 'sessions', is: { $lte: 1 } },
    }),
    models: maybe(
      'Logistic models, as `foothold train` fits them.',
      record(
        object({
          intercept: about('The intercept.', number, -1.2),
          features: about(
            'What goes in, by name.',
            record(
              object({
                weight: about('The weight.', number, 0.4),
                of: about(
                  'A state, or a path into the profile.',
                  lazy(v.union([string, stateExpression.schema]), (input) =>
                    typeof input === 'string' ? string : stateExpression.schema,
                  ).schema,
                  'sessions.count',
                ),
                scale: maybe('How the number is scaled first.', oneOf('log1p', 'z')),
                mean: maybe('The mean, for `z`.', number),
                sd: maybe('The standard deviation, for `z`.', number),
              }),
            ),
          ),
        }),
        id,
      ),
    ),
    flows: about('The flows; of two equal ones the earlier wins.', list(flow)),
    limits: maybe(
      'How much any visitor sees, over all flows that are not urgent.',
      object({
        gap: maybe('The time between two flows.', duration, '30s'),
        ...caps,
        perSurface: maybe(
          'Limits for single surfaces.',
          object(Object.fromEntries(surfaces().map((name) => [name, maybe(`Limits for ${name}.`, object(caps))]))),
        ),
      }),
    ),
    holdout: maybe(
      'Visitors who see no flow at all, for the lift over everything.',
      object({
        share: about('Their share, from 0 to 1.', between(0, 1), 0.05),
        salt: about('Any text; another one chooses other visitors.', string, 'global-2026'),
      }),
    ),
    alerts: maybe(
      'What the relay watches.',
      list(
        object({
          id: about('The id of the alert, unique among them.', id, 'rage'),
          when: about('What happens to a visitor.', anyExpression.schema, { count: 'Rage Clicked', is: { $gte: 3 } }),
          visitors: about('How many visitors it happens to.', range.schema, { $gte: 20 }),
          within: about('In which time.', duration, '1h'),
          notify: about('Whom to tell.', list(string), ['ops@example.com']),
        }),
      ),
    ),
    translations: maybe('Texts by locale.', record(record(string)), { de: { Next: 'Weiter' } }),
  }),
)

/** The parts of the format that hold themselves, by their name in the JSON Schema: all that is allowed in each. */
export const guideDefinitions = {
  expression: anyExpression.documented,
  state: stateExpression.documented,
  match: anyMatch.documented,
  machineMatch: machineMatch.documented,
  condition: condition.documented,
  operand: operand.documented,
  range: range.documented,
}

function surfaces(): string[] {
  return ['tooltip', 'hotspot', 'modal', 'banner', 'card', 'inline']
}

function surface(): Schema {
  return oneOf(...surfaces())
}

function target(): Schema {
  return object({
    css: about('A selector.', selector, '#menu button'),
    text: maybe('What the element says, where the selector fits several.', string, 'Invite'),
    within: maybe('A selector of what the element lies in.', selector, '#sidebar'),
  })
}

/** A step; what it asks about the visitor is written among its props, which are its type's own affair otherwise. */
function withTasks(entries: v.ObjectEntries): Schema {
  return v.pipe(
    object(entries),
    v.rawCheck(({ dataset: { value }, addIssue }) => {
      for (const { when, path } of tasksOf(Object(value))) {
        const { issues } = v.safeParse(stateExpression.schema, when)
        const keys = ['props', ...path.split(/[[\].]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key))]
        if (issues) addIssue({ message: issues[0].message, path: keys.map((key) => ({ key })) as never })
      }
    }),
  )
}

function stepsReference(): Schema {
  return object({ ref: about('The name of the content.', string, 'welcome-steps') })
}

function branch(by: 'answer' | 'on'): Schema {
  const to = about('The id of the step that follows.', id, 'why')
  if (by === 'on') return object({ on: about('The activity.', machineMatch.schema, 'Plan Chosen'), to })
  const answer = lazy(v.union([range.schema, v.unknown()]), (input) =>
    isOperators(input) ? range.schema : v.unknown(),
  )
  return object({ answer: about('The answer, or a range of it.', answer.schema, 'no', { $lte: 6 }), to })
}

function fullMatch(type: Schema): Schema {
  return object({
    on: about(
      'The type of the activity, or several.',
      lazy(v.union([type, list(type, 1)]), (input) => (Array.isArray(input) ? list(type, 1) : type)).schema,
      'Product Viewed',
    ),
    where: maybe('What its properties are like.', condition.schema, { price: { $gt: 20 } }),
    pages: maybe('On which pages.', list(pattern, 1), ['/products/*']),
  })
}

function matchOf(type: Schema): Lazy {
  const full = fullMatch(type)
  const documented = about('Which activities are meant.', v.union([type, full]), 'Product Viewed')
  return lazy(documented, (input) => (isObject(input) ? full : type))
}

/** The trigger language, with pulses or only states. Under `not` there are only states. */
function language(states: boolean): Lazy {
  const inner = later(() => (states ? stateExpression : anyExpression))
  const within = maybe('The window that is looked at. Default ever.', window, '7d', 'session')
  const is = about('What the number must be like.', range.schema, { $gt: 3 })
  const per = maybe('Counted for each value of this property; one is enough.', path, 'product_id')
  const unless = maybe('The activity that clears what was counted.', match, 'Order Completed')
  const same = maybe('All with the same value of this property.', path, 'product_id')
  const aggregate = (name: string, description: string) =>
    object({
      [name]: about(description, match, 'Order Completed'),
      of: about('The property with the number.', path, 'price'),
      is,
      within,
      per,
      unless,
    })
  const operators: Record<string, Schema> = {
    on: fullMatch(activityType),
    count: object({
      count: about('How many of these.', match, 'Product Viewed'),
      is,
      within,
      per,
      distinct: maybe('Counts the different values of this property.', path, 'product_id'),
      unless,
    }),
    sum: aggregate('sum', 'The sum over these.'),
    avg: aggregate('avg', 'The average over these.'),
    min: aggregate('min', 'The least among these.'),
    max: aggregate('max', 'The greatest among these.'),
    ratio: object({
      ratio: about('How many of these …', match, 'Action Clicked'),
      of: about('… divided by how many of these.', match, 'Step Viewed'),
      is: about('What the share must be like.', range.schema, { $gte: 0.5 }),
      within,
    }),
    sequence: object({
      sequence: about(
        'These, one after the other; { "next": … } allows none of the others in between.',
        list(
          lazy(v.union([match, next()]), (input) => (isObject(input) && 'next' in input ? next() : match)).schema,
          1,
        ),
        ['Cart Viewed', 'Checkout Started'],
      ),
      within: maybe('All of it within this time.', window, '10m'),
      unless: maybe('The activity that breaks it.', match, 'Order Completed'),
      same,
    }),
    absent: object({
      absent: about('What did not happen …', match, 'Order Completed'),
      after: about('… after this …', match, 'Product Added'),
      for: about('… for so long.', duration, '24h'),
      same,
    }),
    idle: object({ idle: about('No interaction for so long.', duration, '60s') }),
    dwell: object({
      dwell: about(
        'Where the engaged time is spent: pages, or a section.',
        lazy(v.union([list(pattern, 1), section()]), (input) => (Array.isArray(input) ? list(pattern, 1) : section()))
          .schema,
        ['/pricing'],
        { section: 'features' },
      ),
      is: about('How long: `$gt` and `$gte` while it lasts, others when it is left.', range.schema, { $gte: '30s' }),
      streak: maybe('So many visits in a row.', times, 3),
    }),
    since: object({
      since: about(
        'Since the first or last of these; "seen" is any visit.',
        lazy(v.union([occasion('first'), occasion('last')]), (input) =>
          occasion(isObject(input) && 'first' in input ? 'first' : 'last'),
        ).schema,
        { last: 'seen' },
      ),
      is: about('How long ago.', range.schema, { $gt: '14d' }),
    }),
    active: object({
      active: about('How many days or sessions the visitor was there.', oneOf('days', 'sessions')),
      is,
      within,
      where: maybe('Only sessions with such `seconds`, `pages`, `engaged`.', condition.schema, {
        seconds: { $gte: 60 },
      }),
    }),
    status: object({
      status: about('The id of a flow.', id, 'welcome'),
      is: about('What became of it.', oneOf('completed', 'dismissed', 'dropped', 'shown', 'never')),
      step: maybe('At this step of it.', id, 'invite'),
      within: maybe('No longer ago than this.', duration, '7d'),
    }),
    profile: object({
      profile: about('What the profile is like, by path.', condition.schema, { 'visitor.traits.plan': 'trial' }),
    }),
    segment: object({ segment: about('The name of a segment that the visitor is in.', id, 'new') }),
    all: object({ all: about('All of these are true.', list(inner, 1), [{ idle: '60s' }, { segment: 'new' }]) }),
    any: object({
      any: about('At least one of these is true.', list(inner, 1), [{ idle: '60s' }, { segment: 'new' }]),
    }),
    not: object({
      not: about(
        'This is false; a state.',
        later(() => stateExpression),
        { segment: 'new' },
      ),
    }),
  }
  const allowed = Object.entries(operators).filter(([name]) => !(states && pulses.has(name)))
  const objects = allowed.map(([, schema]) => schema)
  const wanted = `an activity type or an object with one of ${Object.keys(operators).join(', ')}`
  const state = (name: string) => `"${name}" is true only for a moment, so write a state such as "count" here`
  return lazy(
    about(
      states ? 'A state of the trigger language.' : 'An expression of the trigger language.',
      v.union(states ? objects : [activityType, ...objects]),
    ),
    (input) => {
      if (typeof input === 'string' && input) return states ? v.custom<unknown>(() => false, state('on')) : activityType
      const [name, other] = isObject(input) ? Object.keys(input).filter((key) => Object.hasOwn(operators, key)) : []
      if (!name || other) return refuse(wanted)
      return states ? v.pipe(operators[name]!, v.check(isState, state(name))) : operators[name]!
    },
  )
}

/** The kind of `dwell` hangs on its range. */
function isState(expression: unknown): boolean {
  const written = expression as { dwell?: unknown; is?: object }
  if (written.dwell) return '$gt' in written.is! || '$gte' in written.is!
  return !Object.keys(written).some((key) => pulses.has(key))
}

function next(): Schema {
  return object({ next: about('Right after the one before.', match, 'Checkout Started') })
}

function section(): Schema {
  return object({ section: about('The name of a section.', string, 'features') })
}

function occasion(which: 'first' | 'last'): Schema {
  return object({ [which]: about(`The ${which} of these, or "seen" for any visit.`, match, 'seen', 'Order Completed') })
}

/** A lazy schema that is not there yet. */
function later(get: () => Lazy): Schema {
  return v.lazy((input) => (input === undefined ? get().documented : get().schema))
}

function isOperators(value: unknown): boolean {
  return isObject(value) && /^\$/.test(Object.keys(value)[0]!)
}
