// Where the walk along a critical path is within one span. Frames are used again from trace to trace.

export class Frame {
  span = 0;
  from = 0;
  until = 0;
  /** Everything from here on is accounted for. */
  cursor = 0;
  /** Where the next child is to be looked for, and where children end. */
  at = 0;
  to = 0;
  touch = 0;
  /** Earliest start of a child that was passed over: from there to the cursor something ran beside. */
  besideFrom = 0;
}
