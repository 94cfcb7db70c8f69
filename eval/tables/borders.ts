/** No borders at all in a table of cli-table3; columns are two spaces apart. */
export const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A rule below the heads and one space between columns. */
export const RULE_BELOW_HEAD = { ...NO_BORDERS, mid: '─', 'mid-mid': '─', middle: ' ' };
