/** What a program of the tests says to the test that started it: a line on its standard output. */

export function say(...words: readonly (string | number)[]): void {
  console.log(words.join(' '));
}
