/** What a webhook's configuration leaves out: the schema tells these, and the deliveries keep to them. */

export const WEBHOOK_DEFAULTS = {
  mode: 'structured',
  order: 'perTopic',
  inFlight: 16,
  timeout: '15s',
  /** As Dapr's and Benthos' outputs: an application that restarts is found again soon, one that is away is let alone. */
  retry: { min: '200ms', max: '30s', factor: 2, jitter: 'full' },
  /** Events of several topics fail together only where nobody answers: ten in a row are no accident. */
  breaker: { failures: 10, openFor: '10s' },
  /** Dapr's numbers. */
  health: { interval: '5s', timeout: '500ms', failures: 3 },
} as const;
