/** How fast something grows: the line through measured points with the least squares. */

export type Point = { readonly at: number; readonly value: number };

/** Of value by `at`; 0 when there is nothing to draw a line through. */
export function slopeOf(points: readonly Point[]): number {
  const at = mean(points.map((point) => point.at));
  const value = mean(points.map((point) => point.value));
  const spread = sum(points.map((point) => (point.at - at) ** 2));
  if (spread === 0) return 0;
  return sum(points.map((point) => (point.at - at) * (point.value - value))) / spread;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
