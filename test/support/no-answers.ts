/** What a function of the user's own may do instead of giving the answer it was asked for. */

export const NO_ANSWERS: readonly (readonly [string, () => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('no idea');
    },
  ],
  ['answers nothing', () => undefined],
  ['answers a promise', () => Promise.reject(new Error('late'))],
  ['answers less than nothing', () => -1],
];
