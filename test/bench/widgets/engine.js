/** The engine alone, to be measured in the page. */
import { createEngine } from '../../../dist/esm/core.js'
import { measureActivities } from '../activities.mjs'

window.measureActivities = (batches) => measureActivities(createEngine, batches)
