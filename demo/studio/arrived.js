/** Settles when the widget has the guide with a flow: before, what the flow names, such as a segment, is not there. */
export async function arrived(foothold, flow) {
  const there = () => foothold.explain(flow).gates.length > 0
  for (let tries = 0; !there() && tries < 300; tries++) await new Promise((resolve) => setTimeout(resolve, 10))
  return foothold
}
