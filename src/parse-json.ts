const deepest = 64; // levels; what histo reads has five at most

/**
 * Parses JSON that comes from outside. What is nested too deep is no JSON here, as whatever walks
 * through it later would run out of stack, and each level costs fifty times its two bytes.
 *
 * A key `__proto__` becomes a property like any other: it changes no prototype.
 *
 * @throws {SyntaxError} If the text is no JSON, or more than 64 levels deep.
 */
export function parseJson(text: string): unknown {
  if (depthOf(text) > deepest) {
    throw new SyntaxError(`objects and arrays in more than ${deepest} levels`);
  }
  return JSON.parse(text);
}

/** How deep brackets are nested outside strings; one more than `deepest` where it is more. */
function depthOf(text: string): number {
  let [depth, most, isString] = [0, 0, false];
  for (let at = 0; at < text.length && most <= deepest; at++) {
    const sign = text[at];
    if (sign === '"') isString = !isString;
    else if (isString && sign === '\\') at++;
    else if (!isString && (sign === '[' || sign === '{')) most = Math.max(most, ++depth);
    else if (!isString && (sign === ']' || sign === '}')) depth--;
  }
  return most;
}
