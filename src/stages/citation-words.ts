/** What counts or measures: a number before one of these is an amount, never a record. */
const UNITS =
  'bytes? bits? b kb kib mb mib gb gib k m blocks? lines? times? percent ms us ns s secs? seconds? minutes? mins? hours? days? ' +
  'frames? allocs? allocations? frees? objects? instances? records? entries leaks? errors? warnings? contexts? connections? ' +
  'process(?:es)? threads? routers? nodes? clients? functions? calls? groups? occurrences? stacks? signatures? links? ' +
  'callers? messages? events? requests? runs? restarts? cycles? iterations? causes? reasons? issues? different distinct ' +
  'separate other more individual loss definitely-lost cases? sites? paths? call leaking such items? causes? categories ' +
  'unique distinct main major minor key tokens? words? chunks? parts? suppressed pages? digits? direct indirect jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? june? july? aug(?:ust)? sept?(?:ember)? oct(?:ober)? nov(?:ember)? dec(?:ember)?';
export const UNIT = new RegExp(`^(?:${UNITS.split(' ').join('|')})$`);
export const HAN_UNIT =
  /^(?:个|字节|块|行|次|处|倍|种|项|秒|分钟|毫秒|小时|天|位|组|类|台|步|点|层|帧|字|比特|兆|页|根|名|份|段|例|(?:多|余)?(?:条|个|处|块|次)(?!记录号))/;

/** What is no record: a number after one of these names something else. */
export const OTHER_LABEL =
  /^(?:lines?|ln|pids?|tid|process(?:es)?|threads?|ports?|address(?:es)?|sizes?|totals?|revisions?|rev|r|versions?|v|bits?|steps?|pages?|chunks?|parts?|issues?|top|about|approximately|roughly|nearly|than|code|exit|status|frames?|answers?|questions?|q|examples?|cases?|sections?|chapters?|figures?|tables?|causes?|leak|points?|notes?|phases?|stages?|patterns?|categor(?:y|ies)|options?|levels?|layers?|bytes?|count|x|confidence|score|year|errors?|severity|priority|bug|fix|ticket|jira|signal|fd|socket|link_id|links?|link_bit|router_bit|mask|depth|groups?|clusters?|after|since|times?|allocs|frees|valgrind-|http|https|amqp|tcp|udp|localhost|host|listener|mon|tue|wed|thu|fri|sat|sun|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;
export const HAN_OTHER_LABEL =
  /(?:行|行号|进程|进程号|线程|端口|地址|大小|版本|步骤|示例|例|根因|原因|问题|总共|共|共计|合计|约|大约|超过|至少|最多|前|仅|步|回答|结论|置信度|泄漏|丢失|分配|释放|增加|减少|次|部分|阶段)$/;

/** What calls a number a record, in front of it. */
export const RECORD_LABEL =
  /^(?:records?|recs?|index|indexes|indices|ids?|idx|lr|losses|entry|entries|blocks?|numbers?|nos?|citations?|cited|logs?|record_ids?|recordids?|log_index|log_indices|loss_records?|loss|lossrecords?)$/;
export const HAN_RECORD_LABEL =
  /(?:记录|记录号|记录编号|编号|索引|索引号|序号|日志索引|丢失块|日志块|块号|条目|条目号|条|号)$/;

/** The numbers after one of these are named to be left out. */
export const EXCLUDING =
  /^(?:not|except|excluding|excludes?|without|unlike|ignoring|ignored?|omitting|omit|minus|never|nor)$/;
export const HAN_EXCLUDING = /(?:不是|不含|不包括|不包含|除了|除去|排除|而非|并非|不属于|忽略|除外)/;

/** Between two numbers of one list. */
export const AND = /^(?:and|or|plus|also|as|well|und|then|likewise|similarly|together|with)$/;
export const HAN_AND = /^(?:和|与|及|以及|或|还有|跟)$/;

/** Between the ends of a range. */
export const TO = /^(?:to|through|thru|until|till)$/;
export const HAN_TO = /^(?:至|到)$/;

/** Units that are as well verbs or adjectives of a sentence about a record: `record 5 leaks`. */
export const WEAK_UNIT =
  /^(?:leaks?|leaking|calls?|loss|more|other|different|separate|such|major|main|minor|direct|indirect)$/;
