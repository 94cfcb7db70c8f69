import type { Stage, Verdict } from '../cases/truth.js';
import { type ReplyText, type Sentence, sentencesOf } from './reply-text.js';

/** A sentence that says the verdict without a verdict word standing by itself. */
export interface SaidVerdict {
  readonly verdict: Verdict;
  readonly sentence: Sentence;
  /** It stands behind `Conclusion:`, under such a heading, or begins with `In conclusion` or the like. */
  readonly concluding: boolean;
}

const TOPIC: { readonly [stage in Stage]: string } = {
  leak: '(?:memory[- ])?leak(?:s|age|ages|ing|ed)?\\b|leak(?:s|ing)? memory|memory (?:is|was|gets|being)(?: being| slowly| never)? (?:lost|leaked)|losing memory|never freed|grow(?:s|ing)? without bound|[泄洩][漏露]',
  relationship:
    'relations?(?:hip)?s?\\b|interact(?:s|ions?|ing)?\\b|communicat(?:es?|ions?|ing)\\b|call(?:s|ed|ing)\\b|connect(?:s|ed|ions?)?\\b|关系|调用|通信|交互|关联',
  'root-cause': 'root[- ]cause|cause of (?:the|this)|caused by|根因|根本原因|原因|[泄洩][漏露]',
};

const FILLER =
  '(?:(?:any|an?|the|real|genuine|actual|true|clear|direct|obvious|definite|significant|such|evident|relevant|apparent|visible|further|convincing|conclusive|strong|of|for|to|that|there|is|are|was|were|be|been|evidence|signs?|indications?|proof|traces?|hints?|find|found|see|seen|detect|detected|show|shown|indicate|reveal|identify|identified|observe|observed|contain|have|has|suffer|from|constitute|represent|look|like|appear|seem|exhibit|support|prove|confirm|suggest|point|memory|calling|direct|inter-process|process|as|in|it|this|these|actually|really|currently|cause|point at|point to)[\\s-]+)';

const UNSURE: readonly RegExp[] = [
  /\b(?:can ?not|can't|could not|couldn't) be (?:ruled out|excluded)\b|不能排除|无法排除/i,
  /^[\s>*_#"'`-]*(?:maybe|perhaps|possibly)\b[\s*_]*[.,;!-]/i,
  /\b(?:would|will|do|I) need\b[^.]{0,80}\bto (?:tell|decide|say|answer|know|confirm|judge|be sure)\b|\b(?:would|need|needs) (?:have |need )?to see\b/i,
  /\b(?:unsure|not (?:entirely |completely |quite |fully |really )?(?:sure|certain|clear)|uncertain|inconclusive|undetermined|undecided|unclear)\b/i,
  /\b(?:can ?not|can't|can’t|could not|couldn't|unable to|impossible to|not possible to|hard to|difficult to|cannot be|no way to|not able to)\s+(?:[\w-]+\s+){0,3}?(?:determine|determined|tell|say|said|decide|decided|judge|conclude|know|confirm|confirmed|assess|establish|answer|rule out)\b/i,
  /\b(?:insufficient|not enough|too little|lacks?(?: the)?|without(?: further| more)?|limited)\s+(?:\w+\s+){0,2}?(?:information|evidence|data|context|details?)\b/i,
  /\b(?:need|needs|require|requires|needed|want)\s+(?:to (?:see|know|have)\s+)?(?:some )?(?:more|additional|further|the (?:full|complete|rest|entire|source)|a (?:full|complete)|extra)\b/i,
  /\b(?:more|additional|further|full|complete)\s+(?:\w+\s+)?(?:information|context|details?|data|logs?|evidence)\s+(?:is|are|would be|will be)\s+(?:needed|required|necessary|helpful)/i,
  /\b(?:please|could you|can you|kindly)\s+(?:also |please )?(?:provide|share|paste|send|attach|upload|tell|clarify|supply|post|specify)\b/i,
  /不确定|无法(?:确定|判断|得出|断定|确认|判定|给出)|不能(?:确定|判断|断定|确认)|难以(?:判断|确定|断定)|信息不足|证据不足|不足以|需要更多|需要进一步|需要补充|请提供|请补充|尚不清楚|不清楚/,
];

const REFUSAL =
  /\b(?:can(?:'t|not| not)|unable to|won't|not able to|must decline|decline to)\s+(?:\w+\s+){0,2}?(?:assist|help|comply|fulfil|fulfill|do that|provide that|process (?:this|that|your) request|answer (?:this|that) request)\b|无法(?:协助|帮助|完成(?:该|此|这个)?请求|提供帮助|满足)|不能(?:协助|帮助)/i;

/** `I can help you analyse memory leaks.` */
const OFFER =
  /^\W*(?:i(?:'ll|'d| can| could| will| would)|let me|let's)\b[^.]{0,20}\b(?:help|happy|glad|assist|analy[sz]e|look|check|examine|go through|walk)\b/i;

const CONDITIONAL = /\b(?:if|whether|suppose|assuming|would have|unless|in case)\b|是否|如果|若|假如|\?\s*$/i;
const ABOUT_OTHERS =
  /\b(?:elsewhere|other (?:leaks?|than)|else(?:where)?|otherwise|further leaks?|beyond (?:this|that|these))\b|其他|其它|另外/i;
const CONCLUDING =
  /^[\s>#*_`"'-]*(?:therefore|thus|so\b|hence|overall|consequently|in (?:conclusion|summary|short)|to (?:conclude|summari[sz]e|sum up)|finally|all in all|taken together|因此|所以|综上|总之|总的来说|总体|最终|由此)/i;
const LABEL_LINE =
  /^[\s>#*_`"'\p{Extended_Pictographic}-]*(?:(?:my|the|final|overall|short)\s+)*(?:answer|verdict|conclusion|bottom line|tl;?dr|(?:最终|我的|总的)?(?:结论|答案|回答|判断))[\s*_`"']*(?:is\b|[:：-]|是|为|$)/iu;

interface Patterns {
  readonly no: readonly RegExp[];
  readonly yes: readonly RegExp[];
}

const PATTERNS: { readonly [stage in Stage]: Patterns } = {
  leak: {
    no: [
      ...negations('leak'),
      /\bnothing\s+(?:\w+\s+){0,4}?(?:indicat|suggest|point|show|leak|resembl|look)[^.]{0,60}|\bnone of (?:[\w'-]+\s+){1,6}?(?:is|are|was|were|points?|shows?|indicates?|suggests?|represents?|looks?|constitutes?|qualif\w+|leaks?|appears?|seems?)\b[^.]{0,60}\bleak/i,
      /\b(?:free (?:of|from)|without)\s+(?:any\s+)?(?:memory[- ])?leaks?|leak[- ]free|nothing (?:is |was |here )?(?:being )?leak|\b(?:all|every)\b[^.]{0,40}\b(?:were|was|is|are|gets?|has been|have been)\s+(?:\w+ )?freed\b|no memory (?:is|was) (?:being )?(?:lost|leaked)|\b(?:absence|lack) of (?:any )?(?:memory[- ])?leaks?|leaks?\b[^.]{0,40}\bruled out\b|\brules? out (?:a |any )?(?:memory )?leaks?/i,
      /所有内存[^.]{0,16}(?:已|被|都)[^.]{0,6}释放/,
    ],
    yes: [
      affirmation('leak'),
      /\b(?:leaks|leaking|leaked)\b|\bmemory (?:is|was|gets) (?:being )?(?:lost|leaked)|\bnever freed\b/i,
      /(?:存在|发现|检测到|确认|确实|有|出现|导致|引发|发生|造成|是)[^.]{0,24}[泄洩][漏露]/,
    ],
  },
  relationship: {
    no: [
      ...negations('relationship'),
      /\bindependent (?:of|from) (?:each other|one another)|\b(?:are|is|run) independent(?:ly)?\b|\bunrelated\b|相互独立|互不/i,
    ],
    yes: [
      affirmation('relationship'),
      /\b(?:communicates?|interacts?|talks?|connects?|connected|exchanges?)\s+(?:\w+\s+)?(?:with|to|between)\b|\bcalls\b|\bis called by\b/i,
      /(?:存在|发现|检测到|确认|确实|有|建立|看到)[^.]{0,30}(?:关系|调用|通信|交互|关联)/,
    ],
  },
  'root-cause': {
    no: [
      /\b(?:can ?not|can't|could not|couldn't|unable to|not possible to|impossible to|not able to|cannot be|could not be)\s+(?:\w+\s+){0,2}?(?:deduced?|identif(?:y|ied)|find|found|determined?|pinpoint(?:ed)?|establish(?:ed)?|inferred|infer|derived?|name)\b[^.]{0,60}(?:root[- ]cause|cause)/i,
      /(?:root[- ]cause|cause)\b[^.]{0,40}\b(?:can ?not|can't|could not|couldn't)\s+be\s+(?:deduced|identified|found|determined|pinpointed|established|inferred|derived)/i,
      /\bno (?:root[- ])?cause\b|\bthere is no (?:memory )?leak/i,
      /(?:无法|不能|难以)[^.]{0,8}(?:推断|推导|确定|判断|得出|找到|定位)[^.]{0,20}(?:根因|根本原因|原因)|(?:未|没有)(?:发现|找到)[^.]{0,12}(?:根因|根本原因|原因|[泄洩][漏露])|不存在[^.]{0,8}[泄洩][漏露]/,
    ],
    yes: [
      /\broot[- ]cause\b[^.]{0,80}?(?:\b(?:is|was|lies|are|comes|stems)\b|:)|\b(?:caused by|stems from|results from|due to|because)\b/i,
      /(?:根因|根本原因|原因)[^.]{0,12}(?:是|在于|为|:)|(?:可以|能够|能)(?:推断|推导|确定)/,
    ],
  },
};

/** `no leak`, `no evidence of a leak`, `does not show any leak`, and the same in Chinese. */
function negations(stage: Stage): RegExp[] {
  const topic = TOPIC[stage];
  return [
    new RegExp(`\\b(?:no|zero)\\s+${FILLER}{0,7}(?:${topic})`, 'i'),
    new RegExp(
      `\\b(?:no|any)\\s+(?:\\w+\\s+)?(?:evidence|signs?|indications?)\\b(?<=\\b(?:no|not|n't|without)\\b.{0,40})[^.]{0,50}?(?:${topic})`,
      'i',
    ),
    new RegExp(`(?:\\bnot|n't|\\bnever|\\bneither|\\bnor)\\s+${FILLER}{0,8}(?:${topic})`, 'i'),
    new RegExp(
      `(?:未|没有|没|并未|不|未能)(?:能|在[^.,]{1,10})?(?:发现|检测到|检测出|看到|找到|观察到|存在|显示|出现|见到|见)[^.,]{0,24}(?:${topic})`,
    ),
    new RegExp(
      `(?:没有|无|毫无)(?:任何|明显|明显的|真正的)?(?:内存|实际|直接|证据|迹象)?[^.,]{0,3}(?:证据[^.]{0,30}|迹象[^.]{0,30})?(?:${topic})`,
    ),
    new RegExp(`不(?:是|属于|构成|算|会|会有|会导致)[^.,]{0,8}(?:${topic})`),
  ];
}

function affirmation(stage: Stage): RegExp {
  const words =
    '(?:there (?:is|are|was|were)|found|finds?|detect(?:ed|s)?|see|sees|shows?|showing|reveals?|indicates?|confirm(?:s|ed)?|exists?|present|evident|evidence|identified|suffers?|has|have|contains?|clear(?:ly)?|strong(?:ly)?|demonstrates?|genuine|observed|points? to|suggests?|definitely|certainly|undoubtedly|obviously|likely|probably|appears?|seems?|looks like|does)';
  return new RegExp(
    `\\b${words}\\b[^.]{0,120}?(?:${TOPIC[stage]})|(?:${TOPIC[stage]})[^.]{0,80}?\\b${words}\\b`,
    'i',
  );
}

/** The verdict that a sentence says about the stage's question, or null. */
function verdictOfSentence(sentence: string, stage: Stage): Verdict | null {
  const text = sentence.slice(0, 600);
  const unsure = UNSURE.some((pattern) => pattern.test(text));
  const { no, yes } = PATTERNS[stage];
  if (stage === 'root-cause' && no.some((pattern) => pattern.test(text))) {
    return /\b(?:need|needs|require|without|more|source)\b|需要|缺少/i.test(text) ? 'UNSURE' : 'NO';
  }
  if (unsure) return 'UNSURE';
  if (CONDITIONAL.test(text)) return null;
  if (no.some((pattern) => pattern.test(text))) return 'NO';
  return yes.some((pattern) => pattern.test(text)) ? 'YES' : null;
}

/** Every sentence that says a verdict, in order. Nothing is read from a refusal or from quoted reports. */
export function saidVerdicts(reply: ReplyText, stage: Stage, echoLines: ReadonlySet<number>): SaidVerdict[] {
  const said: SaidVerdict[] = [];
  let heading = -1;
  for (const sentence of sentencesOf(reply)) {
    const line = reply.lines[sentence.line];
    if (line === undefined || line.fenced || echoLines.has(sentence.line)) continue;
    const text = reply.text.slice(sentence.start, sentence.end);
    if (!/\S/.test(text)) continue;
    if (OFFER.test(text.slice(0, 200))) continue;
    if (REFUSAL.test(text.slice(0, 600))) return [];
    const label = LABEL_LINE.exec(text.slice(0, 400));
    const announced = heading === sentence.line || label !== null;
    const body = label === null ? text : text.slice(label[0].length);
    if (label !== null && !/[\p{L}\d]/u.test(body)) {
      heading = nextSpokenLine(reply, sentence.line);
      continue;
    }
    const verdict = verdictOfSentence(body, stage);
    if (verdict === null || (verdict !== 'UNSURE' && ABOUT_OTHERS.test(body.slice(0, 600)))) continue;
    said.push({ verdict, sentence, concluding: announced || CONCLUDING.test(body.slice(0, 400)) });
  }
  return said;
}

function nextSpokenLine(reply: ReplyText, line: number): number {
  for (let next = line + 1; next < reply.lines.length && next < line + 4; next++) {
    const { start, end } = reply.lines[next] as { start: number; end: number };
    if (/\S/.test(reply.text.slice(start, end))) return next;
  }
  return -1;
}

/** The sentence that counts: the last that concludes, otherwise the last that says yes or no, otherwise the last. */
export function decisiveSentence(said: readonly SaidVerdict[]): SaidVerdict | undefined {
  return (
    said.findLast(({ concluding }) => concluding) ??
    said.findLast(({ verdict }) => verdict !== 'UNSURE') ??
    said.at(-1)
  );
}
