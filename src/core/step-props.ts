/** What editors are told of one prop. */
export interface PropHint {
  description: string
  examples?: unknown[]
  /** Of an object, or of each object in a list. */
  properties?: { [name: string]: PropHint }
}

type Hints = { [name: string]: PropHint }

const prop = (description: string, ...examples: unknown[]): PropHint => ({
  description,
  ...(examples[0] !== undefined && { examples }),
})
const holding = (description: string, properties: Hints): PropHint => ({ description, properties })

const copy = {
  title: prop('The heading. Markdown with {{templates}}.', 'Hello {{visitor.traits.name}}'),
  text: prop('What is said below it. Markdown with {{templates}}.'),
}
const action = {
  start: prop('Starts the flow with this id.', 'welcome'),
  url: prop('Opens an address: of this site here, others in a new tab.', '/settings'),
  to: prop('Where to: one of these, or the id of a step.', 'next', 'back', 'skip', 'dismiss', 'snooze', 'complete'),
  report: prop('Reports an activity.', 'Plan Chosen'),
}
const actions = holding('The buttons, instead of those that the step has by itself.', {
  id: prop('Its name in `Action Clicked`. Default: the label.'),
  label: prop('What stands on the button.', 'Show me'),
  look: prop('How it looks. Default secondary, the last one primary.', 'primary', 'secondary', 'link'),
  for: prop('How long, with "to": "snooze". Default 1d.', '1d'),
  answer: prop('Answers the step with this value; branches apply.', 'no-thanks'),
  ...action,
})
const image = holding('A picture above the words.', {
  url: prop('Its address.', '/welcome.svg'),
  alt: prop('What it says; empty for mere decoration.'),
  width: prop('In pixels; with the height nothing moves when it arrives.', 640),
  height: prop('In pixels.', 360),
})
const question = {
  question: prop('What is asked.', 'How likely are you to recommend us?'),
  text: prop('What is said below the question.'),
  kind: prop('How it is answered.', 'nps', 'csat', 'rating', 'emoji', 'choice', 'text'),
  choices: holding('Of `choice` and `emoji`: texts, or objects with these.', {
    value: prop('What is answered.', 'price'),
    label: prop('What is read.', 'A lower price'),
    emoji: prop('Of `emoji`: the picture.', '🙂'),
  }),
  multiple: prop('Several choices may be taken; the answer is a list.', true),
  other: prop('Adds a choice with own words, called "Other" or as you say: { "other": … } in the answer.', true),
  max: prop('Of `rating`: how many stars. Default 5.', 5),
  low: prop('What the least means.', 'Not likely'),
  high: prop('What the most means.', 'Very likely'),
  required: prop('It must be answered. Default false: without an answer the step is skipped.', true),
  atLeast: prop('How many choices, or characters, at least.', 2),
  atMost: prop('How many choices, or characters, at most.', 3),
  input: prop('Of `text`: one line of this kind.', 'line', 'email', 'tel', 'url', 'number'),
  pattern: prop('Of `text`: a regular expression that one line has to match as a whole.', '[A-Z]{2}[0-9]+'),
  error: prop('What is said when the text is not as it should be.'),
  placeholder: prop('An example of an answer.'),
  trait: prop('The answer becomes this trait of the visitor.', 'role'),
}
const thanks = prop('A word of thanks that stays for a moment; `true` has one in the language of the visitor.', true)

/** What editors are told of the props of the built-in step types. Nothing of it is a condition. */
export const stepProps: { [type: string]: Hints } = {
  message: {
    ...copy,
    image,
    video: holding('A video above the words, with the controls of the browser.', {
      src: prop('Its address.', '/tour.webm'),
      poster: prop('The picture that stands there until it plays.'),
      title: prop('What it is about, for those who do not see it.'),
      captions: holding('WebVTT files; the one in the language of the visitor is on.', {
        src: prop('Its address.', '/tour.en.vtt'),
        lang: prop('Its language.', 'en'),
        label: prop('The name of the language.', 'English'),
      }),
      autoplay: prop('Plays at once and silently; not for who wants less motion. Default false.', true),
      width: prop('In pixels. Default: 16 to 9.', 640),
      height: prop('In pixels.', 360),
    }),
    actions,
  },
  survey: {
    ...question,
    title: prop('Above several questions.'),
    questions: holding('Several questions, answered at once by their ids.', {
      id: prop('Its name in the answer.', 'score'),
      ...question,
      when: prop('Asked only while the answers to the others fit.', { score: { $lte: 6 } }),
    }),
    submit: prop('What stands on the button.', 'Send'),
    thanks,
  },
  offer: {
    ...copy,
    code: prop('The discount code, to be copied.', 'BACK10'),
    expires: prop('When it ends: a date, or so long after it was first shown.', '72h', '2026-12-31'),
    claimed: prop('What claims it; it is not shown again after that. Default: its code is copied.', {
      on: 'Coupon Applied',
      where: { coupon: 'BACK10' },
    }),
    product: prop('What it is about, as in e-commerce activities.'),
    products: prop('Several of them.', { from: 'profile.cart.items' }),
    image,
    actions,
  },
  checklist: {
    ...copy,
    items: holding('What is to be done.', {
      id: prop('The id of the item.', 'project'),
      label: prop('What is to be done.', 'Create a project'),
      text: prop('More about it, until it is done.'),
      done: prop(
        'What makes it done: an activity, a flow, a state. Without it the visitor ticks it off.',
        'Project Created',
        { flow: 'welcome' },
        { count: 'Task Completed', is: { $gte: 3 } },
      ),
      ...action,
    }),
    collapsed: prop('Starts as a small button. Default false.', true),
    thanks,
  },
}
