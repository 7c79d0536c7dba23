/** Payloads that are bytes. */

export type Bytes = ArrayBufferView | ArrayBufferLike;

/** By brand: `instanceof` fails across realms, and JSON would then make `{}` of the bytes. */
export function isBytes(payload: unknown): payload is Bytes {
  if (typeof payload !== 'object' || payload === null) return false;
  return ArrayBuffer.isView(payload) || isBuffer(payload);
}

/** The memory that a view shows, as it stands there. Throws when it was transferred away. */
export function viewOf(bytes: Bytes): Uint8Array {
  if (!ArrayBuffer.isView(bytes)) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isBuffer(payload: object): boolean {
  const brand = Object.prototype.toString.call(payload);
  return brand === '[object ArrayBuffer]' || brand === '[object SharedArrayBuffer]';
}
