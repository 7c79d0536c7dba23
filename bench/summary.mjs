/** Rounds to figures: medians, the range they came from, and ratios of medians. */

/** The contenders that others are compared with, and how that is called. */
export const BASES = { limit: 'ofLimit', phoenix: 'ofPhoenix', handler: 'ofHandler' };

/** `{ limit: [{ perSecond }, …], … }` to `{ limit: { perSecond: { median, min, max }, ofLimit: { perSecond } }, … }`. */
export function summarise(results) {
  const spreads = mapValues(results, spreadOf);
  return mapValues(spreads, (spread) => ({
    ...spread,
    ...Object.fromEntries(
      Object.entries(BASES)
        .filter(([base]) => base in spreads)
        .map(([base, of]) => [of, ratios(spread, spreads[base])]),
    ),
  }));
}

function spreadOf(rounds) {
  return mapValues(rounds[0], (_, field) => {
    const sorted = rounds.map((round) => round[field]).sort((a, b) => a - b);
    return { median: median(sorted), min: sorted[0], max: sorted.at(-1) };
  });
}

function median(sorted) {
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

/** Of the medians; a figure that is 0 there has no ratio. */
function ratios(spread, base) {
  const entries = Object.entries(spread)
    .filter(([field]) => base[field].median > 0)
    .map(([field, { median: own }]) => [field, own / base[field].median]);
  return Object.fromEntries(entries);
}

function mapValues(record, change) {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}
