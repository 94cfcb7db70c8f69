/** A type with everything in it read-only: what a zod schema describes, as functions hand it on. */
export type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
