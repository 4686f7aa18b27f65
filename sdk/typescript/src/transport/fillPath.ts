/** The names in a path template: `"userId"` for `/v1/friends/block/{userId}`. */
export type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersOf<Rest>
  : never;

/**
 * Puts ids into a path template, each as exactly one segment, whatever it contains.
 *
 * @throws TypeError for an id that is no text, empty, or made of dots: `..` would lead to another route.
 */
export function fillPath<Path extends string>(
  template: Path,
  parameters: Readonly<Record<ParametersOf<Path>, string>>,
): string {
  const values: Readonly<Record<string, unknown>> = parameters;
  return template.replace(/\{([A-Za-z]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (typeof value !== "string" || value === "" || value === "." || value === "..") {
      throw new TypeError(`${name} must be an id`);
    }
    return encodeURIComponent(value);
  });
}
