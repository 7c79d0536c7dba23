/** Secrets that a test plants, and every form in which one could leak. */

/** Of signs that URLs and JSON write otherwise. */
export function plant(name: string): string {
  return `planted/${name}+4711=?`;
}

/** In base64 a text looks otherwise behind one or two bytes: the signs at its edges depend on what is around. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from(`${' '.repeat(before)}${text}`);
    const whole = bytes.toString('base64').replace(/=+$/, '');
    const inner = whole.slice(before === 0 ? 0 : before + 1, -2);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function formsOf(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    ...base64Forms(secret),
  ];
}

/** The names of those that a text gives away, in whatever form. */
export function leaksIn(text: string, plants: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(plants).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [name] : [],
  );
}
