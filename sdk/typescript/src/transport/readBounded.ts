/**
 * Reads an answer, but no more of it than a limit: a proxy in between must not fill the memory of the caller.
 *
 * @returns Its text; undefined when there is more than `limit` bytes of it.
 */
export async function readBounded(response: Response, limit: number): Promise<string | undefined> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let length = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > limit) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
