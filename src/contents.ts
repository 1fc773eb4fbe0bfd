import type { Json } from './core/activity.ts'
import { parseDuration } from './core/duration.ts'
import { FootholdError } from './core/errors.ts'
import { type Flow, type FlowContext, type Guide, type Step, standsBeside } from './core/guide.ts'
import { looksLikeMarkdown, plainText, type Text } from './core/text.ts'
import { type ContentRequest, type KeepEarlyOptions, keepEarly } from './keep-early.ts'
import type { StepChunks } from './steps/step.ts'
import type { Follow } from './surfaces/follow.ts'
import type { Screen } from './surfaces/screen.tsx'

export interface ContentsOptions extends KeepEarlyOptions {
  /** The source's. */
  content?: ((ref: string, context: FlowContext) => Promise<unknown>) | undefined
  translations(): Guide['translations']
  /** Step types that are fetched when a step has them. */
  stepChunks: StepChunks
  /** What keeps a surface beside an element; fetched when a step stands there. */
  loadFollow(): Promise<{ follow: Follow }>
  /** What is fetched to draw with is for it. */
  screen: Pick<Screen, 'knows' | 'learn' | 'follows' | 'learnToFollow'>
  onError(error: FootholdError): void
}

export type Content = { [key: string]: Json }

/** What flows need from afar: steps and props by reference, step types, and the Markdown parser where there is Markdown. */
export interface Contents {
  /** Rejects with a FootholdError `content-failed` for what no flow could play. */
  steps(flow: string, ref: string, context: ContentRequest): Promise<Step[]>
  /** Gets ahead of time what a flow begins with, as far as that does not depend on what will trigger it. */
  fetchAhead(flow: Flow, variant: string | undefined): Promise<unknown>
  /** Gets what the step is drawn with. Rejects with a FootholdError `chunk-failed`. */
  fetchDrawing(step: Step): Promise<void>
  /** Of one flow that runs. */
  of(context: ContentRequest): FlowContents
  /** Rich text. What needs the parser before it is there is taken as it is written. */
  parse(markdown: string): Text
}

export interface FlowContents {
  /** Whether the step could be drawn now, or without its target, which is `missing`. */
  ready(step: Step, missing?: boolean): boolean
  /**
   * Gets what the step needs. What is here or on its way is not asked for again; what failed is.
   * Rejects with a FootholdError `content-failed` or `chunk-failed`.
   */
  prepare(step: Step): Promise<void>
  /** What `step.content` led to. */
  props(step: Step): Content | undefined
}

export function createContents(options: ContentsOptions): Contents {
  const { translations, stepChunks, loadFollow, screen, onError } = options
  const content = options.content && keepEarly(options.content, options)
  let parser: ((markdown: string) => Text) | undefined
  let loading: Promise<void> | undefined

  async function resolve<Result>(
    what: string,
    ref: string,
    context: ContentRequest,
    check: (given: unknown) => given is Result,
    wanted: string,
  ): Promise<Result> {
    try {
      if (!content) throw new Error('the source has no content()')
      const given = await content(ref, context)
      if (!check(given)) throw new Error(`it is not ${wanted}`)
      return given
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : cause
      throw new FootholdError('content-failed', `${what} ("${ref}") could not be had: ${said}. It is skipped.`, {
        cause,
      })
    }
  }

  function loadParser(): Promise<void> {
    loading ??= import('./markdown.ts').then(
      ({ parseMarkdown }) => {
        parser = parseMarkdown
      },
      (cause) => {
        parser = plainText
        const text = 'The Markdown parser could not be loaded; texts are shown as they are written.'
        onError(new FootholdError('chunk-failed', text, { cause }))
      },
    )
    return loading
  }

  async function fetchDrawing(step: Step): Promise<void> {
    const { type } = step
    const load = stepChunks.get(type)
    await Promise.all([
      !screen.knows(type) &&
        load &&
        fetchChunk(
          `a ${type}`,
          load,
          (chunk) => screen.learn(chunk[type]!),
          () => screen.knows(type),
        ),
      standsBeside(step) &&
        !screen.follows() &&
        fetchChunk('a tooltip', loadFollow, ({ follow }) => screen.learnToFollow(follow), screen.follows),
    ])
  }

  async function fetchChunk<Chunk>(
    what: string,
    load: () => Promise<Chunk>,
    take: (chunk: Chunk) => void,
    taken: () => boolean,
  ) {
    try {
      take(await load().catch(load))
      // A server that has another version under the name.
      if (!taken()) throw new Error('it is not what was expected')
    } catch (cause) {
      const text = `What draws ${what} could not be loaded; its steps are skipped. Check the network and script-src.`
      throw new FootholdError('chunk-failed', text, { cause })
    }
  }

  const canDraw = (step: Step, missing?: boolean) =>
    screen.knows(step.type) && (missing || screen.follows() || !standsBeside(step))

  /** Whether a text among the props, or its translation, looks like Markdown. */
  function isRich(value: unknown, key = ''): boolean {
    if (typeof value === 'string') {
      if (/(url|src|id|code)$/i.test(key)) return false
      const texts = [value, ...Object.values(translations() ?? {}).map((words) => words[value] ?? '')]
      return texts.some((text) => looksLikeMarkdown(text.replace(/\{\{[^{}]*\}\}/g, '')))
    }
    return typeof value === 'object' && value !== null && Object.entries(value).some(([key, each]) => isRich(each, key))
  }

  function fetchSteps(flow: string, ref: string, context: ContentRequest) {
    return resolve(`The steps of flow "${flow}"`, ref, context, areSteps, 'a list of steps that can be played')
  }

  const contents: Contents = {
    steps: fetchSteps,
    async fetchAhead({ id, steps }, variant) {
      const context = { flow: id, ...(variant !== undefined && { variant }) }
      const list = Array.isArray(steps) ? steps : await fetchSteps(id, steps.ref, context)
      // What comes after the first step is fetched while that is shown.
      await Promise.all([contents.of(context).prepare(list[0]!), ...list.map(fetchDrawing)])
    },
    fetchDrawing,
    parse: (markdown) => (parser && looksLikeMarkdown(markdown) ? parser(markdown) : plainText(markdown)),
    of(context) {
      const coming = new Map<Step, Promise<Content>>()
      const here = new Map<Step, Content>()
      const isComplete = (step: Step) => !step.content || here.has(step)
      const isReadable = (step: Step) => !!parser || !(isRich(step.props) || isRich(here.get(step)))

      async function fetchProps(step: Step, ref: string) {
        const content = resolve(`The content of step "${step.id}"`, ref, context, isObject, 'an object of props')
        coming.set(step, content)
        try {
          here.set(step, await content)
        } catch (error) {
          coming.delete(step)
          throw error
        }
        return here.get(step)!
      }

      return {
        ready: (step, missing) => canDraw(step, missing) && isComplete(step) && isReadable(step),
        async prepare(step) {
          const fetchWords = async () => {
            if (!isComplete(step)) await (coming.get(step) ?? fetchProps(step, step.content!.ref))
            if (!isReadable(step)) await loadParser()
          }
          await Promise.all([fetchDrawing(step), fetchWords()])
        },
        props: (step) => here.get(step),
      }
    },
  }
  return contents
}

function isObject(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a machine of a flow relies on. The guide's own steps were read with all else. */
function areSteps(value: unknown): value is Step[] {
  if (!Array.isArray(value) || !value.length || !value.every(isObject)) return false
  const ids = new Set(value.map(({ id }) => id))
  return (
    ids.size === value.length &&
    (value as unknown as Step[]).every(
      ({ id, type, branch = [], wait = 0, timeout = 0, for: pause = 0 }) =>
        /^(?!(completed|dismissed|ended|snoozed)$)[a-z0-9][a-z0-9-]{0,63}$/.test(id) &&
        typeof type === 'string' &&
        Array.isArray(branch) &&
        branch.every((each) => ids.has(each?.to)) &&
        [wait, timeout, pause].every((duration) => parseDuration(duration) >= 0),
    )
  )
}
