/** A list of measurements as `median (min-max)`. */
export function spread(values, digits = 1) {
  if (!values.length) return '-'
  const text = (value) => value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1')
  const all = text(median(values))
  return values.length > 1 ? `${all} (${text(Math.min(...values))}-${text(Math.max(...values))})` : all
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
