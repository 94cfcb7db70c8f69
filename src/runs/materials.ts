import type { Case } from '../cases/load-case.js';
import type { Material } from '../evidence/material.js';
import { materialOf } from '../evidence/material-of.js';

/** Gives the material of a case; the same one to whoever asks while it is among the last few. */
export function materialDesk(keep = 4): (source: Case) => Promise<Material> {
  const open = new Map<string, Promise<Material>>();
  return (source) => {
    const material = open.get(source.id) ?? materialOf(source);
    open.delete(source.id);
    open.set(source.id, material);
    const [oldest] = open.keys();
    if (open.size > keep && oldest !== undefined) open.delete(oldest);
    return material;
  };
}
