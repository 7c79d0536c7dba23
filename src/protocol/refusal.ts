/** Why a reply says no, in the words that Phoenix itself uses. */

export function hasReason(response: unknown, reason: string): boolean {
  return (
    typeof response === 'object' &&
    response !== null &&
    'reason' in response &&
    response.reason === reason
  );
}
