/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}` in a text, from the environment. */

export type Filled =
  | { readonly kind: 'filled'; readonly text: string }
  | { readonly kind: 'unfilled'; readonly what: string; readonly remedy: string };

/** Also half ones, so that none is passed over in silence; a dollar before one makes it a text. */
const VARIABLE = /\$?\$\{([^}]*)(\}?)/g;
const INSIDE = /^([A-Za-z_]\w*)(?::([-?])([^]*))?$/;

/** An empty variable counts as none where there is a default or a message, as in a shell. */
export function filled(text: string, env: NodeJS.ProcessEnv): Filled {
  const failures: Filled[] = [];
  const result = text.replace(VARIABLE, (whole: string, inside: string, end: string) => {
    if (whole.startsWith('$$')) return whole.slice(1);
    const part = end === '' ? unreadable() : valueOf(inside, env);
    if (part.kind === 'filled') return part.text;
    failures.push(part);
    return '';
  });
  return failures[0] ?? { kind: 'filled', text: result };
}

function valueOf(inside: string, env: NodeJS.ProcessEnv): Filled {
  const [, name, operator, operand = ''] = INSIDE.exec(inside) ?? [];
  if (name === undefined) return unreadable();
  const value = env[name];
  const isThere = value !== undefined && (operator === undefined || value !== '');
  if (isThere) return { kind: 'filled', text: value };
  if (operator === '-') return { kind: 'filled', text: operand };
  const what = `needs the environment variable ${name}, which is not set`;
  if (operator === '?' && operand !== '') return { kind: 'unfilled', what, remedy: operand };
  return { kind: 'unfilled', what, remedy: `set it, or write \${${name}:-and a default}` };
}

function unreadable(): Filled {
  return {
    kind: 'unfilled',
    what: 'has a ${ that begins no variable',
    remedy: 'write ${NAME}, ${NAME:-default} or ${NAME:?message}, or $${ for the two characters',
  };
}
