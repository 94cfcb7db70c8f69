import { bisect } from 'simple-statistics';

/**
 * Probability that Student's t with a whole number of degrees of freedom is at most `t`.
 * The closed forms of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
export function studentTProbability(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = odd ? 3 : 2; power < degrees; power += 2) {
    term *= (cosine * cosine * (power - 1)) / power;
    sum += term;
  }
  const between = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return (1 + between) / 2;
}

/** The t below which Student's t falls with the given probability, 0.5 to 0.9999. `degrees` is a whole number, 1 or more. */
export function studentTQuantile(probability: number, degrees: number): number {
  // With one degree of freedom the 0.9999 quantile is 3183.1, and no distribution of the family reaches further.
  return bisect((t) => studentTProbability(t, degrees) - probability, 0, 3200, 200, 1e-12);
}
