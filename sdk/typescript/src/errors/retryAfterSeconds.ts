/**
 * What `Retry-After` asks for: a number of seconds, or a date (RFC 9110, section 10.2.3).
 *
 * @returns Whole seconds from now; undefined when the header is missing or says neither.
 */
export function retryAfterSeconds(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  // Only what ends in GMT is such a date: Date.parse alone takes nearly anything for one.
  const date = text.endsWith("GMT") ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1_000));
}
