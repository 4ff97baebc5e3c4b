import { inOrder } from '../base/order.ts';
import { type Category, categories, type Severity } from '../base/vocabulary.ts';
import type { Finding, TriageDocument } from './document.ts';

/** What one finding adds before its count is looked at. A critical one outweighs three high ones of few records. */
const weight: Readonly<Record<Severity, number>> = { critical: 64, high: 16, medium: 4, low: 1, info: 0 };
/** All low findings of a category together stay below one medium finding. */
const lowMax = 3;
/** Digits of the count are counted up to here: 1, 10, 100 and 1,000 records or more. */
const digitsMax = 4;

const isAboveLow = (finding: Finding): boolean => weight[finding.severity] > weight.low;

function score(findings: readonly Finding[]): number {
  const heavy = findings
    .filter(isAboveLow)
    .reduce((sum, finding) => sum + weight[finding.severity] * Math.min(digitsMax, String(finding.count).length), 0);
  const low = findings.filter((finding) => finding.severity === 'low').length;
  return heavy + Math.min(lowMax, low);
}

/**
 * Categories with findings, the most pressing first. A category's score is the sum over its findings above `low` of
 * weight (critical 64, high 16, medium 4) times the digits of the count (at most 4), plus 1 for each low finding, at most 3.
 * `category` is the first, and `none` where no finding is above `low`.
 */
export function classify(findings: readonly Finding[]): Pick<TriageDocument, 'categories' | 'category'> {
  const scored = categories
    .map((category, rank) => ({ category, rank, own: findings.filter((finding) => finding.category === category) }))
    .filter(({ own }) => own.length > 0)
    .map(({ category, rank, own }) => ({
      category,
      rank,
      score: score(own),
      findings: own.map((finding) => finding.id),
    }))
    .sort(
      inOrder(
        (a, b) => b.score - a.score,
        (a, b) => a.rank - b.rank,
      ),
    );
  const first: Category = findings.some(isAboveLow) ? (scored[0]?.category ?? 'none') : 'none';
  return {
    categories: scored.map(({ category, score, findings }) => ({ category, score, findings })),
    category: first,
  };
}
