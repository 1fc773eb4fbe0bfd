export type { Consent } from './agent/agreement.ts'
export type { FootholdOptions } from './agent/options.ts'
export type { Clock } from './agent/time.ts'
export type { Assignment } from './assignments/assignment.ts'
export type {
  Activity,
  ActivityMap,
  Json,
  Page,
  ProductProperties,
  Properties,
  Report,
  VideoProperties,
  Visitor,
} from './core/activity.ts'
export { describe } from './core/describe.ts'
export type { Gate, GateName } from './core/eligibility.ts'
export type { Decision } from './core/engine.ts'
export { type ErrorCode, FootholdError } from './core/errors.ts'
export type { Decides, Explanation, Flip, LeafExplanation } from './core/explanation.ts'
export type {
  Condition,
  Duration,
  Experiment,
  Expression,
  Flow,
  FlowContext,
  Guide,
  Match,
  Model,
  Placement,
  Purpose,
  Range,
  Step,
  Surface,
} from './core/guide.ts'
export type { CartItem, FlowHistory, Profile } from './core/profile.ts'
export type { Text, TextNode } from './core/text.ts'
export type { Action, FlowView, LabelKey } from './core/view.ts'
export { consoleDestination } from './destinations/console.ts'
export type { Batch, Destination, Refusal } from './destinations/destination.ts'
export { type WebhookOptions, webhook } from './destinations/webhook.ts'
export { createFoothold, type Foothold } from './foothold.ts'
export { cart } from './observers/cart.ts'
export { type ClicksOptions, clicks } from './observers/clicks.ts'
export { type DataLayerOptions, dataLayer } from './observers/data-layer.ts'
export { deadClicks } from './observers/dead-clicks.ts'
export { defaultObservers } from './observers/default-observers.ts'
export { type DwellOptions, dwell } from './observers/dwell.ts'
export { errorsShown } from './observers/errors-shown.ts'
export { exitIntent } from './observers/exit-intent.ts'
export { forms } from './observers/forms.ts'
export { inactivity } from './observers/inactivity.ts'
export type { Observer, ObserverContext } from './observers/observer.ts'
export { type PageViewsOptions, pageViews } from './observers/page-views.ts'
export { type PosthogEmitter, type PosthogOptions, posthog } from './observers/posthog.ts'
export { products } from './observers/products.ts'
export { rageClicks } from './observers/rage-clicks.ts'
export { scrollDepth } from './observers/scroll-depth.ts'
export { type SectionsOptions, sections } from './observers/sections.ts'
export {
  type SegmentAnalyticsOptions,
  type SegmentEmitter,
  segmentAnalytics,
} from './observers/segment-analytics.ts'
export { type TextsOptions, texts } from './observers/texts.ts'
export { videos } from './observers/videos.ts'
export { type ContentfulSourceOptions, contentfulSource } from './sources/contentful.ts'
export { type HttpSourceOptions, httpSource } from './sources/http.ts'
export { inlineSource } from './sources/inline.ts'
export { type SanitySourceOptions, sanitySource } from './sources/sanity.ts'
export type { ContentContext, Source } from './sources/source.ts'
export { type StrapiSourceOptions, strapiSource } from './sources/strapi.ts'
export { defineStep, type StandardSchema, type StepType } from './steps/step.ts'
export { type LocalStoreOptions, localStore } from './stores/local.ts'
export { memoryStore } from './stores/memory.ts'
export type { Store } from './stores/store.ts'
