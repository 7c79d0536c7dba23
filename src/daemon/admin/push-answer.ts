/** What became of a push of the page, as the page is told. */

export type PushAnswer =
  | { readonly outcome: 'queued' | 'sent' }
  | { readonly outcome: 'replied'; readonly status: string; readonly response: unknown }
  | { readonly outcome: 'failed'; readonly code: string; readonly error: string };
