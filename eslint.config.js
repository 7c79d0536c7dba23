/** What the linter holds the code to: types used strictly, functions and files kept small. */

import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const SIZE = {
  'max-depth': ['error', 2],
  'max-lines': ['error', 300],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
};

const FORM = {
  eqeqeq: 'error',
  'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
};

/** Unused names are left to the compiler, which knows them all (`noUnusedLocals`, `noUnusedParameters`). */
const TYPES = {
  '@typescript-eslint/array-type': ['error', { default: 'array' }],
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  '@typescript-eslint/no-import-type-side-effects': 'error',
  // `void | Refusal` is what a callback may return.
  '@typescript-eslint/no-invalid-void-type': 'off',
  '@typescript-eslint/no-unused-vars': 'off',
  '@typescript-eslint/parameter-properties': 'error',
  // An empty string is often meant to count as none.
  '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
  '@typescript-eslint/prefer-optional-chain': 'error',
  '@typescript-eslint/prefer-readonly': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  'no-restricted-syntax': [
    'error',
    { selector: 'TSEnumDeclaration', message: 'use an `as const` object' },
    {
      selector:
        ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
      message: 'use a #private name',
    },
  ],
};

const TESTS = {
  // A `describe` is one function that holds all its tests.
  'max-lines-per-function': 'off',
  // `expect.any()` and `expect.objectContaining()` are typed `any`, and stand in expected values.
  '@typescript-eslint/no-unsafe-assignment': 'off',
  // `expect(spy.method)` reads a method without calling it.
  '@typescript-eslint/unbound-method': 'off',
  // What `toHaveLength` has just proved, the compiler cannot know.
  '@typescript-eslint/no-non-null-assertion': 'off',
  // A handler under test may have to be async, and may have nothing to wait for.
  '@typescript-eslint/require-await': 'off',
};

export default defineConfig(
  globalIgnores(['dist', 'build', 'coverage']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['**/*.{js,mjs,ts}'], rules: { ...SIZE, ...FORM } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: TYPES,
  },
  {
    files: ['src/**/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'error', 'no-console': 'error' },
  },
  {
    files: ['**/*.machine.ts'],
    rules: {
      // XState takes its types from `types: {} as {…}`, which the rule's fix deletes.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      'max-lines-per-function': 'off',
    },
  },
  { files: ['test/**/*.ts'], rules: TESTS },
  {
    files: ['examples/**/*.test.ts'],
    rules: {
      ...TESTS,
      // The runner awaits what its `test` returns.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: 'test', package: 'node:test' }] },
      ],
    },
  },
  // Their tools look for a default export.
  { files: ['*.config.{js,ts}'], rules: { 'no-restricted-exports': 'off' } },
);
