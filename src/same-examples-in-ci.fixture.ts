/**
 * In CI the properties are tried on the same examples every time, so that a failure there is of the change at hand.
 * Elsewhere each run tries others, which is how a property finds what nobody thought of.
 */
if (process.env.CI !== undefined) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_140_327 });
}
