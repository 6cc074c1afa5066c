/** The state of the page as the fragment of its address. */

/** Return the entries that differ from the defaults, as text such as "gamma=3&share=0.1". */
export function encodeState(state, defaults) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (value !== defaults[key]) {
      parameters.set(key, value);
    }
  }
  return parameters.toString();
}

/** Return the defaults with the known entries of a fragment in their place. */
export function decodeState(fragment, defaults) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const known = [...parameters].filter(([key]) => Object.hasOwn(defaults, key));
  return { ...defaults, ...Object.fromEntries(known) };
}
