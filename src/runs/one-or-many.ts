import { z } from 'zod';

/** A value of an experiment file that may be a list of values. */
export const oneOrMany = <T extends z.ZodType>(one: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(one).min(1));
